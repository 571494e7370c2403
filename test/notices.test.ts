import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { bundledFiles, thirdPartyNotices } from '../scripts/notices.mjs';

const temporary = mkdtempSync(join(tmpdir(), 'layerwise-notices-'));
afterAll(() => rmSync(temporary, { recursive: true }));

/** Installs a package: its files by name, package.json among them. */
function install(folder: string, manifest: object, files: Record<string, string>): string {
  const at = join(temporary, 'node_modules', folder);
  for (const [file, text] of Object.entries({ 'package.json': JSON.stringify(manifest), ...files })) {
    mkdirSync(dirname(join(at, file)), { recursive: true });
    writeFileSync(join(at, file), text);
  }
  return at;
}

const one = install('one', { name: 'one', version: '1.0.0', license: 'MIT', repository: 'github:them/one' }, { LICENSE: 'ONE', NOTICE: 'SEEN' });
const older = install('@a/b/node_modules/one', { name: 'one', version: '0.9.0', license: 'MIT' }, { 'LICENSE.txt': 'OLDER' });
const scoped = install(
  '@a/b',
  { name: '@a/b', version: '2.0.0', license: 'ISC', repository: { url: 'git+https://github.com/a/b.git' } },
  {
    'LICENSE.md': '\r\nB\r\n\r\n',
    'dist/x64/tool-LICENSE.TXT': 'TOOL',
    'dist/arm64/tool-LICENSE.TXT': 'OTHER TOOL',
    'dist/b.js.map': JSON.stringify({ sources: ['../src/b.ts', '../node_modules/inner/lib/inner.ts'] }),
  },
);
const inner = install('inner', { name: 'inner', version: '3.0.0' }, { COPYING: 'INNER' });

test('a file belongs to the innermost package; an entry has name, version, home and all texts', () => {
  const text = thirdPartyNotices([join(one, 'x.js'), join(older, 'x.js'), 'src/extension.ts']);
  const rule = '='.repeat(80);
  const [, ...entries] = text.split(`${rule}\n`);
  expect(entries).toEqual([
    'one 0.9.0\nLicence: MIT\n',
    '\n[LICENSE.txt]\n\nOLDER\n\n',
    'one 1.0.0\nLicence: MIT\nhttps://github.com/them/one\n',
    '\n[LICENSE]\n\nONE\n\n[NOTICE]\n\nSEEN\n',
  ]);
});

test('what lies beside a file counts, and what was built into it before it came here', () => {
  const files = [join(scoped, 'dist/x64/tool.node'), join(scoped, 'dist/b.js')];
  const text = thirdPartyNotices(files);
  expect(text).toMatch(/@a\/b 2.0.0\nLicence: ISC\nhttps:\/\/github.com\/a\/b\n=+\n\n\[LICENSE.md\]\n\nB\n\n\[tool-LICENSE.TXT\]\n\nTOOL\n/);
  expect(text).toMatch(/inner 3.0.0\nLicence: see below\n=+\n\n\[COPYING\]\n\nINNER\n/);
  expect(text).not.toContain('OTHER TOOL');
  expect(thirdPartyNotices([...files, join(inner, 'lib/inner.js'), ...files].reverse())).toBe(text);
});

test('a package without the text of its licence is named, with what to do; a notice is no licence, nor is that of a part', () => {
  const manifest = { name: 'bare', version: '1.2.3', license: 'MIT', repository: 'Them/Bare' };
  const bare = install('bare', manifest, { NOTICE: 'SEEN', LICENSE: '\n', 'bin/tool-LICENSE.txt': 'TOOL' });
  expect(() => thirdPartyNotices([join(bare, 'bin/x.js')])).toThrow(
    'bare 1.2.3 (MIT) comes without the text of its licence. Put the one of https://github.com/Them/Bare into scripts/licences/them-bare.txt.',
  );
  writeFileSync(join(scoped, 'dist/lost.js.map'), JSON.stringify({ sources: ['../node_modules/lost/x.ts'] }));
  expect(() => thirdPartyNotices([join(scoped, 'dist/lost.js')])).toThrow(/lost is not installed/);
});

test('what esbuild looked at and left out is not in the package', () => {
  const inputs = { 'node_modules/one/x.js': { bytesInOutput: 7 }, 'node_modules/two/x.js': { bytesInOutput: 0 }, 'src/a.ts': { bytesInOutput: 9 } };
  const output = { bytes: 16, inputs, imports: [], exports: [] };
  expect(bundledFiles([{ outputs: { 'dist/a.js': output } }, { outputs: { 'dist/b.js': output } }])).toEqual(['node_modules/one/x.js', 'src/a.ts']);
});
