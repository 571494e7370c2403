import { expect, test } from 'vitest';
import { editEffect, type EditSpan } from '../../src/run/editEffect';
import type { StartedLayer, TensorStats } from '../../src/train/protocol';
import type { LossPoint, StatsSnapshot } from '../../src/view/protocol';

const layers = (...names: string[]): StartedLayer[] => names.map((name) => ({ name, type: 'Linear', line: 1, output: [1], params: 1 }));
const span: EditSpan = { from: -Infinity, at: 200, to: Infinity, layersBefore: layers('a', 'b'), layersAfter: layers('a', 'b') };

/** A loss that falls by a factor of 10 every `steps` steps. */
const losses = (from: number, to: number, steps: number): LossPoint[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({
    step: from + i,
    loss: 10 ** (-(from + i) / steps),
    total_loss: 0,
    lr: 0.1,
    grad_norm: 1,
  }));

const tensor: TensorStats = { mean: 0, std: 1, min: 0, max: 0, l2: 1, zero_fraction: 0, non_finite: 0 };
const sample = (step: number, gradients: Record<string, number | null>): StatsSnapshot => ({
  step,
  layers: Object.fromEntries(Object.entries(gradients).map(([name, l2]) => [name, { activation: tensor, gradient: { ...tensor, l2 } }])),
  params: {},
});

test('slopes are decades per 100 steps, of the 100 points on either side', () => {
  const curve = [...losses(1, 100, 10), ...losses(101, 200, 1000), ...losses(201, 300, 50), ...losses(301, 400, 1)];
  const { effect, isSettled } = editEffect(span, curve, []);
  expect(effect).toEqual({ slopeBefore: expect.closeTo(-0.1, 9), slopeAfter: expect.closeTo(-2, 9) });
  expect(isSettled).toBe(true);
});

test('what lies beyond the neighbouring edits is theirs', () => {
  const curve = [...losses(1, 180, 10), ...losses(181, 200, 1000), ...losses(201, 215, 50), ...losses(216, 400, 1)];
  const { effect, isSettled } = editEffect({ ...span, from: 180, to: 215 }, curve, []);
  expect(effect).toEqual({ slopeBefore: expect.closeTo(-0.1, 9), slopeAfter: expect.closeTo(-2, 9) });
  expect(isSettled).toBe(true);
});

test('too few steps say nothing yet; losses that are zero or not finite do not count', () => {
  expect(editEffect(span, [...losses(194, 200, 10), ...losses(201, 207, 10)], [])).toEqual({ effect: {}, isSettled: false });
  const broken = losses(201, 230, 10).map((point) => ({ ...point, loss: point.step % 2 ? null : point.step % 4 ? 0 : point.loss }));
  expect(editEffect(span, broken, []).effect).toEqual({});
  expect(editEffect(span, losses(201, 208, 10), [])).toEqual({ effect: { slopeAfter: expect.closeTo(-10, 9) }, isSettled: false });
});

test('the flow is the median of the nearest samples: first layer that has a gradient over the last', () => {
  const layersAfter = layers('flatten1', 'a', 'c', 'b');
  const samples = [
    sample(100, { a: 100, b: 1 }),
    ...[160, 170, 180, 190, 200].map((step, i) => sample(step, { a: [1, 2, 3, 4, 1000][i], b: 2 })),
    sample(210, { flatten1: null, a: 6, c: 0, b: 12 }),
  ];
  expect(editEffect({ ...span, layersAfter }, [], samples).effect).toEqual({ flowBefore: 1.5, flowAfter: 0.5 });
});

test('layers are looked up by their own names only, and a vanished gradient divides nothing', () => {
  const odd = { ...span, layersBefore: layers('constructor', 'a', 'b') };
  expect(editEffect(odd, [], [sample(200, { a: 1, b: 4 })]).effect).toEqual({ flowBefore: 0.25 });
  expect(editEffect(span, [], [sample(200, { a: 1, b: 0 }), sample(210, { a: 1 })]).effect).toEqual({});
});
