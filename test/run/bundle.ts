import { build } from 'esbuild';
import { copyFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..', '..');
const ort = join(root, 'node_modules', 'onnxruntime-web', 'dist');

/** Bundles a script as the extension is built, with the engine beside it; gives its path. */
export async function bundle(entry: string, folder: string): Promise<string> {
  const name = entry.replace(/^.*\//, '').replace(/\.ts$/, '.cjs');
  await build({
    entryPoints: [resolve(root, entry)],
    outfile: join(folder, name),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'warning',
    alias: { 'onnxruntime-web': join(ort, 'ort.node.min.js') },
  });
  const engine = ['ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm'];
  await Promise.all(engine.map((file) => copyFile(join(ort, file), join(folder, file))));
  return join(folder, name);
}
