import { expect, test } from 'vitest';
import { scratchForward } from '../../src/model/build';
import { parseModel } from '../../src/model/parse';

function fields(model: string, sample: number[]): Record<string, number | undefined> {
  const { spec, problems } = parseModel(`data: {source: blobs}\nmodel: ${model}\nloss: CrossEntropyLoss\n`);
  if (!spec) throw new Error(problems.map((p) => p.message).join('\n'));
  return Object.fromEntries(scratchForward(spec, sample).layers.map((l) => [l.name, l.receptiveField]));
}
const conv = (args: string) => `{Conv2d: {out_channels: 1, ${args}}}`;

test('VGG-16 sees 212 pixels after its last pooling (table 1 of Araujo, Norris & Sim 2019)', () => {
  const stage = (convolutions: number) => [...Array.from({ length: convolutions }, () => conv('kernel_size: 3, padding: 1')), '{MaxPool2d: 2}'];
  const model = [2, 2, 3, 3, 3].flatMap(stage);
  expect(fields(`[${model.join(', ')}]`, [1, 32, 32])).toMatchObject({ conv2d1: 3, conv2d2: 5, maxpool2d1: 6, maxpool2d5: 212 });
});

test('dilation widens, 1×1 does not, the longer side counts', () => {
  const model = `[${conv('kernel_size: 3, dilation: 4')}, ${conv('kernel_size: 1')}, ${conv('kernel_size: [3, 5], stride: [3, 1]')}, ${conv('kernel_size: [4, 1]')}]`;
  // Rows: 9, 9, 9 + 2 = 11, 11 + 3·3 = 20. Columns: 9, 9, 13, 13.
  expect(Object.values(fields(model, [1, 40, 40]))).toEqual([9, 9, 13, 20]);
});

test('of two ways the one that sees more counts, and strides go on from there', () => {
  const way = (kernel: number, stride = 1) => `[${conv(`kernel_size: ${kernel}, stride: ${stride}, padding: ${(kernel - 1) / 2}`)}]`;
  const model = `[{Parallel: {merge: add, branches: [${way(1, 2)}, ${way(5, 2)}]}}, ReLU, {Residual: {layers: ${way(3)}}}]`;
  expect(fields(model, [1, 16, 16])).toMatchObject({ conv2d1: 1, conv2d2: 5, parallel1: 5, relu1: 5, conv2d3: 9, residual1: 9 });
});

test('it ends with the positions', () => {
  const after = (layers: string) => fields(`[${conv('kernel_size: 3')}, ${layers}]`, [1, 8, 8]);
  expect(after('ReLU, {BatchNorm2d: {}}, {Dropout: 0.1}')).toMatchObject({ relu1: 3, batchnorm2d1: 3, dropout1: 3 });
  expect(after('{AdaptiveAvgPool2d: 1}, Flatten, {Linear: 2}')).toEqual({ conv2d1: 3 });
  expect(after('{Linear: 6}, ReLU')).toEqual({ conv2d1: 3 });
  expect(fields('[{Linear: 4}, ReLU]', [2])).toEqual({});
});
