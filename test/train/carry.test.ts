import fc from 'fast-check';
import { expect, test } from 'vitest';
import { product } from '../../src/graph/shape';
import { OPTIMIZERS } from '../../src/model/optimizers';
import { carryWeights, type CarriedOver } from '../../src/train/carry';
import type { CarryOptions, Checkpoint, Tensors } from '../../src/train/protocol';
import { type ModelPlan, planModel } from '../../src/train/modelPlan';
import { specOf } from '../model/edits';

/** The model must end with `{Linear: <outputs>}`. */
const plan = (model: string, optimizer = 'Adam', sample = [2]): ModelPlan => {
  const outputs = Number(/(\d+)\D*$/.exec(model)![1]);
  return planModel(specOf(model, `data: {source: blobs}\nloss: MSELoss\noptimizer: ${optimizer}`), sample, [outputs]);
};

let numbers = 0;
/** Numbers that stand nowhere else. */
const unique = (shape: number[]) => ({ shape, data: Float32Array.from({ length: product(shape) }, () => ++numbers) });
const fill = (items: { name: string; shape: number[] }[]): Tensors => Object.fromEntries(items.map(({ name, shape }) => [name, unique(shape)]));
const items = ({ trained, frozen, buffers }: ModelPlan) => [...trained.items, ...frozen.items, ...buffers.items];

/** A checkpoint of a model in the middle of its training. */
const midway = (model: ModelPlan, ages: Record<string, number> = {}): Checkpoint => {
  const { name, args } = model.spec.optimizer;
  const optimizer = Object.fromEntries(OPTIMIZERS[name].state(args).map((state) => [state, fill(model.trained.items)]));
  return { step: 100, epoch: 3, row: 64, seconds: 12.5, tensors: fill(items(model)), optimizer, ages };
};

/** Carries over; what starts anew is negative. */
function carry(
  before: ModelPlan,
  after: ModelPlan,
  { from = midway(before), resized = 'fresh' }: { from?: Checkpoint; resized?: CarryOptions['resized'] } = {},
): CarriedOver & { from: Checkpoint; asked: string[] } {
  const shapes = new Map(items(after).map(({ name, shape }) => [name, shape]));
  const asked: string[] = [];
  const start = (name: string) => {
    asked.push(name);
    return Float32Array.from({ length: product(shapes.get(name)!) }, (_, i) => -1 - i);
  };
  const untouched = structuredClone(from);
  const result = carryWeights(from, before, after, start, resized);
  expect(from).toEqual(untouched);
  // It fits: every tensor and state of the new model is there, in its shape, and nothing else.
  const shapesOf = (tensors: Tensors) => Object.fromEntries(Object.entries(tensors).map(([name, t]) => [name, [t.shape, t.data.length]]));
  const expected = (list: { name: string; shape: number[] }[]) => Object.fromEntries(list.map((t) => [t.name, [t.shape, product(t.shape)]]));
  expect(shapesOf(result.checkpoint.tensors)).toEqual(expected(items(after)));
  const { name, args } = after.spec.optimizer;
  expect(Object.keys(result.checkpoint.optimizer)).toEqual(OPTIMIZERS[name].state(args));
  for (const state of Object.values(result.checkpoint.optimizer)) expect(shapesOf(state)).toEqual(expected(after.trained.items));
  return { ...result, from, asked };
}

const zeros = (length: number) => new Float32Array(length);

