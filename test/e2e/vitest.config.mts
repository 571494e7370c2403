import { defineConfig } from 'vitest/config';

// One VS Code at a time: two of them on two cores starve each other's trainer.
export default defineConfig({
  test: { root: import.meta.dirname, include: ['*.test.ts'], fileParallelism: false, testTimeout: 200_000, hookTimeout: 180_000 },
});
