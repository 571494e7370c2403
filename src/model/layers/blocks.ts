import type { Graph, Value } from '../../graph/graph';
import { shapeProblem } from '../../graph/graph';
import { formatShape, product } from '../../graph/shape';
import { size } from '../documented';
import type { LayerType } from '../vocabulary';
import { layer, type LayerRule, partParams } from './layer';
import { affine, weightAndBias } from './linear';
import { axesBut, fixedStart, needsImage } from './normaliser';
import { needsRank } from './shapes';

/** Sabour et al. 2017: keeps the direction of a vector, brings its length below 1. */
function squash(g: Graph, x: Value): Value {
  // Added before the root, which has no slope at 0.
  const squared = g.add(g.sumSquare(x, [-1], true), 1e-9);
  return g.mul(x, g.div(g.sqrt(squared), g.add(squared, 1)));
}

/** Whole blocks of architectures that have a name of their own. */
export const blocks: Pick<Record<LayerType, LayerRule>, 'SqueezeExcitation' | 'NonLocalBlock' | 'CapsuleLayer'> = {
  SqueezeExcitation: layer({
    doc: 'Weighs the channels of an image by what all its positions show on average: a cheap attention over channels.',
    formula: 'y = x · σ(W₂·relu(W₁·mean(x)))',
    shapes: '(N, C, …) → the same',
    reference: 'Hu et al. 2018, Squeeze-and-Excitation Networks',
    args: { squeeze_channels: size.describe('Width of the small net between; C/16 is usual.') },
    unit: 'channel',
    params: ([, channels], { squeeze_channels }) => ({
      ...partParams('fc1', weightAndBias([squeeze_channels, channels], true)),
      ...partParams('fc2', weightAndBias([channels, squeeze_channels], true)),
    }),
    build: ({ g, params }, x) => {
      if (x.shape.length < 3) shapeProblem(`expects channels with positions, got ${formatShape(x.shape.slice(1))}`);
      const squeezed = g.relu(affine(g, g.mean(x, axesBut(x, 0, 1)), params['fc1.weight'], params['fc1.bias']));
      const weights = g.sigmoid(affine(g, squeezed, params['fc2.weight'], params['fc2.bias']));
      return g.mul(x, g.reshape(weights, [...x.shape.slice(0, 2), ...x.shape.slice(2).map(() => 1)]));
    },
  }),
  NonLocalBlock: layer({
    doc: 'Lets every position of an image look at all others (embedded Gaussian), with a shortcut around it; starts as the identity.',
    formula: 'y = x + W·softmax(θ(x)ᵀ·φ(x))·g(x)',
    shapes: '(N, C, H, W) → the same',
    reference: 'Wang et al. 2018, Non-local Neural Networks',
    args: {},
    unit: 'channel',
    params: ([, channels]) => {
      const inner = Math.max(1, Math.floor(channels / 2));
      const narrow = weightAndBias([inner, channels, 1, 1], true);
      const out = { weight: fixedStart([channels, inner, 1, 1], 0), bias: fixedStart([channels], 0) };
      return { ...partParams('theta', narrow), ...partParams('phi', narrow), ...partParams('g', narrow), ...partParams('out', out) };
    },
    build: ({ g, params, attend }, x) => {
      needsImage(x);
      const [n, channels, h, w] = x.shape;
      // Convolutions of 1×1 are matrix products over the channels.
      const rows = g.transpose(g.reshape(x, [n, channels, h * w]), [0, 2, 1]);
      const map = (name: string, v: Value) => {
        const weight = params[`${name}.weight`];
        return affine(g, v, g.reshape(weight, weight.shape.slice(0, 2)), params[`${name}.bias`]);
      };
      const scores = g.matmul(map('theta', rows), g.transpose(map('phi', rows), [0, 2, 1]));
      const weights = g.softmax(scores, 2);
      attend(g.reshape(weights, [n, 1, h * w, h * w]));
      const gathered = map('out', g.matmul(weights, map('g', rows)));
      return g.add(x, g.reshape(g.transpose(gathered, [0, 2, 1]), x.shape));
    },
  }),
  CapsuleLayer: layer({
    doc: 'Capsules are short vectors whose length says how surely something is there. Each sends its prediction to those above that agree with it.',
    formula: 'v_j = squash(Σᵢ cᵢⱼ·Wᵢⱼ·uᵢ), cᵢ = softmax over j of the agreement so far',
    shapes: '(N, I, D) → (N, num_capsules, capsule_dim)',
    reference: 'Sabour, Frosst & Hinton 2017, Dynamic Routing Between Capsules',
    args: {
      num_capsules: size.describe('Capsules of the output.'),
      capsule_dim: size.describe('Length of each one’s vector.'),
      routings: size.max(10).default(3).describe('Rounds of agreement.'),
    },
    unit: 'channel',
    params: ([, capsules, width], { num_capsules, capsule_dim }) => ({
      weight: {
        shape: [num_capsules, capsules, capsule_dim, width],
        kind: 'weight',
        start: { normal: 1 / Math.sqrt(width) },
      },
    }),
    build: ({ g, params }, x, { num_capsules, capsule_dim, routings }) => {
      needsRank(x, 3, 'capsules I×D');
      const [n, capsules, width] = x.shape;
      const sent = g.reshape(g.matmul(params.weight, g.reshape(x, [n, 1, capsules, width, 1])), [n, num_capsules, capsules, capsule_dim]);
      let agreement = g.constant(Array<number>(product([n, num_capsules, capsules])).fill(0), [n, num_capsules, capsules]);
      for (let round = 1; ; round++) {
        const shares = g.reshape(g.softmax(agreement, 1), [n, num_capsules, capsules, 1]);
        const v = squash(g, g.sum(g.mul(sent, shares), [2]));
        if (round >= routings) return v;
        agreement = g.add(agreement, g.sum(g.mul(sent, g.reshape(v, [n, num_capsules, 1, capsule_dim])), [3]));
      }
    },
  }),
};
