import { expect, test } from 'vitest';
import { languageTable } from '../scripts/languageTable';
import { ENTRY_TYPES } from '../src/model/vocabulary';

test('docs/language.md is the language of this build', async () => {
  await expect(languageTable()).toMatchFileSnapshot('../docs/language.md');
});

test('every layer stands in it once, with cells that no bar breaks', () => {
  const lines = languageTable().split('\n');
  const layers = lines.slice(lines.indexOf('## Layers'), lines.indexOf('## Arguments that layers share'));
  for (const type of ENTRY_TYPES) expect(layers.filter((line) => line.startsWith(`| \`${type}\` | `))).toHaveLength(1);
  const widths = lines.filter((line) => line.startsWith('| ')).map((line) => line.replaceAll('\\|', '').split('|').length - 2);
  expect(new Set(widths)).toEqual(new Set([2, 3, 4, 5]));
});
