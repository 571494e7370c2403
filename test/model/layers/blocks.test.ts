import { test } from 'vitest';
import { NdArray, sigmoid, softmax, sum } from './array';
import { expectFormula } from './layerAtPoint';

test('NonLocalBlock: every position looks at all others (Wang et al. 2018, embedded Gaussian)', () =>
  expectFormula({
    entry: 'NonLocalBlock',
    shape: [2, 4, 1, 3],
    formula: () => ({
      y: (x, p) => {
        const map = (name: string, n: number, at: number, i: number) =>
          sum(4, (c) => p[`${name}.weight`].at(i, c, 0, 0) * x.at(n, c, 0, at)) + p[`${name}.bias`].at(i);
        return NdArray.of(x.shape, (n, c, _h, at) => {
          const scores = [0, 1, 2].map((other) => sum(2, (i) => map('theta', n, at, i) * map('phi', n, other, i)));
          const shares = softmax(scores);
          const gathered = (i: number) => sum(3, (other) => shares[other] * map('g', n, other, i));
          return x.at(n, c, 0, at) + sum(2, (i) => p['out.weight'].at(c, i, 0, 0) * gathered(i)) + p['out.bias'].at(c);
        });
      },
    }),
  }));

/** Sabour et al. 2017, equation 1: ‖s‖² / (1 + ‖s‖²) · s / ‖s‖. */
function squash(s: number[]): number[] {
  const squared = s.reduce((total, v) => total + v * v, 0);
  return s.map((v) => (v * Math.sqrt(squared)) / (1 + squared));
}

test.each([1, 3])('CapsuleLayer: procedure 1 of Sabour et al. 2017 with %i rounds, the gradient through all of them', (routings) =>
  expectFormula({
    entry: `CapsuleLayer: {num_capsules: 2, capsule_dim: 2, routings: ${routings}}`,
    shape: [2, 3, 2],
    // Long vectors, which squashing computes as the paper does; what keeps its root off 0 does not count there.
    domain: (n) => 8 * n,
    formula: () => ({
      y: (x, { weight }) =>
        NdArray.of([2, 2, 2], (n, j, d) => {
          const sent = (to: number, i: number) => [0, 1].map((e) => sum(2, (k) => weight.at(to, i, e, k) * x.at(n, i, k)));
          const agreement = [0, 1].map(() => [0, 0, 0]);
          let v: number[][] = [];
          for (let round = 0; round < routings; round++) {
            const shares = [0, 1, 2].map((i) => softmax([agreement[0][i], agreement[1][i]]));
            v = [0, 1].map((to) => squash([0, 1].map((e) => sum(3, (i) => shares[i][to] * sent(to, i)[e]))));
            for (const to of [0, 1]) for (const i of [0, 1, 2]) agreement[to][i] += sum(2, (e) => v[to][e] * sent(to, i)[e]);
          }
          return v[j][d];
        }),
    }),
  }),
);

test('SqueezeExcitation of a sequence: channels weighed by their means', () =>
  expectFormula({
    entry: 'SqueezeExcitation: 2',
    shape: [2, 3, 4],
    formula: () => ({
      y: (x, p) =>
        NdArray.of(x.shape, (n, c, t) => {
          const mean = (k: number) => sum(4, (i) => x.at(n, k, i)) / 4;
          const hidden = [0, 1].map((i) => Math.max(0, sum(3, (k) => p['fc1.weight'].at(i, k) * mean(k)) + p['fc1.bias'].at(i)));
          return x.at(n, c, t) * sigmoid(sum(2, (i) => p['fc2.weight'].at(c, i) * hidden[i]) + p['fc2.bias'].at(c));
        }),
    }),
  }));
