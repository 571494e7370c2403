import { fail } from '../model/problem';
import type { Attrs, OpType } from './ops/op';
import { OPS } from './ops';
import { type DType, type Shape, product } from './shape';

/** An array that flows through the graph; its shape is known when it is made. */
export interface Value {
  readonly id: number;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly node: Node;
}

/** One operation, its inputs and what it makes. */
export interface Node {
  readonly op: OpType;
  readonly inputs: readonly Value[];
  readonly attrs: Attrs;
  readonly outputs: readonly Value[];
  /** The layer that asked for it; what an error names. */
  readonly layer?: string;
}

type Numbers = number | readonly number[];
let ids = 0;

/**
 * A static computation: nodes in the order they were made, which is a topological one. Methods append a node and return its value.
 * A subgraph (the branch of an `If`) may use the values of the graph around it.
 */
export class Graph {
  readonly nodes: Node[] = [];
  readonly outputs: { name: string; value: Value }[] = [];
  private readonly inputs = new Map<string, Value>();
  /** Stamped on every node made while it is set. */
  layer?: string;

  /** Appends a node; its rule infers the outputs' shapes or throws a ProblemError. */
  op(op: OpType, inputs: readonly Value[], attrs: Attrs = {}): Value {
    return this.multi(op, inputs, attrs)[0];
  }

  multi(op: OpType, inputs: readonly Value[], attrs: Attrs = {}): readonly Value[] {
    const outputs: Value[] = [];
    const node: Node = { op, inputs, attrs, outputs, layer: this.layer };
    for (const { shape, dtype } of [OPS[op].infer(inputs, attrs)].flat()) outputs.push({ id: ids++, shape, dtype, node });
    this.nodes.push(node);
    return outputs;
  }

  /** What is asked for by the same name again is the same input. */
  input(name: string, shape: Shape, dtype: DType = 'float32'): Value {
    const known = this.inputs.get(name);
    if (known) return known;
    const made = this.op('Input', [], { name, shape, dtype });
    this.inputs.set(name, made);
    return made;
  }

  constant(data: Numbers, shape?: Shape, dtype: DType = 'float32'): Value {
    const list = typeof data === 'number' ? [data] : [...data];
    return this.op('Constant', [], { data: list, shape: shape ?? (typeof data === 'number' ? [] : [list.length]), dtype });
  }

  /** Drops all other nodes. */
  keepOnly(nodes: ReadonlySet<Node>): void {
    let kept = 0;
    for (const node of this.nodes) if (nodes.has(node)) this.nodes[kept++] = node;
    this.nodes.length = kept;
  }

  output(name: string, value: Value): void {
    this.outputs.push({ name, value });
  }

  // Arithmetic takes plain numbers too.
  add = (a: Value, b: Value | number) => this.op('Add', [a, this.lift(b, a)]);
  sub = (a: Value | number, b: Value | number) => this.op('Sub', [this.lift(a, b), this.lift(b, a)]);
  mul = (a: Value, b: Value | number) => this.op('Mul', [a, this.lift(b, a)]);
  div = (a: Value | number, b: Value | number) => this.op('Div', [this.lift(a, b), this.lift(b, a)]);
  max = (a: Value, b: Value | number) => this.op('Max', [a, this.lift(b, a)]);
  min = (a: Value, b: Value | number) => this.op('Min', [a, this.lift(b, a)]);
  neg = (x: Value) => this.op('Neg', [x]);
  abs = (x: Value) => this.op('Abs', [x]);
  sign = (x: Value) => this.op('Sign', [x]);
  exp = (x: Value) => this.op('Exp', [x]);
  log = (x: Value) => this.op('Log', [x]);
  sqrt = (x: Value) => this.op('Sqrt', [x]);
  erf = (x: Value) => this.op('Erf', [x]);
  tanh = (x: Value) => this.op('Tanh', [x]);
  sigmoid = (x: Value) => this.op('Sigmoid', [x]);
  relu = (x: Value) => this.op('Relu', [x]);
  square = (x: Value) => this.op('Mul', [x, x]);
  identity = (x: Value) => this.op('Identity', [x]);
  /** The same numbers, through which no gradient goes. */
  detach = (x: Value) => this.op('Detach', [x]);

