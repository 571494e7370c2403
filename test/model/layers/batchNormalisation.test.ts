import { expect, test } from 'vitest';
import { indexes, moments, NdArray, once } from './array';
import { expectFormula, layerAtPoint, type LayerCase, type Point } from './layerAtPoint';

/** Moments of a channel (dim 1) over everything else. */
const channelsOf = (x: NdArray) => once((c) => moments(x, indexes(x.shape, [undefined, c])));
const ofChannel = (x: NdArray, c: number) => channelsOf(x)(c);
const channel = (x: NdArray, value: (c: number) => number) => NdArray.of([x.shape[1]], value);
const perChannel = (x: NdArray) => x.data.length / x.shape[1];
const clamp = (v: number, low: number, high: number) => Math.min(Math.max(v, low), high);

/** Ioffe 2017, algorithm 1; the running variance is PyTorch's, the unbiased one. */
function renormed({ rmax, dmax, momentum = 0.1, affine = true }: { rmax: number; dmax: number; momentum?: number; affine?: boolean }) {
  return ({ x: at, buffers }: Point) => {
    const sigma = (c: number) => Math.sqrt(buffers.running_var.at(c) + 1e-5);
    const rooted = (variance: number) => Math.sqrt(variance + 1e-5);
    // "Treated as constant": worked out at the point.
    const r = channel(at, (c) => clamp(rooted(ofChannel(at, c).variance) / sigma(c), 1 / rmax, rmax));
    const d = channel(at, (c) => clamp((ofChannel(at, c).mean - buffers.running_mean.at(c)) / sigma(c), -dmax, dmax));
    const n = perChannel(at);
    return {
      y: (x: NdArray, { weight, bias }: Record<string, NdArray>) => {
        const batch = channelsOf(x);
        return NdArray.of(x.shape, (...index) => {
          const [, c] = index;
          const renormalised = ((x.at(...index) - batch(c).mean) / rooted(batch(c).variance)) * r.at(c) + d.at(c);
          return affine ? renormalised * weight.at(c) + bias.at(c) : renormalised;
        });
      },
      buffers: {
        running_mean: channel(at, (c) => (1 - momentum) * buffers.running_mean.at(c) + momentum * ofChannel(at, c).mean),
        running_var: channel(at, (c) => (1 - momentum) * buffers.running_var.at(c) + (momentum * ofChannel(at, c).variance * n) / (n - 1)),
      },
    };
  };
}

/** Of running statistics, as evaluation has it. */
const byRunning = ({ buffers }: Point) => ({
  y: (x: NdArray, { weight, bias }: Record<string, NdArray>) =>
    NdArray.of(x.shape, (...index) => {
      const [, c] = index;
      return ((x.at(...index) - buffers.running_mean.at(c)) / Math.sqrt(buffers.running_var.at(c) + 1e-5)) * weight.at(c) + bias.at(c);
    }),
});

// Channels of other scales and means: with narrow bounds r and d are cut on both sides.
const varied = (channels: number, positions: number) => (n: number, at: number) => {
  const c = Math.floor(at / positions) % channels;
  return n * [1, 0.05, 8, 1][c] + [0, 4, -6, 0.2][c];
};

