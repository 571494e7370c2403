import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import type { Contender } from './contenders';

const FOLDER = join('bench', 'engines');
const MODULES = join(FOLDER, 'node_modules');

/** What CommonJS modules of a bundle look for. */
const COMMONJS =
  "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url); const __dirname = import.meta.dirname;";

/** A command line that starts a contender; undefined where the machine has not what it needs. */
export async function commandOf({ script }: Contender): Promise<string[] | undefined> {
  const source = join(FOLDER, 'contenders', script);
  if (script.endsWith('.py')) return hasTorch() ? ['python3', source] : undefined;
  // Beside the peers: they are found from there, and the product's own packages above.
  const outfile = join(MODULES, '.cache', dirname(script), `${basename(script).replace(/\.\w+$/, '')}.mjs`);
  await build({
    entryPoints: [source],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    // Engines are found where npm has put them; of TensorFlow.js only the modules that bundlers take know gradients.
    external: ['onnxruntime-web', '@jax-js/jax'],
    mainFields: ['module', 'main'],
    banner: { js: COMMONJS },
    logLevel: 'warning',
  });
  return [process.execPath, outfile];
}

const hasTorch = (): boolean => spawnSync('python3', ['-c', 'import numpy, torch'], { stdio: 'ignore' }).status === 0;
