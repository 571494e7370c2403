import * as z from 'zod';
import type { Graph, Value } from '../../graph/graph';
import { shapeProblem } from '../../graph/graph';
import { formatShape } from '../../graph/shape';
import { flag, integer, positive, size, sizes } from '../documented';
import type { LayerType } from '../vocabulary';
import { layer, type LayerRule } from './layer';
import { weightAndBias } from './linear';
import { page } from './reference';
import { needsRank, windowAttrs } from './shapes';

const image = 'an image C×H×W';

type Mode = 'nearest' | 'linear' | 'bilinear' | 'bicubic';

/** Keys 1981 with a = −0.75, as PyTorch has it: weight of a neighbour at this distance. */
function cubic(distance: number): number {
  const [a, d] = [-0.75, Math.abs(distance)];
  if (d <= 1) return (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1;
  return d < 2 ? a * (d ** 3 - 5 * d ** 2 + 8 * d - 4) : 0;
}

/** How much each input position has of an output position; neighbours beyond the ends count for the ends. */
function interpolationRow(o: number, input: number, output: number, scale: number, mode: Mode, alignCorners: boolean): number[] {
  const row = Array<number>(input).fill(0);
  const add = (at: number, weight: number) => (row[Math.min(Math.max(at, 0), input - 1)] += weight);
  if (mode === 'nearest') {
    add(Math.floor(o / scale), 1);
    return row;
  }
  const centre = alignCorners ? (output > 1 ? (o * (input - 1)) / (output - 1) : 0) : (o + 0.5) / scale - 0.5;
  const place = mode === 'bicubic' ? centre : Math.max(centre, 0);
  const first = Math.floor(place);
  if (mode === 'bicubic') for (let i = -1; i <= 2; i++) add(first + i, cubic(place - first - i));
  else {
    add(first, 1 - (place - first));
    add(first + 1, place - first);
  }
  return row;
}

/** Stretches the last dimension, or the one before it, by a matrix. */
function stretch(g: Graph, x: Value, axis: number, scale: number, mode: Mode, alignCorners: boolean): Value {
  const input = x.shape[axis];
  const output = Math.floor(input * scale);
  if (output < 1) shapeProblem(`a scale of ${scale} leaves nothing of ${input}`);
  const rows = Array.from({ length: output }, (_, o) => interpolationRow(o, input, output, scale, mode, alignCorners));
  const matrix = g.constant(rows.flat(), [output, input]);
  return axis === x.shape.length - 1 ? g.matmul(x, g.transpose(matrix, [1, 0])) : g.matmul(matrix, x);
}

/** Layers that change the size of images or cut them up. */
export const imaging: Pick<Record<LayerType, LayerRule>, 'Upsample' | 'ZeroPad2d' | 'PixelShuffle' | 'PatchEmbedding'> = {
  Upsample: layer({
    doc: 'Enlarges images (or sequences C×L) without anything to learn.',
    shapes: '(N, C, H, W) → (N, C, ⌊H·scale⌋, ⌊W·scale⌋)',
    reference: page('Upsample'),
    args: {
      scale_factor: z
        .union([positive, z.array(positive).min(1).max(2)])
        .transform((v) => (Array.isArray(v) ? v : [v]))
        .describe('Factor, or one for each side.'),
      mode: z
        .enum(['nearest', 'linear', 'bilinear', 'bicubic'])
        .default('nearest')
        .describe('How values between positions are made; `linear` for sequences.'),
      align_corners: flag.default(false).describe('Input and output share their corner positions; not for `nearest`.'),
    },
    unit: 'channel',
    build: ({ g }, x, { scale_factor, mode, align_corners }) => {
      const rank = x.shape.length - 2;
      if (rank !== 1 && rank !== 2) shapeProblem(`expects an image C×H×W or a sequence C×L, got ${formatShape(x.shape.slice(1))}`);
      if ((mode === 'linear') !== (rank === 1) && mode !== 'nearest')
        shapeProblem(`\`mode: ${mode}\` does not fit ${formatShape(x.shape.slice(1))}: use \`${rank === 1 ? 'linear' : 'bilinear'}\``);
      const factors = scale_factor.length === rank ? scale_factor : Array<number>(rank).fill(scale_factor[0]);
      if (mode === 'nearest' && factors.every(Number.isInteger)) return g.op('Upsample', [x], { factors });
      return factors.reduce((v, factor, i) => stretch(g, v, i + 2, factor, mode, align_corners), x);
    },
  }),
  ZeroPad2d: layer({
    doc: 'Puts zeros around images.',
    shapes: '(N, C, H, W) → (N, C, H + top + bottom, W + left + right)',
    reference: page('ZeroPad2d'),
    args: {
      padding: z
        .union([integer.min(0), z.array(integer.min(0)).length(4)])
        .transform((v) => (Array.isArray(v) ? v : [v, v, v, v]))
        .describe('Zeros on every side, or [left, right, top, bottom].'),
    },
    unit: 'channel',
    build: ({ g }, x, { padding: [left, right, top, bottom] }) => {
      needsRank(x, 4, image);
      return g.pad(x, [
        [0, 0],
        [0, 0],
        [top, bottom],
        [left, right],
      ]);
    },
  }),
  PixelShuffle: layer({
    doc: 'Makes a larger image of many channels: r² channels become the r×r pixels of each position.',
    shapes: '(N, C·r², H, W) → (N, C, H·r, W·r)',
    reference: page('PixelShuffle'),
    args: { upscale_factor: size.describe('r, the factor of each side.') },
    unit: 'channel',
    build: ({ g }, x, { upscale_factor: r }) => {
      needsRank(x, 4, image);
      const [n, channels, h, w] = x.shape;
      if (channels % (r * r)) shapeProblem(`needs a multiple of ${r}² = ${r * r} channels, got ${channels}`);
      const split = g.reshape(x, [n, channels / (r * r), r, r, h, w]);
      return g.reshape(g.transpose(split, [0, 1, 4, 2, 5, 3]), [n, channels / (r * r), h * r, w * r]);
    },
  }),
  PatchEmbedding: layer({
    doc: 'Cuts an image into patches and makes a vector of each: what a vision transformer reads.',
    formula: 'y = the patches, each flattened and times W, plus b',
    shapes: '(N, C, H, W) → (N, H/p · W/p, embed_dim)',
    reference: 'Dosovitskiy et al. 2021, An Image is Worth 16x16 Words',
    args: { patch_size: sizes(2).describe('Height and width of a patch.'), embed_dim: size.describe('Length of a patch’s vector.') },
    unit: 'last',
    outputDim: 0,
    params: ([, channels], { patch_size, embed_dim }) => weightAndBias([embed_dim, channels, ...patch_size], true),
    build: ({ g, params }, x, { patch_size, embed_dim }) => {
      needsRank(x, 4, image);
      if (patch_size.some((p, i) => x.shape[i + 2] % p))
        shapeProblem(`patches of ${formatShape(patch_size)} do not tile ${formatShape(x.shape.slice(2))}`);
      const window = windowAttrs(x.shape, patch_size, { stride: patch_size, padding: 'valid', dilation: [1, 1] });
      const patches = g.op('Conv', [x, params.weight, params.bias], { ...window, group: 1 });
      return g.transpose(g.reshape(patches, [x.shape[0], embed_dim, patches.shape[2] * patches.shape[3]]), [0, 2, 1]);
    },
  }),
};
