import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type * as vscode from 'vscode';
import { registerInstallNative } from '../../src/editor/installNative';
import { openNative } from '../../src/train/engines/native';

/** What the user sees and answers: VS Code itself does not run here. npm does, with a registry on this machine. */
const user = vi.hoisted(() => ({
  run: () => Promise.resolve(),
  seen: [] as string[],
  /** To the question. */
  answer: undefined as string | undefined,
  cancel: () => {},
}));
vi.mock('vscode', async () => {
  const fs = await import('node:fs');
  const show = (text: string, options?: { detail: string }) => {
    user.seen.push(options ? `${text} ${options.detail}` : text);
    return Promise.resolve(options && user.answer);
  };
  const withProgress = (_options: unknown, work: (progress: undefined, token: object) => unknown) => {
    const token = { isCancellationRequested: false, onCancellationRequested: (listener: () => void) => (onCancel = listener) };
    let onCancel = () => {};
    user.cancel = () => {
      token.isCancellationRequested = true;
      onCancel();
    };
    return work(undefined, token);
  };
  return {
    commands: { registerCommand: (_id: string, run: () => Promise<void>) => (user.run = run) },
    ProgressLocation: {},
    Uri: { file: (fsPath: string) => ({ fsPath }), joinPath: ({ fsPath }: vscode.Uri, name: string) => ({ fsPath: `${fsPath}/${name}` }) },
    window: { showInformationMessage: show, showWarningMessage: show, showErrorMessage: show, withProgress },
    workspace: {
      fs: {
        createDirectory: ({ fsPath }: vscode.Uri) => fs.promises.mkdir(fsPath, { recursive: true }),
        writeFile: ({ fsPath }: vscode.Uri, bytes: Uint8Array) => fs.promises.writeFile(fsPath, bytes),
      },
    },
  };
});

const requireHere = createRequire(import.meta.url);
const { devDependencies } = requireHere('../../package.json') as { devDependencies: Record<string, string> };
const version = devDependencies['onnxruntime-node'];
const temporary = mkdtempSync(join(tmpdir(), 'layerwise-native-'));

/** Answers as the npm registry does, unless a test wants something else. */
let asked: string[] = [];
let respond: (url: string, response: ServerResponse) => void;
const registry = createServer(({ url = '' }, response) => {
  asked.push(url);
  respond(url, response);
});

/** A package of that name that hands on the real one; its install script tells that it was run. */
function packTarball(): Buffer {
  const folder = join(temporary, 'package');
  mkdirSync(folder);
  const real = JSON.stringify(requireHere.resolve('onnxruntime-node'));
  writeFileSync(join(folder, 'index.js'), `module.exports = require(${real});`);
  const scripts = { postinstall: `node -e "require('fs').writeFileSync('ran', '')"` };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'onnxruntime-node', version, scripts }));
  execFileSync('tar', ['-czf', 'package.tgz', 'package'], { cwd: temporary });
  return readFileSync(join(temporary, 'package.tgz'));
}

let folder: string;
let tarball: Buffer;
beforeAll(async () => {
  tarball = packTarball();
  await new Promise<void>((done) => registry.listen(0, '127.0.0.1', done));
  vi.stubEnv('npm_config_registry', `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`);
  vi.stubEnv('npm_config_cache', join(temporary, 'cache'));
  vi.stubEnv('npm_config_fetch_retries', '0');
});
beforeEach(() => {
  folder = join(mkdtempSync(join(temporary, 'storage-')), 'native');
  registerInstallNative({ fsPath: folder } as vscode.Uri);
  Object.assign(user, { seen: [], answer: 'Install' });
  asked = [];
  respond = (url, response) => {
    const dist = { tarball: `${process.env.npm_config_registry}package.tgz` };
    const known = {
      name: 'onnxruntime-node',
      'dist-tags': { latest: version },
      versions: { [version]: { name: 'onnxruntime-node', version, dist } },
    };
    response.end(url.endsWith('.tgz') ? tarball : JSON.stringify(known));
  };
});
afterEach(() => registry.closeAllConnections());
afterAll(() => {
  vi.unstubAllEnvs();
  registry.close();
  rmSync(temporary, { recursive: true });
});

const question = () =>
  `Install the native engine? This downloads the package onnxruntime-node@${version} (ONNX Runtime, about 100 MB) from the npm registry into ${folder}. No scripts of it are run.`;

test('who agrees gets the version that is tested into the folder that was named, where the engine finds it; no script is run', async () => {
  await user.run();
  expect(user.seen).toEqual([question(), 'The native engine is installed. The next run can use it.']);
  expect(readdirSync(join(folder, 'node_modules', 'onnxruntime-node')).sort()).toEqual(['index.js', 'package.json']);
  expect((await openNative({ use: 'native', nativeFolder: folder })).name).toBe('native');
});

test('who declines gets nothing, and nobody is asked', async () => {
  user.answer = undefined;
  await user.run();
  expect(user.seen).toEqual([question()]);
  expect([existsSync(folder), asked]).toEqual([false, []]);
});

test('where npm fails, its words are shown', async () => {
  respond = (_url, response) => response.writeHead(404).end();
  await user.run();
  expect(user.seen).toEqual([question(), expect.stringMatching(/^The native engine could not be installed: .*E404/s)]);
});

test('it can be cancelled', async () => {
  respond = () => user.cancel();
  await user.run();
  expect(user.seen).toEqual([question(), 'The native engine could not be installed: it was cancelled.']);
  expect(existsSync(join(folder, 'node_modules'))).toBe(false);
});

test('where there is no npm, it says what to do', async () => {
  const { PATH } = process.env;
  vi.stubEnv('PATH', temporary);
  await user.run();
  vi.stubEnv('PATH', PATH);
  expect(user.seen).toEqual([expect.stringContaining('Install Node.js, which brings it, or name a folder that has onnxruntime-node')]);
  expect(existsSync(folder)).toBe(false);
});
