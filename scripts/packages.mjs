import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');
/** The package that holds VS Code itself and the driver of its browser. */
export const e2ePackage = join(root, 'test', 'e2e');
const vscode = join(e2ePackage, 'node_modules', 'code-server', 'lib', 'vscode');

/** Installs a folder's locked packages, unless exactly these are there already. */
export function installLocked(folder) {
  if (!isInstalled(folder)) npm(folder, 'ci', '--no-audit', '--no-fund');
}

/** Installs VS Code (code-server from npm, about 800 MB) with what its server and its built-in extensions need. */
export function installVsCode() {
  installLocked(e2ePackage);
  // code-server leaves these two to an install script; `npm ci` refuses there, its shipped lock being out of step.
  for (const folder of [vscode, join(vscode, 'extensions')])
    if (!existsSync(join(folder, 'node_modules', '.package-lock.json')))
      npm(folder, 'install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund');
}

/** Whether npm's own record of what it installed agrees with the lock file, package by package. */
function isInstalled(folder) {
  const record = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = packagesOf(record);
  const locked = Object.entries(packagesOf(join(folder, 'package-lock.json'))).filter(([path]) => path !== '');
  return locked.every(([path, { version, optional }]) => (installed[path] ? installed[path].version === version : optional));
}

const packagesOf = (lock) => JSON.parse(readFileSync(lock, 'utf8')).packages;

function npm(cwd, ...args) {
  console.error(`npm ${args.join(' ')}  (${cwd})`);
  // npm's own output goes to stderr: stdout belongs to the command that follows.
  const { status } = spawnSync('npm', [...args, '--loglevel=error'], { cwd, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  if (status !== 0) throw new Error(`npm ${args[0]} failed in ${cwd} (exit ${status}).`);
}
