import { unzipSync } from 'fflate';
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';

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

test('a download takes seconds', () => {
  expect(archive.length).toBeLessThan(6e6);
  expect(ofTheWeb.length).toBeLessThan(13e6);
});
