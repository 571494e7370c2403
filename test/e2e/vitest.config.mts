import { defineConfig } from 'vitest/config';

/** What the browser's extension host alone has. */
const exclude = process.env.EXTENSION_HOST === 'web' ? [] : ['web.test.ts'];

// One VS Code at a time: two of them on two cores starve each other's trainer.
export default defineConfig({
  test: { root: import.meta.dirname, include: ['*.test.ts'], exclude, fileParallelism: false, testTimeout: 200_000, hookTimeout: 180_000 },
});
