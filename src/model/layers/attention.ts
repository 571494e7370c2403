import * as z from 'zod';
import type { Value } from '../../graph/graph';
import { shapeProblem } from '../../graph/graph';
import { flag, positive, share, size } from '../documented';
import { type BuildContext, layer, type LayerRule, type ParamSpec, partParams } from './layer';
import { affine, weightAndBias } from './linear';
import { dropped } from './noise';
import { scaleAndShift, standardised } from './normaliser';
import { gelu } from './rectifiers';
import { page } from './reference';
import { needsRank } from './shapes';
import type { LayerType } from '../vocabulary';

/** Large enough that its exponential is 0 beside any other. */
const MASKED = -1e9;

interface AttentionArgs {
  heads: number;
  dropout: number;
  causal: boolean;
}

function needsHeads(x: Value, heads: number): void {
  needsRank(x, 3, 'a sequence L×C');
  if (x.shape[2] % heads) shapeProblem(`${heads} heads must divide the ${x.shape[2]} features`);
}

/** Parameters under PyTorch's names, behind a prefix. */
function attentionParams(features: number, prefix = '', bias = true): Record<string, ParamSpec> {
  const glorot = Math.sqrt(6 / (4 * features));
  return {
    [`${prefix}in_proj_weight`]: { shape: [3 * features, features], kind: 'weight', start: { uniform: glorot } },
    ...(bias && { [`${prefix}in_proj_bias`]: { shape: [3 * features], kind: 'bias', start: { constant: 0 } } }),
    [`${prefix}out_proj.weight`]: { shape: [features, features], kind: 'weight', start: { uniform: 1 / Math.sqrt(features) } },
    ...(bias && { [`${prefix}out_proj.bias`]: { shape: [features], kind: 'bias', start: { constant: 0 } } }),
  };
}

/** −∞ in effect where a place would look at a later one. */
const futureMask = (length: number): number[] =>
  Array.from({ length: length * length }, (_, i) => (i % length > Math.floor(i / length) ? MASKED : 0));

/** Scaled dot-product self-attention in several heads (Vaswani et al. 2017). */
function selfAttention(context: BuildContext, x: Value, { heads, dropout, causal }: AttentionArgs, prefix = ''): Value {
  const { g, params } = context;
  const [n, length, features] = x.shape;
  const width = features / heads;
  const part = (name: string) => params[`${prefix}${name}`];
  const projected = affine(g, x, part('in_proj_weight'), part('in_proj_bias'));
  const [q, k, v] = g
    .split(projected, [features, features, features], 2)
    .map((one) => g.transpose(g.reshape(one, [n, length, heads, width]), [0, 2, 1, 3]));
  const scores = g.mul(g.matmul(q, g.transpose(k, [0, 1, 3, 2])), 1 / Math.sqrt(width));
  const masked = causal ? g.add(scores, g.constant(futureMask(length), [length, length])) : scores;
  const weights = g.softmax(masked, 3);
  context.attend(weights);
  const kept = dropout > 0 ? dropped(context, weights, dropout, { name: `${prefix}dropout` }) : weights;
  const merged = g.reshape(g.transpose(g.matmul(kept, v), [0, 2, 1, 3]), [n, length, features]);
  return affine(g, merged, part('out_proj.weight'), part('out_proj.bias'));
}

/** LayerNorm over the last dimension with the parameters of a prefix. */
function layerNorm({ g, params }: BuildContext, x: Value, prefix: string, eps: number): Value {
  return g.add(g.mul(standardised(g, x, [-1], eps), params[`${prefix}.weight`]), params[`${prefix}.bias`]);
}

const causal = flag.default(false).describe('No place sees a later one.');

/** Layers in which every place of a sequence looks at the others. */
export const attention: Pick<Record<LayerType, LayerRule>, 'MultiheadAttention' | 'TransformerEncoderLayer'> = {
  MultiheadAttention: layer({
    doc: 'Every place of a sequence gathers what it needs from all others, in several heads at once. Knows no order: add positions before.',
    formula: 'y = softmax(Q·Kᵀ/√d)·V per head, then a linear map',
    shapes: '(N, L, C) → the same',
    reference: page('MultiheadAttention'),
    args: {
      num_heads: size.describe('Number of heads; it divides the features.'),
      dropout: share.default(0).describe('Dropout of the attention weights.'),
      bias: flag.default(true).describe('Adds learnable biases.'),
      causal,
    },
    unit: 'last',
    params: (input, { bias }) => attentionParams(input[input.length - 1], '', bias),
    build: (context, x, { num_heads, dropout, causal: isCausal }) => {
      needsHeads(x, num_heads);
      return selfAttention(context, x, { heads: num_heads, dropout, causal: isCausal });
    },
  }),
  TransformerEncoderLayer: layer({
    doc: 'Self-attention and a small net at every place, each with a shortcut around it and a LayerNorm: the block transformers are made of.',
    formula: 'x ← norm1(x + attn(x));  y = norm2(x + W₂·act(W₁·x)); with norm_first the norms come before',
    shapes: '(N, L, C) → the same',
    reference: page('TransformerEncoderLayer'),
    args: {
      nhead: size.describe('Number of heads; it divides the features.'),
      dim_feedforward: size.default(2048).describe('Width of the small net.'),
      dropout: share.default(0.1).describe('Dropout of attention weights and of each part’s output.'),
      activation: z.enum(['relu', 'gelu']).default('relu').describe('Of the small net.'),
      layer_norm_eps: positive.default(1e-5).describe('Added to the variance.'),
      norm_first: flag.default(false).describe('Normalises before each part (pre-norm): deep stacks train more easily.'),
      causal,
    },
    unit: 'last',
    params: (input, { dim_feedforward }) => {
      const features = input[input.length - 1];
      const norm = scaleAndShift([features]);
      return {
        ...attentionParams(features, 'self_attn.'),
        ...partParams('linear1', weightAndBias([dim_feedforward, features], true)),
        ...partParams('linear2', weightAndBias([features, dim_feedforward], true)),
        ...partParams('norm1', norm),
        ...partParams('norm2', norm),
      };
    },
    build: (context, x, args) => {
      const { g, params } = context;
      needsHeads(x, args.nhead);
      const drop = (v: Value, name: string) => (args.dropout > 0 ? dropped(context, v, args.dropout, { name }) : v);
      const norm = (v: Value, name: string) => layerNorm(context, v, name, args.layer_norm_eps);
      const attend = (v: Value) =>
        drop(selfAttention(context, v, { heads: args.nhead, dropout: args.dropout, causal: args.causal }, 'self_attn.'), 'dropout1');
      const activate = (v: Value) => (args.activation === 'relu' ? g.relu(v) : gelu(g, v, 'none'));
      const feed = (v: Value) => {
        const inner = drop(activate(affine(g, v, params['linear1.weight'], params['linear1.bias'])), 'dropout');
        return drop(affine(g, inner, params['linear2.weight'], params['linear2.bias']), 'dropout2');
      };
      if (args.norm_first) {
        const attended = g.add(x, attend(norm(x, 'norm1')));
        return g.add(attended, feed(norm(attended, 'norm2')));
      }
      const attended = norm(g.add(x, attend(x)), 'norm1');
      return norm(g.add(attended, feed(attended)), 'norm2');
    },
  }),
};
