import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

// npm run bench [-- BLOCKS]: bundles the measurement with the sources it measures, and runs it.
const root = join(import.meta.dirname, '..');
const outfile = join(root, 'node_modules', '.cache', 'layerwise', 'step.mjs');
await build({
  absWorkingDir: root,
  entryPoints: ['bench/step.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  logLevel: 'warning',
});
process.exitCode = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' }).status ?? 1;
