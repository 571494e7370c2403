import * as z from 'zod';
import { shapeProblem, type Value } from '../../graph/graph';
import { formatShape, product } from '../../graph/shape';
import { integer } from '../documented';
import type { LayerType } from '../vocabulary';
import { layer, type LayerRule } from './layer';
import { page } from './reference';
import { axisOf } from './shapes';

const dimension = (what: string) => integer.describe(what);

/** A dimension of the sample: not that of the batch. */
function sampleAxis(x: Value, dim: number): number {
  const axis = axisOf(x, dim);
  if (axis === 0) shapeProblem('cannot work on dimension 0, the batch');
  return axis;
}

/** Layers that only arrange numbers. */
export const shaping: Pick<Record<LayerType, LayerRule>, 'Flatten' | 'Unflatten' | 'Permute' | 'Select' | 'Mean' | 'Identity'> = {
  Flatten: layer({
    doc: 'Makes one dimension of several: what stands between convolutions and a Linear.',
    shapes: '(N, C, H, W) → (N, C·H·W)',
    reference: page('Flatten'),
    args: {
      start_dim: dimension('First dimension to merge; the batch is dim 0.').default(1),
      end_dim: dimension('Last dimension to merge; −1 is the last there is.').default(-1),
    },
    unit: 'last',
    build: ({ g }, x, { start_dim, end_dim }) => {
      const rank = x.shape.length;
      const start = start_dim < 0 ? start_dim + rank : start_dim;
      const end = end_dim < 0 ? end_dim + rank : end_dim;
      if (start < 1 || end >= rank || start > end)
        shapeProblem(`cannot merge dimensions ${start_dim} to ${end_dim} of ${formatShape(x.shape.slice(1))}`);
      return g.reshape(x, [...x.shape.slice(0, start), product(x.shape.slice(start, end + 1)), ...x.shape.slice(end + 1)]);
    },
  }),
  Unflatten: layer({
    doc: 'Splits the features of a sample into dimensions: from a vector to an image.',
    shapes: '(N, F) → (N, *sizes), the product of sizes is F',
    reference: page('Unflatten'),
    args: {
      sizes: z.array(integer.min(-1)).min(1).describe('The new dimensions; one may be −1.'),
      dim: dimension('The dimension to split.').default(1),
    },
    unit: 'channel',
    build: ({ g }, x, { sizes, dim }) => {
      const axis = dim < 0 ? dim + x.shape.length : dim;
      if (axis < 1 || axis >= x.shape.length) shapeProblem(`has no dimension ${dim} to split in ${formatShape(x.shape.slice(1))}`);
      const known = product(sizes.filter((n) => n !== -1));
      const full = sizes.map((n) => (n === -1 ? x.shape[axis] / known : n));
      if (sizes.filter((n) => n === -1).length > 1 || product(full) !== x.shape[axis] || full.some((n) => !Number.isInteger(n) || n < 1))
        shapeProblem(`cannot split ${x.shape[axis]} into ${sizes.join('×')}`);
      return g.reshape(x, [...x.shape.slice(0, axis), ...full, ...x.shape.slice(axis + 1)]);
    },
  }),
  Permute: layer({
    doc: 'Brings the dimensions into another order: an image’s channels to the end, a sequence’s to the front.',
    shapes: '(N, A, B, …) → (N, B, A, …)',
    reference: 'https://pytorch.org/docs/stable/generated/torch.permute.html',
    args: { dims: z.array(integer.min(0)).min(1).describe('Where each dimension of the output comes from; the batch is dim 0 and stays first.') },
    unit: 'last',
    build: ({ g }, x, { dims }) => {
      const isOrder = dims.length === x.shape.length && [...dims].sort((a, b) => a - b).every((d, i) => d === i);
      if (!isOrder || dims[0] !== 0)
        shapeProblem(`\`dims\` ${dims.join(', ')} must be 0 and then the dimensions 1 to ${x.shape.length - 1} in some order`);
      return g.transpose(x, dims);
    },
  }),
  Select: layer({
    doc: 'Takes one slice along a dimension, which goes away: the last step of a sequence.',
    formula: 'y = x[:, index]',
    shapes: '(N, L, C) → (N, C)',
    reference: 'https://pytorch.org/docs/stable/generated/torch.select.html',
    args: { dim: dimension('The dimension; the batch is dim 0.').default(1), index: integer.default(-1).describe('Which slice; −1 is the last.') },
    unit: 'last',
    build: ({ g }, x, { dim, index }) => {
      const axis = sampleAxis(x, dim);
      const at = index < 0 ? index + x.shape[axis] : index;
      if (at < 0 || at >= x.shape[axis]) shapeProblem(`has no index ${index} along dimension ${dim}, which has ${x.shape[axis]}`);
      return g.reshape(
        g.slice(x, axis, at, at + 1),
        x.shape.filter((_, i) => i !== axis),
      );
    },
  }),
  Mean: layer({
    doc: 'Averages over a dimension, which goes away: one vector for a whole sequence.',
    formula: 'y = mean of x along dim',
    shapes: '(N, L, C) → (N, C)',
    reference: 'https://pytorch.org/docs/stable/generated/torch.mean.html',
    args: {
      dim: z
        .union([integer, z.array(integer).min(1)])
        .transform((v) => (Array.isArray(v) ? v : [v]))
        .prefault(1)
        .describe('The dimension, or several; the batch is dim 0.'),
    },
    unit: 'last',
    build: ({ g }, x, { dim }) => {
      const axes = dim.map((d) => sampleAxis(x, d));
      return g.mean(x, [...new Set(axes)]);
    },
  }),
  Identity: layer({
    doc: 'Hands its input on: a placeholder, or a point to watch.',
    formula: 'y = x',
    reference: page('Identity'),
    args: {},
    build: ({ g }, x) => g.identity(x),
  }),
};