test('an inserted layer starts anew, all others go on bit for bit under their new names', () => {
  const { checkpoint, carried, inserted, from, asked } = carry(
    plan('[{Linear: 4}, {BatchNorm1d: {}}, {Linear: 3}]'),
    plan('[{Linear: 4}, {BatchNorm1d: {}}, {Linear: 4}, {Linear: 3}]'),
    { from: midway(plan('[{Linear: 4}, {BatchNorm1d: {}}, {Linear: 3}]'), { 'linear2.bias': 40 }) },
  );
  const { tensors, optimizer, ages, ...rest } = checkpoint;
  expect(rest).toEqual({ step: 100, epoch: 3, row: 64, seconds: 12.5 });
  for (const name of ['linear1.weight', 'linear1.bias', 'batchnorm1d1.weight', 'batchnorm1d1.running_mean', 'batchnorm1d1.running_var'])
    expect(tensors[name]).toEqual(from.tensors[name]);
  expect(tensors['linear3.weight']).toEqual(from.tensors['linear2.weight']);
  expect(tensors['linear2.bias'].data).toEqual(Float32Array.of(-1, -2, -3, -4));
  expect(optimizer.exp_avg['linear3.weight']).toEqual(from.optimizer.exp_avg['linear2.weight']);
  expect(optimizer.exp_avg_sq['linear3.bias']).toEqual(from.optimizer.exp_avg_sq['linear2.bias']);
  expect(optimizer.exp_avg['linear2.weight'].data).toEqual(zeros(16));
  expect(ages).toEqual({ 'linear2.weight': 0, 'linear2.bias': 0, 'linear3.bias': 40 });
  expect(carried).toEqual({ kept: 8, resized: [], fresh: ['linear2.weight', 'linear2.bias'], dropped: [] });
  expect(inserted).toEqual(['linear2']);
  expect(new Set(asked)).toEqual(new Set(['linear2.weight', 'linear2.bias']));
});

test('what the new model has no place for is named', () => {
  const { carried, inserted } = carry(
    plan('[{Linear: 4}, {BatchNorm1d: {}}, {Linear: 3}]'),
    plan('[{Linear: 4}, {Linear: {out_features: 3, bias: false}}]'),
  );
  const batchNorm = ['weight', 'bias', 'running_mean', 'running_var'].map((key) => `batchnorm1d1.${key}`);
  expect(carried).toMatchObject({ kept: 3, fresh: [], resized: [] });
  expect(new Set(carried.dropped)).toEqual(new Set([...batchNorm, 'linear2.bias']));
  expect(inserted).toEqual([]);
});

test('resized, fresh: a parameter of another shape starts anew, one of the same shape does not', () => {
  const { checkpoint, carried, from } = carry(plan('[{Linear: 4}, {Linear: 3}]'), plan('[{Linear: 5}, {Linear: 3}]'));
  expect(carried).toEqual({ kept: 1, resized: ['linear1.weight', 'linear1.bias', 'linear2.weight'], fresh: [], dropped: [] });
  expect(checkpoint.tensors['linear2.weight'].data[0]).toBe(-1);
  expect(checkpoint.optimizer.exp_avg['linear2.weight'].data).toEqual(zeros(15));
  expect(checkpoint.tensors['linear2.bias']).toEqual(from.tensors['linear2.bias']);
  expect(checkpoint.ages).toEqual({ 'linear1.weight': 0, 'linear1.bias': 0, 'linear2.weight': 0 });
});

test.each([
  ['wider', 3, 5],
  ['narrower', 5, 3],
])('resized, overlap: %s channels keep the common block with its moments', (_, few, many) => {
  const net = (channels: number) =>
    plan(
      `[{Conv2d: {out_channels: ${channels}, kernel_size: 3, padding: 1}}, {BatchNorm2d: {}}, {Conv2d: {out_channels: 2, kernel_size: 3, padding: 1}}, {AdaptiveAvgPool2d: 1}, Flatten, {Linear: 2}]`,
      'AdamW',
      [1, 4, 4],
    );
  const { checkpoint, carried, from } = carry(net(few), net(many), { resized: 'overlap' });
  expect(carried.resized).toEqual(['conv2d1.weight', 'conv2d1.bias', 'batchnorm2d1.weight', 'batchnorm2d1.bias', 'conv2d2.weight', 'batchnorm2d1.running_mean', 'batchnorm2d1.running_var']); // prettier-ignore
  expect(checkpoint.ages).toEqual({});
  const both = Math.min(few, many);
  const at = (weight: Tensors[string], o: number, i: number, k: number) => weight.data[(o * weight.shape[1] + i) * 9 + k];
  for (const [now, old, rest] of [
    [checkpoint.tensors, from.tensors, undefined],
    [checkpoint.optimizer.exp_avg, from.optimizer.exp_avg, 0],
    [checkpoint.optimizer.exp_avg_sq, from.optimizer.exp_avg_sq, 0],
  ] as const) {
    for (let o = 0; o < 2; o++)
      for (let i = 0; i < many; i++)
        for (let k = 0; k < 9; k++)
          expect(at(now['conv2d2.weight'], o, i, k)).toBe(i < both ? at(old['conv2d2.weight'], o, i, k) : (rest ?? -1 - ((o * many + i) * 9 + k)));
    expect([...now['conv2d1.bias'].data]).toEqual(
      Array.from({ length: many }, (__, i) => (i < both ? old['conv2d1.bias'].data[i] : (rest ?? -1 - i))),
    );
  }
  const { data } = checkpoint.tensors['batchnorm2d1.running_var'];
  expect([...data.slice(0, both)]).toEqual([...from.tensors['batchnorm2d1.running_var'].data.slice(0, both)]);
  expect([...data.slice(both)]).toEqual(Array.from({ length: many - both }, (__, i) => -1 - both - i));
});

