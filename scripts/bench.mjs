import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

// npm run bench [-- step|swap [COUNT]]: bundles the measurement with the sources it measures, and runs it.
const root = join(import.meta.dirname, '..');
const [name = 'step', ...rest] = process.argv.slice(2);
const outfile = join(root, 'node_modules', '.cache', 'layerwise', `${name}.mjs`);
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
