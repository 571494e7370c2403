import { Graph, type Value } from '../../src/graph/graph';
import { uniformFromCounter } from '../../src/graph/random';
import type { DType } from '../../src/graph/shape';
import { type Feeds, tensor } from '../../src/train/session';

/** A small graph with its inputs, in operations that are not the same on all engines. */
interface PortableRow {
  inputs: { data: readonly number[]; shape: readonly number[]; dtype?: DType }[];
  build: (g: Graph, ...inputs: Value[]) => Value | readonly Value[];
  /** Figures may differ by this share of them, or of 1 where they are smaller, where rounding does. */
  tolerance?: number;
}

// Numbers below 2⁻¹²⁶ are left out: GPUs may take them for 0.
const edges = [-2.5, -1, -0.5, 0, 0.5, 1, 2.5, 3e38, -3e38, Infinity, -Infinity, NaN, 1e-37, -1e-37, 100, -100];
const many = { data: edges, shape: [16] };
const square = { data: [1, 5, 5, 2, -1, -3, -1, -2, 7, 0, 7, 7, 0, 0, 0, 0], shape: [4, 4] };
const whole: PortableRow['inputs'][number] = { data: square.data.map((n) => n + 3), shape: [4, 4], dtype: 'int32' };
// Halfway between two numbers of 16 bits with even and odd last places; the largest and beyond; numbers below 2⁻¹⁴, and halfway between them.
const halves = [
  1 + 2 ** -11,
  1 + 3 * 2 ** -11,
  1.0006,
  65504,
  65519,
  65520,
  -70000,
  3e38,
  2 ** -14,
  2 ** -15 + 2 ** -25,
  3 * 2 ** -25,
  -(2 ** -24),
  0.1,
  2047.9,
  -Infinity,
  NaN,
];

export const PORTABLE_TABLE: Record<string, PortableRow> = {
  sign: { inputs: [many], build: (g, x) => g.sign(x) },
  'sign of a rectifier': { inputs: [many], build: (g, x) => g.sign(g.relu(x)) },
  'rectifier: NaN stays': { inputs: [many], build: (g, x) => g.relu(x) },
  'logarithm: of a negative number NaN': { inputs: [many], build: (g, x) => g.log(x), tolerance: 1e-6 },
  'log-softmax of large numbers': {
    inputs: [{ ...square, data: square.data.map((n) => 90 * n) }],
    build: (g, x) => g.logSoftmax(x, 1),
    tolerance: 1e-6,
  },
  'log-softmax along an inner dimension': { inputs: [{ ...square, shape: [2, 4, 2] }], build: (g, x) => g.logSoftmax(x, 1), tolerance: 1e-6 },
  'place of the first maximum': { inputs: [square], build: (g, x) => g.cast(g.op('ArgMax', [x], { axis: 1 }), 'int32') },
  'place of the maximum against labels': {
    inputs: [square, { data: [1, 0, 0, 3], shape: [4], dtype: 'int32' }],
    build: (g, x, y) => g.cast(g.equal(g.cast(g.op('ArgMax', [x], { axis: 0 }), 'int32'), y), 'float32'),
  },
  'rounding to 16 bits': { inputs: [{ data: halves, shape: [halves.length] }], build: (g, x) => g.op('RoundToHalf', [x]) },
  'slice of integers': { inputs: [whole], build: (g, x) => [g.slice(x, 1, 1, 3), g.slice(x, 0, 0, 2), g.slice(x, 0, 3, 4)] },
  'slice of truth values': { inputs: [square], build: (g, x) => g.cast(g.slice(g.greater(x, 0), 1, 0, 4, 2), 'float32') },
  'truth values side by side': { inputs: [square], build: (g, x) => g.cast(g.concat([g.greater(x, 0), g.less(x, 0)], 1), 'float32') },
  'truth values transposed': { inputs: [square], build: (g, x) => g.cast(g.transpose(g.greater(x, 0), [1, 0]), 'float32') },
  'more parts than a shader has buffers': {
    inputs: [{ data: [...Array(100).keys()], shape: [100] }],
    build: (g, x) =>
      g
        .split(
          x,
          Array.from({ length: 40 }, (_, i) => (i === 7 ? 61 : 1)),
          0,
        )
        .map((part) => g.mul(part, 2)),
  },
  'random numbers of a count that fills no row': {
    inputs: [{ data: [123456789, 987654321], shape: [2], dtype: 'uint32' }],
    build: (g, seeds) => uniformFromCounter(g, seeds, [3, 700]),
  },
  'inside a branch': {
    inputs: [many, { data: [1], shape: [], dtype: 'bool' }],
    build: (g, x, condition) => {
      const [then, other] = [new Graph(), new Graph()];
      then.output('a', then.sign(then.log(x)));
      other.output('b', other.identity(x));
      return g.op('If', [condition], { then, else: other });
    },
  },
};

/** The graph of a row and what it is fed with. */
export function rowGraph({ inputs, build }: PortableRow): { graph: Graph; feeds: Feeds } {
  const graph = new Graph();
  const values = inputs.map(({ shape, dtype }, i) => graph.input(`x${i}`, shape, dtype));
  [build(graph, ...values)].flat().forEach((y, i) => graph.output(`y${i}`, y));
  const arrays = { float32: Float32Array, int32: Int32Array, uint32: Uint32Array, bool: Uint8Array };
  const feeds = inputs.map(({ data, shape, dtype = 'float32' }, i): [string, Feeds[string]] => [
    `x${i}`,
    tensor(arrays[dtype as keyof typeof arrays].from(data), shape, dtype),
  ]);
  return { graph, feeds: Object.fromEntries(feeds) };
}

/** All figures of a session's outputs. */
export const figuresOf = (outputs: Feeds): number[] => Object.values(outputs).flatMap(({ data }) => [...(data as Float32Array)]);

/** Places at which two lists of figures differ by more than a share of them, or of 1; infinities and NaN must be the same. */
export function differences(found: readonly number[], expected: readonly number[], tolerance = 0): string[] {
  return expected.flatMap((value, i) => {
    const isSame = Object.is(found[i], value) || Math.abs(found[i] - value) <= tolerance * Math.max(1, Math.abs(value));
    return isSame ? [] : [`[${i}] ${found[i]} for ${value}`];
  });
}
