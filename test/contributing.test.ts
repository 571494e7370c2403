import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const guide = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
const sources = ['src/model', 'src/graph', 'test/graph']
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(root, folder, name)))
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readFileSync(path, 'utf8'));

test('code that CONTRIBUTING.md shows stands so in the sources', () => {
  const shown = [...guide.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code);
  expect(shown).toHaveLength(3);
  for (const code of shown) expect(sources.filter((source) => source.includes(code))).toHaveLength(1);
});

test('what CONTRIBUTING.md links to is there', () => {
  for (const [, path] of guide.matchAll(/\]\(([^)#]+)[^)]*\)/g)) expect(() => readFileSync(join(root, path))).not.toThrow();
  const headings = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading.toLowerCase().replaceAll(' ', '-'),
  );
  for (const [, anchor] of guide.matchAll(/README\.md#([^)]+)\)/g)) expect(headings).toContain(anchor);
  for (const [, path] of guide.matchAll(/`((?:src|test|scripts)\/[\w./-]+\.(?:ts|mjs))`/g))
    expect(() => readFileSync(join(root, path))).not.toThrow();
});
