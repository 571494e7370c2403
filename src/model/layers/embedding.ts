import { shapeProblem } from '../../graph/graph';
import { formatShape } from '../../graph/shape';
import { integer, size } from '../documented';
import type { LayerType } from '../vocabulary';
import { layer, type LayerRule } from './layer';
import { page } from './reference';
import { needsRank } from './shapes';

const sequence = 'a sequence L×C';

/** Vaswani et al. 2017: sines of wavelengths from 2π to 10000·2π in the even places, cosines in the odd ones. */
function sinusoids(length: number, features: number): number[] {
  const angle = (position: number, i: number) => position / 10_000 ** ((2 * Math.floor(i / 2)) / features);
  return Array.from({ length: length * features }, (_, at) => {
    const i = at % features;
    const a = angle(Math.floor(at / features), i);
    return i % 2 ? Math.cos(a) : Math.sin(a);
  });
}

/** Vectors for tokens and for places. */
export const embedding: Pick<Record<LayerType, LayerRule>, 'Embedding' | 'PositionalEmbedding' | 'SinusoidalPositionalEncoding'> = {
  Embedding: layer({
    doc: 'A learnable vector for every token: tokens are whole numbers from 0 to num_embeddings − 1.',
    formula: 'y = W[x]',
    shapes: '(N, L) tokens → (N, L, embedding_dim)',
    reference: page('Embedding'),
    args: {
      num_embeddings: size.describe('Number of different tokens.'),
      embedding_dim: size.describe('Length of a token’s vector.'),
      padding_idx: integer.min(0).optional().describe('A token whose vector is 0 and stays so.'),
    },
    unit: 'last',
    outputDim: 0,
    params: (_, { num_embeddings, embedding_dim, padding_idx }) => {
      if (padding_idx !== undefined && padding_idx >= num_embeddings)
        shapeProblem(`\`padding_idx\` is ${padding_idx}, but tokens end at ${num_embeddings - 1}`);
      return { weight: { shape: [num_embeddings, embedding_dim], kind: 'weight', start: { normal: 1 } } };
    },
    build: ({ g, params }, x, { num_embeddings, padding_idx }) => {
      // Tokens of the data are checked before training; what an earlier layer makes is cut to what there is.
      const tokens = g.cast(g.min(g.max(x, 0), num_embeddings - 1), 'int32');
      const y = g.op('Gather', [params.weight, tokens]);
      if (padding_idx === undefined) return y;
      return g.where(g.equal(g.reshape(tokens, [...x.shape, 1]), padding_idx), g.constant(0), y);
    },
  }),
  PositionalEmbedding: layer({
    doc: 'Adds a learnable vector for every place of a sequence: attention does not know the order otherwise.',
    formula: 'y[t] = x[t] + W[t]',
    shapes: '(N, L, C) → the same',
    reference: 'Devlin et al. 2019, BERT',
    args: {},
    unit: 'last',
    params: ([, length, features]) => ({ weight: { shape: [length, features], kind: 'weight', start: { normal: 0.02 } } }),
    build: ({ g, params }, x) => {
      needsRank(x, 3, sequence);
      return g.add(x, params.weight);
    },
  }),
  SinusoidalPositionalEncoding: layer({
    doc: 'Adds sines and cosines of the place in many wavelengths: order without anything to learn.',
    formula: 'y[t, 2i] = x + sin(t / 10000^(2i/C)), y[t, 2i + 1] = x + cos(t / 10000^(2i/C))',
    shapes: '(N, L, C) → the same',
    reference: 'Vaswani et al. 2017, Attention Is All You Need',
    args: {},
    unit: 'last',
    build: ({ g }, x) => {
      if (x.shape.length !== 3) shapeProblem(`expects ${sequence}, got ${formatShape(x.shape.slice(1))}`);
      return g.add(x, g.constant(sinusoids(x.shape[1], x.shape[2]), x.shape.slice(1)));
    },
  }),
};
