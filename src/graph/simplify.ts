import type { Graph, Value } from './graph';
import { OPS } from './ops';
import type { Attrs, OpType } from './ops/op';
import { product } from './shape';

/** Constants of more numbers are left to the engine. */
const SMALL = 64;

const BROADCASTING: ReadonlySet<OpType> = new Set(['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min', 'Equal', 'Greater', 'Less']);

const FOLDED: Partial<Record<OpType, (a: number, b: number) => number>> = {
  Neg: (a) => -a,
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
};

/**
 * The same value with less work, where there is such: what changes nothing is left out, what is known is computed.
 * @returns undefined where the operation has to be done as it is.
 */
export function simplify(g: Graph, op: OpType, inputs: readonly Value[], attrs: Attrs): Value | undefined {
  const [x] = inputs;
  switch (op) {
    case 'Reshape':
      if (isShape(x, attrs)) return x;
      if (x.node.op === 'Reshape') return g.reshape(x.node.inputs[0], attrs.shape as number[]);
      if (isSmall(x)) return g.constant(numbersOf(x), attrs.shape as number[], x.dtype);
      return undefined;
    case 'Expand':
      return isShape(x, attrs) ? x : undefined;
    case 'Neg':
      return x.node.op === 'Neg' ? x.node.inputs[0] : folded(g, op, inputs);
    case 'Transpose':
      return transposed(g, x, attrs.perm as number[]);
    default:
      return folded(g, op, inputs) ?? neutral(op, inputs) ?? unexpanded(g, op, inputs, attrs);
  }
}

const isShape = ({ shape }: Value, attrs: Attrs): boolean => shape.join() === (attrs.shape as number[]).join();

const isSmall = ({ node, shape }: Value): boolean => node.op === 'Constant' && product(shape) <= SMALL;

const numbersOf = ({ node }: Value) => node.attrs.data as number[];

/** Of scalars; what comes out is rounded once, not at every operation. */
function folded(g: Graph, op: OpType, inputs: readonly Value[]): Value | undefined {
  const compute = FOLDED[op];
  if (!compute || !inputs.every((v) => isSmall(v) && v.shape.length === 0 && v.dtype === 'float32')) return undefined;
  const [a, b = 0] = inputs.map((v) => numbersOf(v)[0]);
  return g.constant(compute(a, b));
}

/** x + 0, x − 0, x · 1, x / 1. */
function neutral(op: OpType, [x, second]: readonly Value[]): Value | undefined {
  const nothing = op === 'Add' || op === 'Sub' ? 0 : op === 'Mul' || op === 'Div' ? 1 : undefined;
  if (nothing === undefined || !isSmall(second) || second.shape.length > 0) return undefined;
  return numbersOf(second)[0] === nothing ? x : undefined;
}

/** Operations that broadcast do not need it done before. */
function unexpanded(g: Graph, op: OpType, inputs: readonly Value[], attrs: Attrs): Value | undefined {
  if (!BROADCASTING.has(op) || !inputs.some(({ node }) => node.op === 'Expand')) return undefined;
  const sources = inputs.map((v) => (v.node.op === 'Expand' ? v.node.inputs[0] : v));
  const shapeOf = (values: readonly Value[]) => [OPS[op].infer(values, attrs)].flat()[0].shape.join();
  return shapeOf(sources) === shapeOf(inputs) ? g.op(op, sources, attrs) : undefined;
}

function transposed(g: Graph, x: Value, perm: readonly number[]): Value | undefined {
  if (perm.every((axis, i) => axis === i)) return x;
  if (x.node.op !== 'Transpose') return undefined;
  const before = x.node.attrs.perm as number[];
  return g.transpose(
    x.node.inputs[0],
    perm.map((axis) => before[axis]),
  );
}