test('shapes of another rank have no overlap', () => {
  const norm = (shape: string) => plan(`[{Linear: {out_features: 6, name: l}}, {Unflatten: [2, 3]}, {LayerNorm: {normalized_shape: ${shape}}}, Flatten, {Linear: {out_features: 1}}]`); // prettier-ignore
  const { checkpoint, carried } = carry(norm('[3]'), norm('[2, 3]'), { resized: 'overlap' });
  expect(carried.resized).toEqual(['layernorm1.weight', 'layernorm1.bias']);
  expect(checkpoint.tensors['layernorm1.weight'].data).toEqual(Float32Array.of(-1, -2, -3, -4, -5, -6));
  expect(checkpoint.ages).toEqual({ 'layernorm1.weight': 0, 'layernorm1.bias': 0 });
});

const model = '[{Linear: 3}]';
const all = ['linear1.weight', 'linear1.bias'];

test.each([
  // from, to, states that go on
  ['Adam', 'AdamW: {lr: 0.1}', ['exp_avg', 'exp_avg_sq']],
  ['AdamW', 'Adam: {weight_decay: 0.1}', ['exp_avg', 'exp_avg_sq']],
  ['Adam', 'AdamW: {amsgrad: true}', ['exp_avg', 'exp_avg_sq']],
  ['Adam: {amsgrad: true}', 'AdamW: {amsgrad: true}', ['exp_avg', 'exp_avg_sq', 'max_exp_avg_sq']],
  ['SGD: {momentum: 0.9}', 'SGD: {momentum: 0.5}', ['momentum_buffer']],
])('optimizer %s → %s keeps %j', (before, after, states) => {
  const { checkpoint, from } = carry(plan(model, `{${before}}`.replace(/^{(\w+)}$/, '$1')), plan(model, `{${after}}`));
  for (const [state, tensors] of Object.entries(checkpoint.optimizer))
    for (const name of all) expect(tensors[name].data).toEqual(states.includes(state) ? from.optimizer[state][name].data : zeros(name.endsWith('weight') ? 6 : 3)); // prettier-ignore
  expect(checkpoint.ages).toEqual({});
});

test.each([
  ['Adam', '{SGD: {momentum: 0.9}}', 0],
  ['{SGD: {momentum: 0.9}}', 'AdamW', 0],
  ['SGD', '{SGD: {momentum: 0.9}}', 0],
  ['Adam', 'SGD', undefined],
  ['{SGD: {momentum: 0.9}}', 'SGD', undefined],
])('optimizer %s → %s: state that is not there starts at 0, and with it the age', (before, after, age) => {
  const { checkpoint } = carry(plan(model, before), plan(model, after));
  for (const state of Object.values(checkpoint.optimizer)) for (const name of all) expect(Math.max(...state[name].data)).toBe(0);
  expect(checkpoint.ages).toEqual(age === undefined ? {} : Object.fromEntries(all.map((name) => [name, age])));
});

