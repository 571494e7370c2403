import { build } from 'esbuild';
import { copyFileSync, cpSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ort, packaged, player } from './scripts/bundles.mjs';
import { bundledFiles, thirdPartyNotices } from './scripts/notices.mjs';

const dev = process.argv.includes('--dev');
/** What WebGPU is built in for: `linux-x64`, with Dawn for Node, or `web`, where the browser has it. The package for all is without. */
const target = process.env.LAYERWISE_TARGET ?? (dev ? `${process.platform}-${process.arch}` : undefined);

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
const made = [...packaged, player].map((options) => build({ ...options, minify: !dev, sourcemap: dev, metafile: true }));
// esbuild has said already what went wrong.
const metafiles = (await Promise.all(made).catch(() => process.exit(1))).map(({ metafile }) => metafile);
metafiles.forEach(report);
/** What is packaged of others' files. */
const foreign = bundledFiles(metafiles.slice(0, packaged.length));
/** Not bundled: this build is slower on WASM, and loaded only where WebGPU is asked for, in the browser and in Node. */
const webgpu = ['ort.webgpu.min.mjs', 'ort-wasm-simd-threaded.asyncify.mjs', 'ort-wasm-simd-threaded.asyncify.wasm'];
for (const file of webgpu) rmSync(join('dist', file), { force: true });
for (const file of ['ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm', ...(target === undefined ? [] : webgpu)]) {
  copyFileSync(join(ort, file), join('dist', file));
  foreign.push(join(ort, file));
  console.log(`dist/${file.padEnd(31)} ${kilobytes(statSync(join('dist', file)).size)}`);
}

rmSync(join('dist', 'webgpu'), { recursive: true, force: true });
if (target !== undefined && target !== 'web') copyDawn(target.startsWith('darwin') ? 'darwin-universal' : target);
writeFileSync('ThirdPartyNotices.txt', thirdPartyNotices(foreign));

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
  foreign.push(join(from, 'index.js'), join(from, binary, 'dawn.node'));
  console.log(`dist/webgpu, for ${platform}`);
}
