import { expect, test } from 'vitest';
import { indexes, moments, NdArray, once, sigmoid, softmax, sum } from './array';
import { drawsOf, expectFormula, layerAtPoint, type LayerCase, type Point } from './layerAtPoint';

type Arrays = Record<string, NdArray>;
const EPS = 1e-5;

const ofBatch = (x: NdArray, c: number) => moments(x, indexes(x.shape, [undefined, c]));
const ofLayer = (x: NdArray, n: number) => moments(x, indexes(x.shape, [n]));
const ofInstance = (x: NdArray, n: number, c: number) => moments(x, indexes(x.shape, [n, c]));
/** All moments of an input, each worked out when it is asked for. */
const momentsOf = (x: NdArray) => ({
  batch: once((c) => ofBatch(x, c)),
  layer: once((n) => ofLayer(x, n)),
  instance: once((n, c) => ofInstance(x, n, c)),
});
const perChannel = (x: NdArray) => x.data.length / x.shape[1];
/** (1 − momentum)·old + momentum·now, by channel. */
const tracked = (old: NdArray, now: (c: number) => number, momentum = 0.1) =>
  NdArray.of(old.shape, (c) => (1 - momentum) * old.at(c) + momentum * now(c));
const shape = [2, 4, 2, 2];

/** Khaled et al. 2023: ι·BN + (1 − ι)·LN, then γ and β. */
const channelNorm =
  (isEvaluation: boolean): LayerCase['formula'] =>
  ({ x: at, buffers: { running_mean, running_var } }) => ({
    y: (x, { weight, bias, iota }) => {
      const of = momentsOf(x);
      return NdArray.of(x.shape, (n, c, h, w) => {
        const batch = isEvaluation ? { mean: running_mean.at(c), variance: running_var.at(c) } : of.batch(c);
        const layer = of.layer(n);
        const byBatch = (x.at(n, c, h, w) - batch.mean) / Math.sqrt(batch.variance + EPS);
        const byLayer = (x.at(n, c, h, w) - layer.mean) / Math.sqrt(layer.variance + EPS);
        return (iota.at(c) * byBatch + (1 - iota.at(c)) * byLayer) * weight.at(c) + bias.at(c);
      });
    },
    ...(!isEvaluation && {
      buffers: {
        running_mean: tracked(running_mean, (c) => ofBatch(at, c).mean),
        running_var: tracked(running_var, (c) => (ofBatch(at, c).variance * perChannel(at)) / (perChannel(at) - 1)),
      },
    }),
  });

test('BatchChannelNorm2d in training: batch and layer normalisation, weighed by ι of the channel', () =>
  expectFormula({ entry: 'BatchChannelNorm2d', shape, formula: channelNorm(false) }));
test('BatchChannelNorm2d in evaluation: running statistics stand for the batch, not for the layer', () =>
  expectFormula({ entry: 'BatchChannelNorm2d', shape, isEvaluation: true, formula: channelNorm(true) }));

/** Luo et al. 2018: the order is instance, layer, batch; the running variance is the biased one. */
const switchable =
  (isEvaluation: boolean, { eps = EPS, momentum = 0.1 } = {}): LayerCase['formula'] =>
  ({ x: at, buffers: { running_mean, running_var } }) => ({
    y: (x, { weight, bias, mean_weight, var_weight }) => {
      const of = momentsOf(x);
      const [ofMean, ofVariance] = [softmax([...mean_weight.data]), softmax([...var_weight.data])];
      return NdArray.of(x.shape, (n, c, h, w) => {
        const batch = isEvaluation ? { mean: running_mean.at(c), variance: running_var.at(c) } : of.batch(c);
        const three = [of.instance(n, c), of.layer(n), batch];
        const mean = sum(3, (i) => ofMean[i] * three[i].mean);
        const variance = sum(3, (i) => ofVariance[i] * three[i].variance);
        return ((x.at(n, c, h, w) - mean) / Math.sqrt(variance + eps)) * weight.at(c) + bias.at(c);
      });
    },
    ...(!isEvaluation && {
      buffers: {
        running_mean: tracked(running_mean, (c) => ofBatch(at, c).mean, momentum),
        running_var: tracked(running_var, (c) => ofBatch(at, c).variance, momentum),
      },
    }),
  });

test.each<[string, LayerCase]>([
  ['training', { entry: 'SwitchableNorm2d', shape, formula: switchable(false) }],
  ['evaluation', { entry: 'SwitchableNorm2d', shape, isEvaluation: true, formula: switchable(true) }],
  ['eps and momentum', { entry: 'SwitchableNorm2d: {eps: 0.5, momentum: 0.7}', shape, formula: switchable(false, { eps: 0.5, momentum: 0.7 }) }],
  ['evaluation of one sample', { entry: 'SwitchableNorm2d', shape: [1, 4, 2, 3], isEvaluation: true, formula: switchable(true) }],
])('SwitchableNorm2d, %s: means and variances are mixed apart', (_, one) => expectFormula(one));