test('ages go on with their parameters, whatever those are called now', () => {
  const before = plan('[{Linear: 2}, {Linear: 3}]');
  const after = plan('[{Linear: {out_features: 2, name: first}}, {Linear: 3}]');
  expect(carry(before, after, { from: midway(before, { 'linear1.weight': 7 }) }).checkpoint.ages).toEqual({ 'first.weight': 7 });
});

test('freezing keeps the weights, thawing too, with state that starts anew', () => {
  const net = (freeze: boolean) => plan(`[{Linear: {out_features: 2, freeze: ${freeze}}}, {Linear: 3}]`);
  const frozen = carry(net(false), net(true));
  expect(frozen.checkpoint.tensors).toEqual(frozen.from.tensors);
  expect(Object.keys(frozen.checkpoint.optimizer.exp_avg)).toEqual(['linear2.weight', 'linear2.bias']);
  expect(frozen.checkpoint.ages).toEqual({});
  const thawed = carry(net(true), net(false));
  expect(thawed.checkpoint.tensors).toEqual(thawed.from.tensors);
  expect(thawed.checkpoint.optimizer.exp_avg['linear1.weight'].data).toEqual(zeros(4));
  expect(thawed.checkpoint.optimizer.exp_avg['linear2.weight']).toEqual(thawed.from.optimizer.exp_avg['linear2.weight']);
  expect(thawed.checkpoint.ages).toEqual({ 'linear1.weight': 0, 'linear1.bias': 0 });
});

test('copies of a Repeat: those that are there go on, one more starts anew; shared ones part with the same weights and join with the first', () => {
  const net = (args: string) => plan(`[{Repeat: {${args}, layers: [{Linear: {out_features: 2, name: l}}]}}, {Linear: 3}]`);
  const more = carry(net('times: 2'), net('times: 3'));
  expect(more.carried).toMatchObject({ kept: 6, fresh: ['l.2.weight', 'l.2.bias'], dropped: [] });
  expect(more.inserted).toEqual(['l.2']);
  const parted = carry(net('times: 2, shared: true'), net('times: 2'));
  for (const copy of ['l.0.weight', 'l.1.weight']) expect(parted.checkpoint.tensors[copy].data).toEqual(parted.from.tensors['l.weight'].data);
  expect(parted.carried).toEqual({ kept: 6, resized: [], fresh: [], dropped: [] });
  const joined = carry(net('times: 2'), net('times: 2, shared: true'));
  expect(joined.checkpoint.tensors['l.weight']).toEqual(joined.from.tensors['l.0.weight']);
  expect(joined.carried.dropped).toEqual(['l.1.weight', 'l.1.bias']);
});

test('before the first step nothing is young', () => {
  const before = plan(model);
  expect(carry(before, plan('[{Linear: 4}, {Linear: 3}]'), { from: { ...midway(before), step: 0 } }).checkpoint.ages).toEqual({});
});

const layer = fc.constantFrom(
  '{Linear: 2}',
  '{Linear: {out_features: 2, bias: false}}',
  'ReLU',
  '{BatchNorm1d: {}}',
  '{Residual: [{Linear: 2}, Tanh]}',
);

test('an edit that only adds layers, and its undo: all numbers, states and ages are back', () => {
  fc.assert(
    fc.property(fc.array(layer, { maxLength: 5 }), fc.array(layer, { minLength: 1, maxLength: 3 }), fc.nat(5), (layers, more, at) => {
      const net = (entries: string[]) => plan(`[{Linear: {out_features: 2, name: in}}, ${[...entries, '{Linear: 3}'].join(', ')}]`);
      const before = net(layers);
      const after = net([...layers.slice(0, at), ...more, ...layers.slice(at)]);
      const from = midway(before, { 'in.weight': 5 });
      const there = carry(before, after, { from });
      expect(there.carried).toMatchObject({ resized: [], dropped: [] });
      const back = carry(after, before, { from: there.checkpoint });
      expect(back.checkpoint).toEqual(from);
    }),
    { numRuns: 50 },
  );
});
