// What esbuild puts into one file, and for whom; esbuild.mjs says how.
import { join } from 'node:path';
import { root } from './packages.mjs';

export const ort = join(root, 'node_modules', 'onnxruntime-web', 'dist');

/** @type {import('esbuild').BuildOptions} */
const common = { bundle: true, outdir: 'dist', logLevel: 'warning', absWorkingDir: root };

/**
 * The extension host, the trainer's thread and the terminal: all plain Node.
 * @type {import('esbuild').BuildOptions}
 */
const node = {
  ...common,
  entryPoints: { extension: 'src/extension.ts', trainer: 'src/train/worker.ts', cli: 'src/cli.ts' },
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['vscode'],
  // Of onnxruntime-web's builds for Node only this one can be bundled as CommonJS: the others ask for their own import.meta.url.
  alias: { 'onnxruntime-web': join(ort, 'ort.node.min.js') },
};

/**
 * VS Code for the Web: the extension host and the trainer's thread are workers of the browser. What needs Node cannot be bundled and fails here.
 * @type {import('esbuild').BuildOptions}
 */
const web = {
  ...common,
  platform: 'browser',
  target: 'chrome128',
  // The build that asks for its WASM file; others have it inside, a second time.
  alias: { 'onnxruntime-web': join(ort, 'ort.wasm.min.js') },
};
/** @type {import('esbuild').BuildOptions} */
const webExtension = { ...web, entryPoints: { 'web/extension': 'src/extension.web.ts' }, format: 'cjs', external: ['vscode'] };
/**
 * VS Code starts it by importScripts.
 * @type {import('esbuild').BuildOptions}
 */
const webTrainer = { ...web, entryPoints: { 'web/trainer': 'src/train/worker.web.ts' }, format: 'iife' };

/** @type {import('esbuild').BuildOptions} */
const webview = { ...common, entryPoints: { webview: 'webview/main.ts' }, platform: 'browser', target: 'chrome128', format: 'iife' };

/** All that is packaged. */
export const packaged = [node, webExtension, webTrainer, webview];

/**
 * Plays recorded runs to the page where there is no VS Code (webview/dev.html). Not packaged.
 * @type {import('esbuild').BuildOptions}
 */
export const player = { ...webview, entryPoints: { 'dev/player': 'webview/devWorker.ts' } };
