import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installLocked } from './packages.mjs';

// npm run bench [-- NAME [ARGUMENT…]]: bundles the measurement with the sources it measures, and runs it; one of the page in a browser runs as it is.
const root = join(import.meta.dirname, '..');
const [name = 'engines', ...rest] = process.argv.slice(2);
// What a measurement compares with is a package of its own.
if (existsSync(join(root, 'bench', name, 'package.json'))) installLocked(join(root, 'bench', name));
const script = join(root, 'bench', `${name}.mjs`);
const outfile = existsSync(script) ? script : join(root, 'node_modules', '.cache', 'layerwise', `${name}.mjs`);
if (outfile !== script)
  await build({
    absWorkingDir: root,
    entryPoints: [`bench/${name}.ts`],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
process.exitCode = spawnSync(process.execPath, [outfile, ...rest], { cwd: root, stdio: 'inherit' }).status ?? 1;
