import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { installLocked, root } from './packages.mjs';

const sources = ['src', 'webview', 'esbuild.mjs', 'scripts/bundles.mjs', 'package-lock.json'];

/** Brings packages and `dist/` up to date with the sources; does nothing where they are. All output goes to stderr. */
export function buildIfStale() {
  installLocked(root);
  const built = join(root, 'dist', 'extension.js');
  if (existsSync(built) && statSync(built).mtimeMs > newest(sources.map((path) => join(root, path)))) return;
  const { status } = spawnSync(process.execPath, ['esbuild.mjs'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('The build failed.');
}

/** Time of the last change below these paths, in ms. */
function newest(paths) {
  return Math.max(
    ...paths.map((path) => {
      const stat = statSync(path);
      return stat.isDirectory() ? newest([...readdirSync(path)].map((name) => join(path, name))) : stat.mtimeMs;
    }),
  );
}
