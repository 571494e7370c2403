import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
const elsewhere = {
  darwin: ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
    'C:\\Program Files\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
};

/**
 * The path of a program on the PATH.
 * @param {string} name
 * @returns {string | undefined}
 */
export function onPath(name) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/**
 * The path of an installed Chrome, Chromium or Edge.
 * @returns {string | undefined}
 */
export function findBrowser() {
  for (const name of names) {
    const found = onPath(name);
    if (found) return found;
  }
  return (elsewhere[process.platform] ?? []).find(isExecutable);
}

/** Installs Debian's Chromium where this process may; tells whether a browser is there now. */
export function installBrowser() {
  const root = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  if (!onPath('apt-get') || (root.length > 0 && !onPath('sudo'))) return false;
  const apt = (...args) => {
    const [program, ...rest] = [...root, 'apt-get', ...args];
    return spawnSync(program, rest, { stdio: ['ignore', 2, 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }).status === 0;
  };
  return apt('update', '-q') && apt('install', '-y', '-q', '--no-install-recommends', 'chromium') && findBrowser() !== undefined;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
