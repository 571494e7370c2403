import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// One file at a time: a graphics card in software takes all cores.
export default defineConfig({
  test: {
    root: join(import.meta.dirname, '../..'),
    include: ['test/webgpu/**/*.test.ts', 'test/train/engines/webgpu.test.ts'],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
});
