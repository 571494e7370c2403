import { defineConfig } from 'vitest/config';

/** What means nothing where the extension runs: `npm start` and the page by itself have no extension host in the browser, the rest has no other. */
const exclude = process.env.EXTENSION_HOST === 'web' ? ['start.test.ts', 'dashboardAccess.test.ts', 'dashboardNumbers.test.ts'] : ['web*.test.ts'];

// One VS Code at a time: two of them on two cores starve each other's trainer.
export default defineConfig({
  test: { root: import.meta.dirname, include: ['*.test.ts'], exclude, fileParallelism: false, testTimeout: 200_000, hookTimeout: 180_000 },
});
