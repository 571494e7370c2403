import * as z from 'zod';
import type { Graph, Value } from '../../graph/graph';
import { shapeProblem } from '../../graph/graph';
import { product } from '../../graph/shape';
import { size } from '../documented';
import type { LayerType } from '../vocabulary';
import { layer, type LayerRule } from './layer';
import { page } from './reference';
import { needsRank } from './shapes';

type Rank = 1 | 2;

/** Every cell of an adaptive max pool is spelled out where windows differ in size. */
const MOST_CELLS = 4096;

const output_size = (rank: Rank) =>
  z
    .union([size.max(4096), z.array(size.max(4096).nullable()).length(rank)])
    .transform((v) => (Array.isArray(v) ? v : Array<number>(rank).fill(v)))
    .describe(rank === 1 ? 'Length of the output.' : 'Height and width of the output; null keeps the input’s.');

const shapes = { 1: '(N, C, L) → (N, C, l)', 2: '(N, C, H, W) → (N, C, h, w)' };

/** The input range of an output element: [⌊i·in/out⌋, ⌈(i+1)·in/out⌉). */
const rangeOf = (i: number, input: number, output: number) => [Math.floor((i * input) / output), Math.ceil(((i + 1) * input) / output)] as const;

/** Rows average the input range of an output element. */
function averagingMatrix(g: Graph, input: number, output: number): Value {
  const rows = Array.from({ length: output }, (_, o) => {
    const [start, end] = rangeOf(o, input, output);
    return Array.from({ length: input }, (_, i) => (i >= start && i < end ? 1 / (end - start) : 0));
  });
  return g.constant(rows.flat(), [output, input]);
}

function adaptiveAverage(g: Graph, x: Value, wanted: number[]): Value {
  const spatial = x.shape.slice(2);
  if (wanted.every((n) => n === 1))
    return g.mean(
      x,
      spatial.map((_, i) => i + 2),
      true,
    );
  const last = spatial.length - 1;
  const across = g.matmul(x, g.transpose(averagingMatrix(g, spatial[last], wanted[last]), [1, 0]));
  return last === 0 ? across : g.matmul(averagingMatrix(g, spatial[0], wanted[0]), across);
}

const whole = (kernel: readonly number[]) => ({ kernel, strides: kernel, pads: kernel.flatMap(() => [0, 0]), dilations: kernel.map(() => 1) });

function adaptiveMax(g: Graph, x: Value, wanted: number[]): Value {
  const spatial = x.shape.slice(2);
  if (spatial.every((n, i) => n % wanted[i] === 0)) return g.op('MaxPool', [x], whole(spatial.map((n, i) => n / wanted[i])));
  if (product(wanted) > MOST_CELLS) shapeProblem(`an output of ${product(wanted)} cells is too large where their windows differ in size`);
  const along = (v: Value, axis: number): Value => {
    if (axis === x.shape.length) return g.op('MaxPool', [v], whole(v.shape.slice(2)));
    const [input, output] = [x.shape[axis], wanted[axis - 2]];
    const parts = Array.from({ length: output }, (_, i) => along(g.slice(v, axis, ...rangeOf(i, input, output)), axis + 1));
    return g.concat(parts, axis);
  };
  return along(x, 2);
}

const adaptive = (rank: Rank, name: 'AdaptiveAvgPool' | 'AdaptiveMaxPool') => {
  const isMean = name === 'AdaptiveAvgPool';
  return layer({
    doc: isMean
      ? 'Averages so that the output has a given size, whatever the input; 1 is global average pooling.'
      : 'Keeps the largest values so that the output has a given size, whatever the input; 1 is global max pooling.',
    formula: `y[i] = ${isMean ? 'mean' : 'max'} of x[⌊i·n/m⌋ … ⌈(i+1)·n/m⌉ − 1] along each side, from n to m`,
    shapes: shapes[rank],
    reference: page(`${name}${rank}d`),
    args: { output_size: output_size(rank) },
    unit: 'channel',
    build: ({ g }, x, args) => {
      needsRank(x, rank + 2, rank === 1 ? 'a sequence C×L' : 'an image C×H×W');
      const wanted = args.output_size.map((n, i) => n ?? x.shape[i + 2]);
      return isMean ? adaptiveAverage(g, x, wanted) : adaptiveMax(g, x, wanted);
    },
  });
};

type AdaptivePooling = 'AdaptiveAvgPool1d' | 'AdaptiveAvgPool2d' | 'AdaptiveMaxPool1d' | 'AdaptiveMaxPool2d';

/** Pooling to a given size. */
export const adaptivePooling: Pick<Record<LayerType, LayerRule>, AdaptivePooling> = {
  AdaptiveAvgPool1d: adaptive(1, 'AdaptiveAvgPool'),
  AdaptiveAvgPool2d: adaptive(2, 'AdaptiveAvgPool'),
  AdaptiveMaxPool1d: adaptive(1, 'AdaptiveMaxPool'),
  AdaptiveMaxPool2d: adaptive(2, 'AdaptiveMaxPool'),
};
