import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // On WebGPU one file at a time, see test/webgpu/vitest.config.mts.
    exclude: ['test/e2e/**', 'test/webgpu/**', 'test/train/engines/webgpu.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Left to itself vitest spares one core, which is half of a small machine.
    maxWorkers: '100%',
  },
});
