import { expect, test } from 'vitest';
import { NdArray, sum } from './layers/array';
import { expectFormula, layerAtPoint } from './layers/layerAtPoint';

const affine = (x: NdArray, weight: (o: number, i: number) => number, bias: NdArray) =>
  NdArray.of([x.shape[0], 3], (n, o) => sum(4, (i) => weight(o, i) * x.at(n, i)) + bias.at(o));
const lengthOf = (v: NdArray, o: number) => Math.sqrt(sum(4, (i) => v.at(o, i) ** 2));

test('weight_norm: length and direction of each output’s weights apart (Salimans & Kingma 2016)', () =>
  expectFormula({
    entry: 'Linear: {out_features: 3, weight_norm: true}',
    shape: [2, 4],
    formula: () => ({ y: (x, p) => affine(x, (o, i) => (p.weight_g.at(o, 0) * p.weight_v.at(o, i)) / lengthOf(p.weight_v, o), p.bias) }),
  }));

/** (W − mean) / (unbiased deviation + 1e-5) of each output. */
function standardised(weight: NdArray, o: number, i: number): number {
  const mean = sum(4, (k) => weight.at(o, k)) / 4;
  const deviation = Math.sqrt(sum(4, (k) => (weight.at(o, k) - mean) ** 2) / 3);
  return (weight.at(o, i) - mean) / (deviation + 1e-5);
}

test('weight_standardization: mean 0 and standard deviation 1 of each output’s weights (Qiao et al. 2019)', () =>
  expectFormula({
    entry: 'Linear: {out_features: 3, weight_standardization: true}',
    shape: [2, 4],
    formula: () => ({ y: (x, p) => affine(x, (o, i) => standardised(p.weight, o, i), p.bias) }),
  }));

test('weight_standardization of a transposed convolution, whose outputs are dim 1', () =>
  expectFormula({
    entry: 'ConvTranspose1d: {out_channels: 2, kernel_size: 1, bias: false, weight_standardization: true}',
    shape: [2, 4, 2],
    precision: 'float32',
    formula: () => ({
      y: (x, { weight }) => {
        const byOutput = NdArray.of([2, 4], (o, c) => weight.at(c, o, 0));
        return NdArray.of([2, 2, 2], (n, o, t) => sum(4, (c) => standardised(byOutput, o, c) * x.at(n, c, t)));
      },
    }),
  }));

/** W / uᵀWv; u and v are constants for the gradient, after one round of the power iteration in training. */
test.each([false, true])('spectral_norm (evaluation: %s): Miyato et al. 2018', (isEvaluation) =>
  expectFormula({
    entry: 'Linear: {out_features: 3, spectral_norm: true}',
    shape: [2, 4],
    ...(isEvaluation && { isEvaluation }),
    formula: ({ params: { weight_orig: at }, buffers }) => {
      const unit = (v: number[]) => v.map((one) => one / Math.sqrt(v.reduce((total, k) => total + k * k, 0)));
      let [u, v] = [[...buffers.weight_u.data], [...buffers.weight_v.data]];
      if (!isEvaluation) {
        v = unit([0, 1, 2, 3].map((i) => sum(3, (o) => at.at(o, i) * u[o])));
        u = unit([0, 1, 2].map((o) => sum(4, (i) => at.at(o, i) * v[i])));
      }
      return {
        y: (x, p) => {
          const sigma = sum(3, (o) => sum(4, (i) => u[o] * p.weight_orig.at(o, i) * v[i]));
          return affine(x, (o, i) => p.weight_orig.at(o, i) / sigma, p.bias);
        },
        ...(!isEvaluation && { buffers: { weight_u: NdArray.of([3], (o) => u[o]), weight_v: NdArray.of([4], (i) => v[i]) } }),
      };
    },
  }),
);

test('drop_connect drops its share of the weights and scales the others; none in evaluation', async () => {
  const one = { entry: 'Linear: {out_features: 300, bias: false, drop_connect: 0.3}', shape: [1, 300], formula: () => ({ y: (x: NdArray) => x }) };
  const { point, gradients, projection } = await layerAtPoint({ ...one, precision: 'float32' });
  // d/dW of Σ pₒ·yₒ is pₒ·xᵢ·m, m = 0 or 1/0.7.
  const factors = gradients[1].map((d, at) => d / (projection.data[Math.floor(at / 300)] * point.x.data[at % 300]));
  const dropped = factors.filter((f) => f === 0).length;
  expect(Math.abs(dropped - 0.3 * 90_000)).toBeLessThan(3 * Math.sqrt(90_000 * 0.3 * 0.7));
  for (const f of factors) if (f !== 0) expect(f).toBeCloseTo(1 / 0.7, 3);
  const evaluated = await layerAtPoint({ ...one, isEvaluation: true, precision: 'float32' });
  const factorsThen = evaluated.gradients[1].map((d, at) => d / (evaluated.projection.data[Math.floor(at / 300)] * evaluated.point.x.data[at % 300]));
  expect(Math.max(...factorsThen.map((f) => Math.abs(f - 1)))).toBeLessThan(1e-3);
});
