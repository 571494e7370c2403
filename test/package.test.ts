import { build } from 'esbuild';
import { strFromU8, unzipSync } from 'fflate';
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { packaged } from '../scripts/bundles.mjs';

const root = resolve(import.meta.dirname, '..');
const manifest = z
  .object({ name: z.string(), version: z.string(), main: z.string(), browser: z.string() })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
const archiveOf = (...target: string[]): Buffer => readFileSync(join(root, `${[manifest.name, ...target, manifest.version].join('-')}.vsix`));
const filesIn = (archive: Buffer): string[] => Object.keys(unzipSync(archive, { filter: ({ name }) => !name.endsWith('/') }));
const archive = archiveOf();
const files = filesIn(archive);
const ofTheWeb = archiveOf('web');
const media = readdirSync(join(root, 'media'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());

test('the package holds what a user needs and nothing else', () => {
  expect(files.sort()).toEqual(
    [
      '[Content_Types].xml',
      'extension.vsixmanifest',
      'extension/LICENSE.txt',
      'extension/ThirdPartyNotices.txt',
      'extension/changelog.md',
      'extension/dist/cli.js',
      'extension/dist/extension.js',
      'extension/dist/ort-wasm-simd-threaded.mjs',
      'extension/dist/ort-wasm-simd-threaded.wasm',
      'extension/dist/trainer.js',
      'extension/dist/web/extension.js',
      'extension/dist/web/trainer.js',
      'extension/dist/webview.css',
      'extension/dist/webview.js',
      ...['moons', 'spirals', 'vanishing'].map((name) => `extension/examples/${name}.nn.yaml`),
      'extension/package.json',
      'extension/package.nls.json',
      'extension/readme.md',
      ...media.map((entry) => join(entry.parentPath, entry.name).replace(root, 'extension').replaceAll('\\', '/')),
    ].sort(),
  );
  for (const entry of [manifest.main, manifest.browser]) expect(files).toContain(join('extension', entry));
});

test('the package for VS Code for the Web has WebGPU as well', () => {
  const webgpu = ['ort.webgpu.min.mjs', 'ort-wasm-simd-threaded.asyncify.mjs', 'ort-wasm-simd-threaded.asyncify.wasm'];
  expect(filesIn(ofTheWeb).sort()).toEqual([...files, ...webgpu.map((name) => `extension/dist/${name}`)].sort());
});

const noticesIn = (archive: Buffer): string =>
  strFromU8(unzipSync(archive, { filter: ({ name }) => name === 'extension/ThirdPartyNotices.txt' })['extension/ThirdPartyNotices.txt']);
/** The notices' entries: a package's name, its version, and what stands below. */
const entriesIn = (notices: string) =>
  [...notices.matchAll(/^={80}\n(\S+) (\S+)\n(.*?)(?=^={80}\n\S+ \S+\n|$(?![^]))/gms)].map(([, name, version, text]) => ({ name, version, text }));
const licenceOf = (name: string, file: string) =>
  readFileSync(join(root, 'node_modules', name, file), 'utf8')
    .replaceAll('\r\n', '\n')
    .trim();

test('the notices name exactly the packages that the bundles are made of, by their source maps', async () => {
  const built = await Promise.all(packaged.map((options) => build({ ...options, minify: true, sourcemap: 'external', write: false })));
  const maps = built.flatMap(({ outputFiles }) => outputFiles).filter(({ path }) => path.endsWith('.map'));
  const bundles = maps.map(({ path }) => path.replace(root, 'extension').replaceAll('\\', '/').replace('.map', ''));
  expect(bundles.sort()).toEqual(files.filter((file) => /\/dist\/.*\.(js|css)$/.test(file)).sort());
  const sources = maps.flatMap(({ text }) => (JSON.parse(text) as { sources: string[] }).sources);
  const names = sources.flatMap((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1] ?? []);
  // As ONNX Runtime's own repository calls it, where it was built.
  const expected = new Set(names.map((name) => (name === 'common' ? 'onnxruntime-common' : name)));
  expect([...expected]).toEqual(expect.arrayContaining(['chart.js', 'onnxruntime-web', 'yaml', '@bufbuild/protobuf', '@dagrejs/graphlib']));
  expect([...new Set(entriesIn(noticesIn(archive)).map(({ name }) => name))]).toEqual([...expected].sort());
});

test('every entry of the notices has the text of its licence, once', () => {
  const entries = entriesIn(noticesIn(archive));
  const headings = entries.map(({ name, version }) => `${name} ${version}`);
  expect(new Set(headings).size).toBe(headings.length);
  for (const { name, text } of entries) expect(text, name).toMatch(/\n\[.+\]\n\n[^]{500,}/);
  const textOf = (wanted: string) => entries.find(({ name }) => name === wanted)!.text;
  expect(textOf('chart.js')).toContain(licenceOf('chart.js', 'LICENSE.md'));
  expect(textOf('yaml')).toContain(licenceOf('yaml', 'LICENSE'));
  expect(textOf('@vscode/webview-ui-toolkit')).toContain(licenceOf('@vscode/webview-ui-toolkit', 'NOTICES'));
  expect(textOf('onnxruntime-web')).toContain('Copyright (c) Microsoft Corporation');
  for (const part of ['Apache License', 'Copyright 2008 Google Inc.']) expect(textOf('@bufbuild/protobuf')).toContain(part);
  // A text that was kept for a package which has gone, or brings its own by now, goes too.
  for (const file of readdirSync(join(root, 'scripts/licences')))
    expect(noticesIn(archive), file).toContain(readFileSync(join(root, 'scripts/licences', file), 'utf8').trim());
  expect(noticesIn(ofTheWeb)).toBe(noticesIn(archive));
});

test('a download takes seconds', () => {
  expect(archive.length).toBeLessThan(6e6);
  expect(ofTheWeb.length).toBeLessThan(13e6);
});