  equal = (a: Value, b: Value | number) => this.op('Equal', [a, this.lift(b, a)]);
  greater = (a: Value, b: Value | number) => this.op('Greater', [a, this.lift(b, a)]);
  less = (a: Value, b: Value | number) => this.op('Less', [a, this.lift(b, a)]);
  not = (x: Value) => this.op('Not', [x]);
  where = (condition: Value, a: Value, b: Value) => this.op('Where', [condition, a, b]);
  cast = (x: Value, dtype: DType) => (x.dtype === dtype ? x : this.op('Cast', [x], { dtype }));

  /** Axes may be negative; none given: all. */
  sum = (x: Value, axes?: readonly number[], keepdims = false) => this.reduce('ReduceSum', x, axes, keepdims);
  mean = (x: Value, axes?: readonly number[], keepdims = false) => this.reduce('ReduceMean', x, axes, keepdims);
  reduceMax = (x: Value, axes?: readonly number[], keepdims = false) => this.reduce('ReduceMax', x, axes, keepdims);
  reduceMin = (x: Value, axes?: readonly number[], keepdims = false) => this.reduce('ReduceMin', x, axes, keepdims);
  sumSquare = (x: Value, axes?: readonly number[], keepdims = false) => this.reduce('ReduceSumSquare', x, axes, keepdims);

  reshape = (x: Value, shape: Shape) => this.op('Reshape', [x], { shape });
  flat = (x: Value) => this.reshape(x, [product(x.shape)]);
  transpose = (x: Value, perm: readonly number[]) => this.op('Transpose', [x], { perm });
  expand = (x: Value, shape: Shape) => this.op('Expand', [x], { shape });
  concat = (xs: readonly Value[], axis: number) => (xs.length === 1 ? xs[0] : this.op('Concat', xs, { axis }));
  split = (x: Value, sizes: readonly number[], axis: number) => this.multi('Split', [x], { sizes, axis });
  slice = (x: Value, axis: number, start: number, end: number, step = 1) => this.op('Slice', [x], { axis, start, end, step });
  /** A value (0 unless told) around; one [before, after] pair per dimension. */
  pad = (x: Value, pads: readonly (readonly [number, number])[], value = 0) =>
    pads.every(([a, b]) => a === 0 && b === 0) ? x : this.op('Pad', [x], { before: pads.map((p) => p[0]), after: pads.map((p) => p[1]), value });

  /** op(A)·op(B) + C for two-dimensional A and B. */
  gemm = (a: Value, b: Value, c?: Value, transA = false, transB = false) => this.op('Gemm', c ? [a, b, c] : [a, b], { transA, transB });
  matmul = (a: Value, b: Value) => this.op('MatMul', [a, b]);
  softmax = (x: Value, axis: number) => this.op('Softmax', [x], { axis });
  logSoftmax = (x: Value, axis: number) => this.op('LogSoftmax', [x], { axis });

  /** A value of the same shape and type, filled with a number. */
  fill = (like: Value, v: number) => this.expand(this.constant(v, [], like.dtype), like.shape);

  private reduce(op: OpType, x: Value, axes: readonly number[] = x.shape.map((_, i) => i), keepdims = false): Value {
    const rank = x.shape.length;
    const positive = axes.map((a) => (a < 0 ? a + rank : a)).sort((a, b) => a - b);
    return this.op(op, [x], { axes: positive, keepdims });
  }

  private lift(x: Value | number, like: Value | number): Value {
    if (typeof x !== 'number') return x;
    return this.constant(x, [], typeof like === 'number' ? 'float32' : like.dtype);
  }
}

/** For op rules: a problem of shapes, in the name of the layer that builds. */
export function shapeProblem(message: string): never {
  fail('shape-mismatch', message);
}
