import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunEvent } from '../../src/train/protocol';
import { MODELS } from '../train/engines/models';
import { gpuEnvironment } from '../train/engines/realEngines';

const root = resolve(import.meta.dirname, '../..');
const target = `${process.platform}-${process.arch}`;
const temporary = mkdtempSync(join(tmpdir(), 'layerwise-package-'));
let archive: Buffer;
let files: string[];

/** The package of this platform, built and unpacked where no other file of the repository is found. */
beforeAll(() => {
  const vsix = join(temporary, 'layerwise.vsix');
  execFileSync(process.execPath, [join(root, 'scripts/package.mjs'), '--target', target, '--out', vsix], { stdio: 'pipe' });
  archive = readFileSync(vsix);
  const content = unzipSync(archive);
  files = Object.keys(content);
  for (const [name, bytes] of Object.entries(content)) {
    mkdirSync(dirname(join(temporary, name)), { recursive: true });
    writeFileSync(join(temporary, name), bytes);
  }
  writeFileSync(join(temporary, 'model.nn.yaml'), Object.values(MODELS)[2].replace('steps: 50', 'steps: 5'));
});
afterAll(() => rmSync(temporary, { recursive: true }));

/** What its command line tells of a run. */
function train(engine: string): RunEvent[] {
  const command = ['extension/dist/cli.js', 'train', 'model.nn.yaml', '--engine', engine, '--json', '--no-stats'];
  const env = { ...process.env, ...gpuEnvironment() };
  // Node 20 optimises two functions of the build for WebGPU for more than a minute, and waits for it.
  const text = execFileSync(process.execPath, ['--liftoff-only', ...command], { cwd: temporary, env, encoding: 'utf8' });
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent);
}

test('the package of a platform has WebGPU in Node: Dawn for that platform alone, and its licence', () => {
  const platform = process.platform === 'darwin' ? 'darwin-universal' : target;
  const added = files.filter((file) => /webgpu|asyncify/.test(file)).map((file) => file.replace('extension/dist/', ''));
  expect(added.sort()).toEqual([
    'ort-wasm-simd-threaded.asyncify.mjs',
    'ort-wasm-simd-threaded.asyncify.wasm',
    'ort.webgpu.min.mjs',
    'webgpu/LICENSE.md',
    ...readdirSync(join(root, 'node_modules/webgpu/dist', platform)).map((file) => `webgpu/dist/${platform}/${file}`),
    'webgpu/index.js',
    'webgpu/package.json',
  ]);
  const licence = readFileSync(join(root, 'node_modules/webgpu/LICENSE.md'), 'utf8').trim();
  expect(readFileSync(join(temporary, 'extension/ThirdPartyNotices.txt'), 'utf8')).toContain(licence);
  expect(archive.length).toBeLessThan(25e6);
});

test('from inside it WebGPU trains, as WASM does', () => {
  const [found, expected] = [train('webgpu'), train('wasm')];
  expect(found[0]).toMatchObject({ type: 'start', engine: 'webgpu' });
  const lossesOf = (events: RunEvent[]) => events.flatMap((event) => (event.type === 'step' ? [event.loss!] : []));
  expect(lossesOf(found)).toHaveLength(5);
  lossesOf(found).forEach((loss, i) => expect(loss / lossesOf(expected)[i]).toBeCloseTo(1, 4));
});
