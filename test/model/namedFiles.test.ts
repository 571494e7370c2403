import { expect, test } from 'vitest';
import { namedFiles } from '../../src/model/namedFiles';
import { parseModel } from '../../src/model/parse';

/** Path and the text at its place. */
const filesIn = (text: string): [string, string][] =>
  namedFiles(parseModel(text).spec!).map(({ path, range }) => [path, text.slice(range.start, range.end)]);

test('data, validation and weights, wherever they are named, each once', () => {
  const text = `data: {file: ./train.csv, target: y, validation: "../val set.csv"}
model:
  - Linear: {out_features: 8, init: {weights: ./first.safetensors}}
  - Residual:
      - Linear: {out_features: 8, init: {weights: ./inner.safetensors}}
  - Linear: {out_features: 1, init: {weights: ./first.safetensors}}
init: {weights: ./all.safetensors, strict: false}
loss: MSELoss
`;
  const files = filesIn(text);
  expect(files.map(([path]) => path).sort()).toEqual([
    '../val set.csv',
    './all.safetensors',
    './first.safetensors',
    './inner.safetensors',
    './train.csv',
  ]);
  for (const [path, place] of files) expect(place).toContain(path);
});

test('a generator and a share of validation name none', () => {
  expect(filesIn('data: {source: moons, validation: 0.2}\nmodel: [Linear: 2]\nloss: CrossEntropyLoss\n')).toEqual([]);
});