test.each<[string, LayerCase]>([
  ['vectors', { entry: 'BatchRenorm1d', shape: [6, 4], formula: renormed({ rmax: 3, dmax: 5 }) }],
  ['sequences', { entry: 'BatchRenorm1d', shape: [3, 4, 5], formula: renormed({ rmax: 3, dmax: 5 }) }],
  ['images', { entry: 'BatchRenorm2d', shape: [3, 4, 2, 3], formula: renormed({ rmax: 3, dmax: 5 }) }],
  [
    'far from the running statistics, by default',
    { entry: 'BatchRenorm1d', shape: [6, 4], domain: varied(4, 1), formula: renormed({ rmax: 3, dmax: 5 }) },
  ],
  [
    'narrow bounds, no γ and β, another momentum',
    {
      entry: 'BatchRenorm2d: {rmax: 1.2, dmax: 0.5, affine: false, momentum: 0.3}',
      shape: [3, 4, 2, 3],
      domain: varied(4, 6),
      formula: renormed({ rmax: 1.2, dmax: 0.5, affine: false, momentum: 0.3 }),
    },
  ],
  [
    'without corrections it is BatchNorm',
    { entry: 'BatchRenorm1d: {rmax: 1, dmax: 0.000001}', shape: [6, 4], formula: renormed({ rmax: 1, dmax: 1e-6 }) },
  ],
  ['evaluation', { entry: 'BatchRenorm1d', shape: [6, 4], isEvaluation: true, formula: byRunning }],
  ['evaluation of images', { entry: 'BatchRenorm2d', shape: [2, 4, 2, 3], isEvaluation: true, formula: byRunning }],
])('BatchRenorm, %s: Ioffe 2017 by hand, r and d constants for the gradient', (_, one) => expectFormula(one));

test('the bounds of BatchRenorm are reached on both sides in these cases', () => {
  const one = { entry: 'BatchRenorm1d', shape: [6, 4], domain: varied(4, 1), formula: renormed({ rmax: 3, dmax: 5 }) };
  return layerAtPoint(one).then(({ point: { x, buffers } }) => {
    const ratios = [0, 1, 2, 3].map((c) => Math.sqrt(ofChannel(x, c).variance / buffers.running_var.at(c)));
    const shifts = [0, 1, 2, 3].map((c) => (ofChannel(x, c).mean - buffers.running_mean.at(c)) / Math.sqrt(buffers.running_var.at(c)));
    expect([Math.min(...ratios) < 1 / 3, Math.max(...ratios) > 3, Math.max(...shifts) > 3, Math.min(...shifts) < -5]).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });
});

/** Ioffe & Szegedy 2015 over the batch. */
const byBatch =
  (share?: number): LayerCase['formula'] =>
  ({ x: at, buffers }) => {
    const n = perChannel(at);
    return {
      y: (x: NdArray, { weight, bias }: Record<string, NdArray>) => {
        const batch = channelsOf(x);
        return NdArray.of(x.shape, (...index) => {
          const [, c] = index;
          const y = (x.at(...index) - batch(c).mean) / Math.sqrt(batch(c).variance + 1e-5);
          return weight ? y * weight.at(c) + bias.at(c) : y;
        });
      },
      buffers:
        share === undefined
          ? undefined
          : {
              running_mean: channel(at, (c) => (1 - share) * buffers.running_mean.at(c) + share * ofChannel(at, c).mean),
              running_var: channel(at, (c) => (1 - share) * buffers.running_var.at(c) + (share * ofChannel(at, c).variance * n) / (n - 1)),
            },
    };
  };

test.each<[string, LayerCase]>([
  ['cumulative average in step 4', { entry: 'BatchNorm1d: {momentum: null}', shape: [5, 3], step: 4, formula: byBatch(1 / 4) }],
  ['no running statistics', { entry: 'BatchNorm2d: {track_running_stats: false}', shape: [2, 3, 2, 2], formula: byBatch() }],
  [
    'no running statistics: the batch in evaluation too',
    { entry: 'BatchNorm2d: {track_running_stats: false}', shape: [2, 3, 2, 2], isEvaluation: true, formula: byBatch() },
  ],
  ['no γ and β', { entry: 'BatchNorm2d: {affine: false}', shape: [2, 3, 2, 2], formula: byBatch(0.1) }],
  ['evaluation', { entry: 'BatchNorm1d', shape: [5, 3], isEvaluation: true, formula: byRunning }],
])('BatchNorm, %s', (_, one) => expectFormula(one));

test('BatchRenorm and BatchNorm refuse a batch of one value a channel in training, and take it in evaluation', async () => {
  for (const entry of ['BatchNorm1d', 'BatchRenorm1d']) {
    await expect(expectFormula({ entry, shape: [1, 3], formula: byRunning })).rejects.toThrow('needs more than one value per channel in training');
    await expectFormula({ entry, shape: [1, 3], isEvaluation: true, formula: byRunning });
  }
});
