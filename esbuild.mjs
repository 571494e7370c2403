import { build } from 'esbuild';
import { copyFileSync, cpSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const dev = process.argv.includes('--dev');
/** What WebGPU is built in for: `linux-x64`, with Dawn for Node, or `web`, where the browser has it. The package for all is without. */
const target = process.env.LAYERWISE_TARGET ?? (dev ? `${process.platform}-${process.arch}` : undefined);
const ort = join(import.meta.dirname, 'node_modules', 'onnxruntime-web', 'dist');

/** @type {import('esbuild').BuildOptions} */
const common = {
  bundle: true,
  outdir: 'dist',
  minify: !dev,
  sourcemap: dev,
  metafile: true,
  logLevel: 'warning',
  absWorkingDir: import.meta.dirname,
};

/** The extension host, the trainer's thread and the terminal: all plain Node. */
const node = build({
  ...common,
  entryPoints: { extension: 'src/extension.ts', trainer: 'src/train/worker.ts', cli: 'src/cli.ts' },
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['vscode'],
  // Of onnxruntime-web's builds for Node only this one can be bundled as CommonJS: the others ask for their own import.meta.url.
  alias: { 'onnxruntime-web': join(ort, 'ort.node.min.js') },
});

/** VS Code for the Web: the extension host and the trainer's thread are workers of the browser. What needs Node cannot be bundled and fails here. */
const web = {
  ...common,
  platform: 'browser',
  target: 'chrome128',
  // The build that asks for its WASM file; others have it inside, a second time.
  alias: { 'onnxruntime-web': join(ort, 'ort.wasm.min.js') },
};
const webExtension = build({ ...web, entryPoints: { 'web/extension': 'src/extension.web.ts' }, format: 'cjs', external: ['vscode'] });
const webTrainer = build({
  ...web,
  entryPoints: { 'web/trainer': 'src/train/worker.web.ts' },
  // VS Code starts it by importScripts.
  format: 'iife',
});

const webview = build({
  ...common,
  entryPoints: { webview: 'webview/main.ts' },
  platform: 'browser',
  target: 'chrome128',
  format: 'iife',
});

/** Plays recorded runs to the page where there is no VS Code (webview/dev.html). Not packaged. */
const player = build({
  ...common,
  entryPoints: { 'dev/player': 'webview/devWorker.ts' },
  platform: 'browser',
  target: 'chrome128',
  format: 'iife',
});

/** Every output with its size and the packages that weigh most in it. */
function report({ outputs }) {
  for (const [path, { bytes, inputs }] of Object.entries(outputs)) {
    const packages = {};
    for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
      const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? 'own code';
      packages[name] = (packages[name] ?? 0) + bytesInOutput;
    }
    const heaviest = Object.entries(packages)
      .sort(([, a], [, b]) => b - a)
      .slice(0, 4);
    console.log(`${path.padEnd(36)} ${kilobytes(bytes)}   ${heaviest.map(([name, size]) => `${name} ${kilobytes(size).trim()}`).join(', ')}`);
  }
}

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(0).padStart(6)} kB`;

mkdirSync('dist', { recursive: true });
// esbuild has said already what went wrong.
const results = await Promise.all([node, webExtension, webTrainer, webview, player]).catch(() => process.exit(1));
for (const { metafile } of results) report(metafile);
/** Not bundled: this build is slower on WASM, and loaded only where WebGPU is asked for, in the browser and in Node. */
const webgpu = ['ort.webgpu.min.mjs', 'ort-wasm-simd-threaded.asyncify.mjs', 'ort-wasm-simd-threaded.asyncify.wasm'];
for (const file of webgpu) rmSync(join('dist', file), { force: true });
for (const file of ['ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm', ...(target === undefined ? [] : webgpu)]) {
  copyFileSync(join(ort, file), join('dist', file));
  console.log(`dist/${file.padEnd(31)} ${kilobytes(statSync(join('dist', file)).size)}`);
}

rmSync(join('dist', 'webgpu'), { recursive: true, force: true });
if (target !== undefined && target !== 'web') copyDawn(target.startsWith('darwin') ? 'darwin-universal' : target);

/** The package `webgpu` as it is, with the binary of one platform. */
function copyDawn(platform) {
  const from = join(import.meta.dirname, 'node_modules', 'webgpu');
  const binary = join('dist', platform);
  if (!existsSync(join(from, binary))) {
    if (!dev) throw new Error(`The package webgpu has no binary for ${platform}.`);
    return;
  }
  for (const file of ['index.js', 'package.json', 'LICENSE.md', binary])
    if (existsSync(join(from, file))) cpSync(join(from, file), join('dist', 'webgpu', file), { recursive: true });
  console.log(`dist/webgpu, for ${platform}`);
}
