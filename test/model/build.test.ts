import { expect, test } from 'vitest';
import { scratchForward } from '../../src/model/build';
import { outlineModel } from '../../src/model/outline';
import { parseModel } from '../../src/model/parse';
import type { Spec } from '../../src/model/spec';

function spec(model: string): Spec {
  const { spec: parsed, problems } = parseModel(`data: {source: blobs}\nmodel: ${model}\nloss: CrossEntropyLoss\n`);
  if (!parsed) throw new Error(problems.map((p) => p.message).join('\n'));
  return parsed;
}
const shapes = (model: string, sample: number[]) =>
  Object.fromEntries(outlineModel(spec(model), sample).layers.map((l) => [l.name, [l.output.join('×'), l.params]]));

test('shapes and parameter counts of an image model', () => {
  const model = '[{Conv2d: {out_channels: 8, kernel_size: 3, padding: 1}}, ReLU, {MaxPool2d: 2}, {AdaptiveAvgPool2d: 1}, Flatten, {Linear: 10}]';
  expect(shapes(model, [3, 9, 9])).toEqual({
    conv2d1: ['8×9×9', 224],
    relu1: ['8×9×9', 0],
    maxpool2d1: ['8×4×4', 0],
    adaptiveavgpool2d1: ['8×1×1', 0],
    flatten1: ['8', 0],
    linear1: ['10', 90],
  });
});

test('copies of a Repeat have weights of their own; shared ones have one set', () => {
  const names = (shared: boolean) =>
    scratchForward(spec(`[{Repeat: {times: 2, shared: ${shared}, layers: [{Linear: {out_features: 2, name: l}}]}}]`), [2]).parameters.map(
      (p) => p.name,
    );
  expect(names(false)).toEqual(['l.0.weight', 'l.0.bias', 'l.1.weight', 'l.1.bias']);
  expect(names(true)).toEqual(['l.weight', 'l.bias']);
});

test('a name inside a Repeat means its own copy', () => {
  const model = '[{Repeat: {times: 2, layers: [{Linear: {out_features: 4, name: a}}, Tanh, {Linear: {out_features: 4, name: b}}, {Add: [a]}]}}]';
  expect(outlineModel(spec(model), [4]).problems).toEqual([]);
  const forward = scratchForward(spec(model), [4]);
  const byName = new Map(forward.layers.map((l) => [l.name, l.output]));
  const addition = byName.get('add1.1')!.node;
  expect(addition.inputs).toEqual([byName.get('b.1'), byName.get('a.1')]);
});

test('an outline ends where a shape does not fit, and keeps what stands before', () => {
  const { layers, problems } = outlineModel(spec('[{Linear: 4}, {Conv2d: {out_channels: 2, kernel_size: 3}}, {Linear: 3}]'), [2]);
  expect(layers.map((l) => l.name)).toEqual(['linear1']);
  expect(problems.map((p) => [p.layer, p.message])).toEqual([['conv2d1', '`conv2d1`: expects an image C×H×W, got 4 (from `linear1`)']]);
});

test('Parallel concatenates on dim 1 unless told otherwise; branches that do not fit are named', () => {
  expect(shapes('[{Parallel: {branches: [[{Linear: 3}], [{Linear: 4}]]}}]', [2]).parallel1).toEqual(['7', 0]);
  const { problems } = outlineModel(spec('[{Parallel: {merge: add, branches: [[{Linear: 3}], [{Linear: 4}]]}}]'), [2]);
  expect(problems[0].message).toBe('`parallel1`: joins 3 (from `linear1`) with 4 (from `linear2`)');
});

test('pooling sizes with ceil_mode and padding are PyTorch’s', () => {
  const size = (args: string) => shapes(`[{MaxPool2d: {kernel_size: 3, stride: 2, ${args}}}]`, [1, 6, 6]).maxpool2d1[0];
  expect(size('padding: 0')).toBe('1×2×2');
  expect(size('padding: 0, ceil_mode: true')).toBe('1×3×3');
  expect(size('padding: 1')).toBe('1×3×3');
  // A window larger than the input still counts once, partially.
  expect(shapes('[{MaxPool2d: {kernel_size: [1, 3], ceil_mode: true}}]', [1, 1, 2]).maxpool2d1[0]).toBe('1×1×1');
});

test('Concat takes dimensions from the end', () => {
  expect(shapes('[{Linear: {out_features: 3, name: a}}, {Linear: 4}, {Concat: {layers: [a], dim: -1}}]', [2]).concat1).toEqual(['7', 0]);
});

test('weights that are shared count once', () => {
  const layers = outlineModel(spec('[{Repeat: {times: 3, shared: true, layers: [{Linear: {out_features: 2, name: l}}]}}]'), [2]).layers;
  expect(layers.reduce((sum, l) => sum + l.params, 0)).toBe(6);
});

const places = (model: string, sample: number[]) =>
  Object.fromEntries(scratchForward(spec(model), sample).layers.map((l) => [l.name, [l.inputs.join(' + '), l.block]]));

test('a layer knows what it takes and where it stands: residual, branches, names', () => {
  const model = `[{Residual: {layers: [{Linear: 2}, ReLU]}},
    {Parallel: {branches: [[{Linear: {out_features: 2, name: left}}], [Tanh, Identity]], merge: add}},
    {Residual: {layers: [{Linear: 2}], shortcut: [{Linear: {out_features: 2, name: way}}]}}, {Concat: [left, residual1]}]`;
  expect(places(model, [2])).toEqual({
    residual1: ['relu1 + ', undefined],
    linear1: ['', 'residual1'],
    relu1: ['linear1', 'residual1'],
    parallel1: ['left + identity1', undefined],
    left: ['residual1', 'parallel1'],
    tanh1: ['residual1', 'parallel1'],
    identity1: ['tanh1', 'parallel1'],
    residual2: ['linear3 + way', undefined],
    linear3: ['parallel1', 'residual2'],
    way: ['parallel1', 'residual2'],
    concat1: ['residual2 + left + residual1', undefined],
  });
});

test('copies of a Repeat follow each other, each a block of its own', () => {
  const model = '[{Repeat: {times: 2, layers: [{Linear: {out_features: 2, name: a}}, {Residual: [Tanh]}, {Add: [a]}]}}, ReLU]';
  expect(places(model, [2])).toEqual({
    repeat1: ['add1.1', undefined],
    'a.0': ['', 'repeat1.0'],
    'residual1.0': ['tanh1.0 + a.0', 'repeat1.0'],
    'tanh1.0': ['a.0', 'residual1.0'],
    'add1.0': ['residual1.0 + a.0', 'repeat1.0'],
    'a.1': ['add1.0', 'repeat1.1'],
    'residual1.1': ['tanh1.1 + a.1', 'repeat1.1'],
    'tanh1.1': ['a.1', 'residual1.1'],
    'add1.1': ['residual1.1 + a.1', 'repeat1.1'],
    relu1: ['repeat1', undefined],
  });
});