/** Liu et al. 2020, B0: the larger one of the batch's deviation and v·x + the instance's. */
const evoB0 =
  (isEvaluation: boolean, affine = true): LayerCase['formula'] =>
  ({ x: at, buffers: { running_var } }) => ({
    y: (x, { weight, bias, v }) => {
      const of = momentsOf(x);
      return NdArray.of(x.shape, (n, c, h, w) => {
        const batch = Math.sqrt((isEvaluation ? running_var.at(c) : of.batch(c).variance) + EPS);
        const other = v.at(c) * x.at(n, c, h, w) + Math.sqrt(of.instance(n, c).variance + EPS);
        const y = x.at(n, c, h, w) / Math.max(batch, other);
        return affine ? y * weight.at(c) + bias.at(c) : y;
      });
    },
    ...(!isEvaluation && { buffers: { running_var: tracked(running_var, (c) => ofBatch(at, c).variance) } }),
  });

test.each<[string, LayerCase]>([
  ['training', { entry: 'EvoNorm2dB0', shape, formula: evoB0(false) }],
  ['evaluation', { entry: 'EvoNorm2dB0', shape, isEvaluation: true, formula: evoB0(true) }],
  ['no γ and β', { entry: 'EvoNorm2dB0: {affine: false}', shape, formula: evoB0(false, false) }],
])('EvoNorm2dB0, %s', (_, one) => expectFormula(one));

test('both sides of EvoNorm2dB0’s maximum are reached in these cases', async () => {
  const { point } = await layerAtPoint({ entry: 'EvoNorm2dB0', shape, formula: evoB0(false) });
  const { x, params } = point;
  const isBatch = indexes(shape).map(
    ([n, c, h, w]) => ofBatch(x, c).variance ** 0.5 > params.v.at(c) * x.at(n, c, h, w) + ofInstance(x, n, c).variance ** 0.5,
  );
  expect([isBatch.filter(Boolean).length > 3, isBatch.filter((is) => !is).length > 3]).toEqual([true, true]);
});

test('EvoNorm2dS0: gate over the biased deviation of the group', () =>
  expectFormula({
    entry: 'EvoNorm2dS0: {num_groups: 2, eps: 0.01}',
    shape,
    formula: () => ({
      y: (x, { weight, bias, v }) =>
        NdArray.of(x.shape, (n, c, h, w) => {
          const group = Math.floor(c / 2);
          const members = indexes(x.shape, [n]).filter(([, other]) => Math.floor(other / 2) === group);
          const gated = x.at(n, c, h, w) * sigmoid(v.at(c) * x.at(n, c, h, w));
          return (gated / Math.sqrt(moments(x, members).variance + 0.01)) * weight.at(c) + bias.at(c);
        }),
    }),
  }));

/** Tang et al. 2021: mean and deviation of another sample, here the next one, in the place of its own. */
const crossed = (): ReturnType<LayerCase['formula']> => ({
  y: (x: NdArray) =>
    NdArray.of(x.shape, (n, c, h, w) => {
      const [own, other] = [ofInstance(x, n, c), ofInstance(x, (n + 1) % x.shape[0], c)];
      return ((x.at(n, c, h, w) - own.mean) / Math.sqrt(own.variance + EPS)) * Math.sqrt(other.variance + EPS) + other.mean;
    }),
});
const itself = (): ReturnType<LayerCase['formula']> => ({ y: (x: NdArray, _: Arrays) => x });

test.each<[string, LayerCase]>([
  ['crossed in every step', { entry: 'CrossNorm2d: {p: 1}', shape, precision: 'float32', formula: crossed }],
  ['crossed in none', { entry: 'CrossNorm2d: {p: 0}', shape, precision: 'float32', formula: itself }],
  ['in evaluation its input', { entry: 'CrossNorm2d: {p: 1}', shape, isEvaluation: true, formula: itself }],
])('CrossNorm2d: %s', (_, one) => expectFormula(one));

test('CrossNorm2d crosses a share p of the steps, half of them by default: the whole batch or none of it', async () => {
  const steps = 400;
  for (const [entry, p] of [['CrossNorm2d', 0.5] as const, ['CrossNorm2d: {p: 0.2}', 0.2] as const]) {
    const x = NdArray.of([2, 1, 1, 2], (n, _c, _h, w) => (n + 1) * (w + 1));
    const draws = await drawsOf(entry, x, steps);
    const isCrossed = draws.map((y) => y.map((v, i) => Math.abs(v - x.data[i]) > 1e-6));
    for (const ofBatchInStep of isCrossed) expect(new Set(ofBatchInStep).size).toBe(1);
    const count = isCrossed.filter(([first]) => first).length;
    expect(Math.abs(count - steps * p)).toBeLessThan(3 * Math.sqrt(steps * p * (1 - p)));
  }
});

test('a batch of one sample has no other one to cross with', () =>
  expectFormula({ entry: 'CrossNorm2d: {p: 1}', shape: [1, 2, 2, 2], precision: 'float32', formula: (_: Point) => itself() }));
