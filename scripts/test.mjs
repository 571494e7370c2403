// `npm test`: everything, from packages to VS Code itself. `npm test -- NAME…` runs only the suites of these names. Node's own modules only.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBrowser, installBrowser } from './browser.mjs';
import { installLocked, installVsCode, root } from './packages.mjs';

const bin = (...path) => join(root, 'node_modules', ...path);
const scratch = mkdtempSync(join(tmpdir(), 'layerwise-test-'));

/** One after another, in this order; the suites after `package` use what it built. */
const suites = {
  // For all, and for VS Code for the Web: that one leaves its build behind, which has WebGPU for the browser.
  package: check([join(root, 'scripts', 'package.mjs')], [join(root, 'scripts', 'package.mjs'), '--target', 'web']),
  types: check([bin('typescript', 'bin', 'tsc'), '--project', '.'], [bin('typescript', 'bin', 'tsc'), '--project', 'test/e2e']),
  lint: check([bin('eslint', 'bin', 'eslint.js'), '.', '--max-warnings', '0']),
  format: check([bin('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '**/*.{ts,mts,mjs,json,css}']),
  unit: vitest('vitest.config.mts'),
  // On SwiftShader, which comes with the browser.
  webgpu: withBrowser(vitest('test/webgpu/vitest.config.mts')),
  e2e: endToEnd(),
  // Once more with the extension in the browser's worker: what is likely to be different there, or all of it, which takes twice as long.
  web: endToEnd({ EXTENSION_HOST: 'web' }, process.env.LAYERWISE_WEB === 'all' ? [] : ['web', 'webHttp', 'engines', 'training', 'editing', 'vsix']),
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in suites));
if (unknown.length > 0) throw new Error(`No suite ${unknown.join(', ')}; there are ${Object.keys(suites).join(', ')}.`);

installLocked(root);
installVsCode();
const total = { passed: 0, failed: 0, skipped: 0 };
const summary = [];
for (const [name, suite] of Object.entries(suites)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n── ${name}`);
  const start = Date.now();
  const counts = await suite();
  // A suite that ran nothing proves nothing.
  if (counts.passed + counts.failed + counts.skipped === 0) counts.failed = 1;
  for (const key of Object.keys(total)) total[key] += counts[key];
  summary.push(`${name.padEnd(8)} ${describe(counts).padEnd(32)} ${((Date.now() - start) / 1000).toFixed(1).padStart(6)} s`);
}
rmSync(scratch, { recursive: true, force: true });
console.log(`\n${summary.join('\n')}\n\n${describe(total)}`);
process.exitCode = total.failed > 0 ? 1 : 0;

/** A suite of whole commands, each of which passes or fails. */
function check(...commands) {
  return async () => {
    const codes = [];
    for (const command of commands) codes.push(await run(command));
    const failed = codes.filter((code) => code !== 0).length;
    return { passed: codes.length - failed, failed, skipped: 0 };
  };
}

/** A suite of vitest files, all or some, counted from its report; a file that could not be loaded is a failure. */
function vitest(config, env = {}, files = []) {
  return async () => {
    const report = join(scratch, 'report.json');
    rmSync(report, { force: true });
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const code = await run([bin('vitest', 'vitest.mjs'), 'run', ...files, '--config', config, ...reporters], env);
    const counts = countsOf(report);
    // Unhandled errors fail vitest without failing a test.
    if (code !== 0 && counts.failed === 0) counts.failed = 1;
    return counts;
  };
}

function countsOf(report) {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
    const unloaded = testResults.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0).length;
    return { passed: numPassedTests, failed: numFailedTests + unloaded, skipped: numPendingTests + numTodoTests };
  } catch (error) {
    console.error(`No report from vitest: ${error.message}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

function endToEnd(env, names = []) {
  const files = names.map((name) => `${name}.test.ts`);
  return withBrowser(vitest('test/e2e/vitest.config.mts', env, files));
}

function withBrowser(suite) {
  return async () => {
    if (findBrowser() || installBrowser()) return suite();
    console.error('No Chrome, Chromium or Edge is here, and none could be installed.');
    return process.env.CI ? { passed: 0, failed: 1, skipped: 0 } : { passed: 0, failed: 0, skipped: 1 };
  };
}

function run(command, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, command, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

function describe({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
