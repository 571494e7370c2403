import { test } from 'vitest';
import { NdArray, sigmoid } from './array';
import { expectFormula, type LayerCase } from './layerAtPoint';

const softplus = (v: number) => Math.log1p(Math.exp(v));
const clamp = (v: number, low: number, high: number) => Math.min(Math.max(v, low), high);

/** By PyTorch's documentation, with arguments that are not the defaults where there are any; inputs reach both sides of every bend. */
test.each<[string, (v: number) => number]>([
  ['ReLU', (v) => Math.max(v, 0)],
  ['ReLU6', (v) => clamp(v, 0, 6)],
  ['LeakyReLU: 0.3', (v) => (v > 0 ? v : 0.3 * v)],
  ['ELU: 0.7', (v) => (v > 0 ? v : 0.7 * Math.expm1(v))],
  ['CELU: 2.5', (v) => (v > 0 ? v : 2.5 * Math.expm1(v / 2.5))],
  ['SELU', (v) => 1.0507009873554805 * (v > 0 ? v : 1.6732632423543772 * Math.expm1(v))],
  ['SiLU', (v) => v * sigmoid(v)],
  ['Mish', (v) => v * Math.tanh(softplus(v))],
  ['GELU: {approximate: tanh}', (v) => 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3)))],
  ['Softplus: {beta: 2, threshold: 3}', (v) => (2 * v > 3 ? v : softplus(2 * v) / 2)],
  ['Hardswish', (v) => (v * clamp(v + 3, 0, 6)) / 6],
  ['Hardsigmoid', (v) => clamp(v + 3, 0, 6) / 6],
  ['Hardtanh: {min_val: -0.5, max_val: 2}', (v) => clamp(v, -0.5, 2)],
  ['Sigmoid', sigmoid],
  ['Tanh', Math.tanh],
  ['Softsign', (v) => v / (1 + Math.abs(v))],
  ['Tanhshrink', (v) => v - Math.tanh(v)],
  ['LogSigmoid', (v) => -softplus(-v)],
  ['Hardshrink: 0.8', (v) => (Math.abs(v) > 0.8 ? v : 0)],
  ['Softshrink: 0.8', (v) => (v > 0.8 ? v - 0.8 : v < -0.8 ? v + 0.8 : 0)],
  ['Identity', (v) => v],
])('%s', (entry, f) =>
  expectFormula({ entry, shape: [4, 5], domain: (n) => 5 * n, formula: () => ({ y: (x) => NdArray.of(x.shape, (...i) => f(x.at(...i))) }) }),
);

test.each<[string, LayerCase]>([
  [
    'one slope',
    {
      entry: 'PReLU',
      shape: [2, 3, 2],
      formula: () => ({ y: (x, p) => NdArray.of(x.shape, (...i) => (x.at(...i) > 0 ? 1 : p.weight.at(0)) * x.at(...i)) }),
    },
  ],
  [
    'a slope a channel',
    {
      entry: 'PReLU: 3',
      shape: [2, 3, 2],
      formula: () => ({ y: (x, p) => NdArray.of(x.shape, (...i) => (x.at(...i) > 0 ? 1 : p.weight.at(i[1])) * x.at(...i)) }),
    },
  ],
  [
    'GLU of another dimension',
    {
      entry: 'GLU: 1',
      shape: [2, 4, 3],
      formula: () => ({ y: (x) => NdArray.of([2, 2, 3], (n, c, t) => x.at(n, c, t) * sigmoid(x.at(n, c + 2, t))) }),
    },
  ],
])('%s', (_, one) => expectFormula(one));
