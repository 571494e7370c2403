// `npm start` opens the product on the examples; `npm start -- train FILE …` runs its command line. Node's own modules only: on a fresh
// clone nothing is installed yet.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { onPath } from './browser.mjs';
import { buildIfStale } from './build.mjs';
import { installVsCode, root } from './packages.mjs';
import { freePort, startVsCode } from './vscodeServer.mjs';

const args = process.argv.slice(2);
const examples = join(root, 'examples');

try {
  buildIfStale();
  if (args.length > 0) await runCommandLine();
  else if (hasDisplay() && (onPath('code') ?? onPath('code.cmd'))) await openDesktop();
  else await serveInBrowser();
} catch (error) {
  console.error(error.message);
  process.exitCode = 3;
}

/** Paths in the arguments are meant from where the user stands, not from where npm goes. */
async function runCommandLine() {
  await finished(spawn(process.execPath, [join(root, 'dist', 'cli.js'), ...args], { cwd: process.env.INIT_CWD, stdio: 'inherit' }));
}

async function openDesktop() {
  console.log('Opening examples/ in VS Code.');
  await finished(spawn('code', [`--extensionDevelopmentPath=${root}`, examples], { stdio: 'inherit', shell: process.platform === 'win32' }));
}

async function serveInBrowser() {
  installVsCode();
  const vscode = await startVsCode({ extension: root, port: await freePort(8765), settings: { 'explorer.autoReveal': true } });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.once(signal, () => {
      vscode.stop();
      process.exit(0);
    });
  console.log(`\n  VS Code with Layerwise:  ${vscode.url(examples)}\n\n  Open a .nn.yaml file and click ▷ Train. Ctrl+C stops.\n`);
  await vscode.exited;
  throw new Error(`VS Code's server ended:\n${vscode.log()}`);
}

function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
}

/** Waits for a child and ends as it ended. */
function finished(child) {
  // The terminal sends Ctrl+C to both: the child decides what it means.
  process.on('SIGINT', () => {});
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      process.exitCode = code ?? 1;
      resolve();
    });
  });
}
