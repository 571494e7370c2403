import type { Graph, Node, Value } from './graph';
import { type Rule, rewrite, type Rules } from './rewrite';

/**
 * A lowered graph in operations that the WebGPU execution provider computes on the GPU: what it would hand to the CPU, refuse, or compute in
 * another way is spelled out. Found by trying every operation and type (test/webgpu); none of ours is left that only a CPU can compute.
 *
 * An `If` may stay. Its condition is read on the CPU: one that is fed costs nothing, one that is computed waits for the GPU. The engine's own check
 * that no node is left to the CPU (`session.disable_cpu_ep_fallback`) does not look into its branches, so their operations are rewritten, and tested,
 * like all others.
 *
 * Where NaN comes in, `Sigmoid`, `Softmax` and `Exp` need not give NaN: WGSL lets a driver assume that there is none. `Log` and `Relu` do.
 */
export const portable = (lowered: Graph): Graph => rewrite(lowered, PORTABLE);

/** Bytes of truth values have few kernels, numbers have all. */
const asNumbers: Rule = (g, inputs, { op, attrs }) =>
  inputs[0].dtype === 'bool'
    ? g.greater(
        g.op(
          op,
          inputs.map((x) => g.cast(x, 'float32')),
          attrs,
        ),
        0,
      )
    : undefined;

/** Integers of 64 bits have kernels for shapes alone; those of 32 hold all that we count. */
const PORTABLE: Rules = {
  Constant: (g, _inputs, { attrs: { data, shape, dtype } }) =>
    dtype === 'int64' ? g.constant(data as number[], shape as number[], 'int32') : undefined,
  Cast: (g, [x], { attrs: { dtype } }) => (dtype === 'int64' ? g.cast(x, 'int32') : dtype === x.dtype ? x : undefined),
  ArgMax: (g, [x], { attrs }) => argMax(g, x, attrs.axis as number),
  Sign: (g, [x]) => sign(g, x),
  // The kernel compares with 0 and so makes 0 of NaN.
  Relu: (g, [x]) => g.max(x, 0),
  Log: (g, [x]) => log(g, x),
  LogSoftmax: (g, [x], { attrs }) => logSoftmax(g, x, attrs.axis as number),
  RoundToHalf: (g, [x]) => roundToHalf(g, x),
  Slice: (g, [x], node) => slice(g, x, node.attrs as unknown as SliceAttrs) ?? asNumbers(g, [x], node),
  Split: (g, [x], { attrs }) => split(g, x, attrs.sizes as number[], attrs.axis as number),
  Concat: asNumbers,
  Transpose: asNumbers,
};

/** The first maximum, as an int32: places count down along the axis, so that of several it has the highest rank. */
function argMax(g: Graph, x: Value, axis: number): Value {
  const count = x.shape[axis];
  const ranks = g.constant(
    Array.from({ length: count }, (_, i) => count - i),
    x.shape.map((n, i) => (i === axis ? n : 1)),
  );
  const highest = g.reduceMax(g.where(g.equal(x, g.reduceMax(x, [axis], true)), ranks, g.constant(0)), [axis]);
  return g.cast(g.sub(count, highest), 'int32');
}

/** NaN stays NaN. The factor lifts the smallest of the numbers that GPUs have (they take those below 2⁻¹²⁶ for 0) above 1. */
function sign(g: Graph, x: Value): Value {
  const atMostOne = g.min(g.mul(x, 2 ** 127), 1);
  return isRectified(x) ? atMostOne : g.max(atMostOne, -1);
}

/** What a `Relu` has become: nothing there is negative. */
const isRectified = ({ node: { op, inputs } }: Value): boolean => op === 'Max' && isZero(inputs[1].node);

const isZero = ({ op, attrs }: Node): boolean => op === 'Constant' && (attrs.data as readonly number[]).every((n) => n === 0);

/** The kernel gives log |x| for a negative number, on some drivers a number even for NaN. */
const log = (g: Graph, x: Value): Value => g.where(g.equal(x, g.abs(x)), g.log(x), g.constant(NaN));

function logSoftmax(g: Graph, x: Value, axis: number): Value {
  const shifted = g.sub(x, g.reduceMax(x, [axis], true));
  return g.sub(shifted, g.log(g.sum(g.exp(shifted), [axis], true)));
}

/**
 * By float32 arithmetic alone, as not every GPU has 16 bits: Veltkamp's splitting leaves 11 significant bits (Dekker 1971, A floating-point
 * technique for extending the available precision); numbers below 2⁻¹⁴ are multiples of 2⁻²⁴.
 */
function roundToHalf(g: Graph, x: Value): Value {
  // Beyond 2¹⁶ all is infinite; Veltkamp's product must not be.
  const bounded = g.max(g.min(x, 2 ** 17), -(2 ** 17));
  const scaled = g.mul(bounded, 2 ** 13 + 1);
  const normal = g.add(scaled, g.sub(bounded, scaled));
  // 2¹⁶ times 2¹¹² is no float32 any more.
  const overflowing = g.mul(g.mul(normal, 2 ** 112), 2 ** -112);
  const subnormal = g.sub(g.add(bounded, 0.75), 0.75);
  return g.where(g.less(g.abs(bounded), 2 ** -14), subnormal, overflowing);
}

/** A shader sees 8 buffers at least (maxStorageBuffersPerShaderStage of the WebGPU standard): of a split that is the input and 7 outputs. */
const SPLIT_LIMIT = 7;

/** Many parts are split off in groups first. */
function split(g: Graph, x: Value, sizes: readonly number[], axis: number): readonly Value[] {
  if (sizes.length <= SPLIT_LIMIT) return g.split(x, sizes, axis);
  const each = Math.ceil(sizes.length / SPLIT_LIMIT);
  const groups = Array.from({ length: Math.ceil(sizes.length / each) }, (_, i) => sizes.slice(i * each, (i + 1) * each));
  const parts = g.split(
    x,
    groups.map((group) => group.reduce((a, b) => a + b)),
    axis,
  );
  return groups.flatMap((group, i) => split(g, parts[i], group, axis));
}

interface SliceAttrs {
  axis: number;
  start: number;
  end: number;
  step: number;
}

/** Integers have no kernel for Slice, but one for Split. */
function slice(g: Graph, x: Value, { axis, start, end, step }: SliceAttrs): Value | undefined {
  if ((x.dtype !== 'int32' && x.dtype !== 'uint32') || step !== 1) return undefined;
  const sizes = [start, end - start, x.shape[axis] - end];
  return g.split(
    x,
    sizes.filter((n) => n > 0),
    axis,
  )[start > 0 ? 1 : 0];
}
