import * as z from 'zod';
import { shapeProblem } from '../../graph/graph';
import { formatShape, product } from '../../graph/shape';
import { integer } from '../documented';
import type { LayerType } from '../vocabulary';
import { layer, type LayerRule } from './layer';

const dimension = (what: string) => integer.describe(what);

export const shaping: Pick<Record<LayerType, LayerRule>, 'Flatten' | 'Unflatten' | 'Identity'> = {
  Flatten: layer({
    doc: 'Makes one dimension of several: what stands between convolutions and a Linear.',
    shapes: '(N, C, H, W) → (N, C·H·W)',
    reference: 'https://pytorch.org/docs/stable/generated/torch.nn.Flatten.html',
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
    reference: 'https://pytorch.org/docs/stable/generated/torch.nn.Unflatten.html',
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
  Identity: layer({
    doc: 'Hands its input on: a placeholder, or a point to watch.',
    formula: 'y = x',
    reference: 'https://pytorch.org/docs/stable/generated/torch.nn.Identity.html',
    args: {},
    build: ({ g }, x) => g.identity(x),
  }),
};
