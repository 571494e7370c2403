import { expect, test } from 'vitest';
import { endOfCode, formatOutline, layerAt, movePlaces, type LayerPlace } from '../../src/editor/layerLines';
import { parseModel } from '../../src/model/parse';
import { walkLayers } from '../../src/model/spec';

const text = `data: {source: spirals}
model:
  - Linear: {out_features: 16} # wide
  - Residual:
      - Linear:
          out_features: 16
          name: inner
      - ReLU
  - Repeat: {times: 2, layers: [{Linear: 8}, Tanh]}

  - Linear: {out_features: 2, name: head}
loss: CrossEntropyLoss
`;

const placesOf = (source: string): LayerPlace[] => [...walkLayers(parseModel(source).spec!.model)].map(({ name, range }) => ({ name, range }));

/** The layer with the cursor at the start of `needle`. */
const at = (needle: string): string | undefined => layerAt(placesOf(text), text, text.indexOf(needle));

test.each<[string, string | undefined, string]>([
  ['  - Linear: {out', 'linear1', 'at the start of the line'],
  ['out_features: 16}', 'linear1', 'in the arguments'],
  ['wide', 'linear1', 'in the comment behind it'],
  ['      - Linear:\n', 'inner', 'before a layer in a container'],
  ['name: inner', 'inner', 'on a line of the arguments alone'],
  ['Residual', 'residual1', 'on a container'],
  ['ReLU', 'relu1', 'on a layer in a container'],
  ['Tanh', 'tanh1', 'on one of several of a line'],
  ['  - Repeat', 'repeat1', 'before several of a line'],
  ['loss:', undefined, 'outside of the model'],
  ['data:', undefined, 'before the model'],
])('the cursor at “%s” is on %s: %s', (needle, layer) => {
  expect(at(needle)).toBe(layer);
});

const lineOf = (source: string, places: readonly LayerPlace[], name: string): number =>
  source.slice(0, places.find((place) => place.name === name)!.range.start).split('\n').length;

test.each([
  ['a line above', 'model:\n', 'model:\n  - Flatten: [\n'],
  ['two lines less', '  - Linear: {out_features: 16} # wide\n  - Residual:\n', '  - Residual:\n'],
  ['a longer line before', 'data: {source: spirals}', 'data: {source: spirals, noise: 0.2, classes: 3'],
])('layers below an edit stay on their lines while the text does not parse: %s', (_, before, after) => {
  const offset = text.indexOf(before);
  const edited = text.replace(before, after);
  const moved = movePlaces(placesOf(text), { offset, removed: before.length, added: after.length });
  expect(lineOf(edited, moved, 'inner')).toBe(edited.slice(0, edited.indexOf('- Linear:\n')).split('\n').length);
  expect(lineOf(edited, moved, 'head')).toBe(edited.slice(0, edited.indexOf('name: head')).split('\n').length);
});

test.each([
  ['  - ReLU', 4, '  - ReLU'],
  ['  - ReLU  # rectifier', 4, '  - ReLU'],
  ['  - Residual: # skips', 4, '  - Residual:'],
  ['  - [{Linear: 4}, ReLU] # two', 17, '  - [{Linear: 4}, ReLU]'],
  ["  - Linear: {out_features: 4, name: 'a #1'}   ", 43, "  - Linear: {out_features: 4, name: 'a #1'}"],
])('the code of “%s” from column %d on ends behind “%s”', (line, from, code) => {
  expect(line.slice(0, endOfCode(line, from))).toBe(code);
});

test('shapes and parameter counts as a person writes them', () => {
  expect(formatOutline({ output: [16, 8, 8], params: 160 })).toBe('→ 16×8×8 · 160 params');
  expect(formatOutline({ output: [10], params: 1 })).toBe('→ 10 · 1 param');
  expect(formatOutline({ output: [64, 4], params: 1_234_567 })).toBe('→ 64×4 · 1,234,567 params');
  expect(formatOutline({ output: [2], params: 0 })).toBe('→ 2');
});
