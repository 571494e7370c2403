import type { Graph, Node, Value } from '../graph';
import type { Attrs, Inferred, Op, OpType } from './op';
import { product } from '../shape';

const reduced = ([x]: readonly Value[], attrs: Attrs): Inferred => {
  const axes = attrs.axes as readonly number[];
  const shape = attrs.keepdims ? x.shape.map((n, i) => (axes.includes(i) ? 1 : n)) : x.shape.filter((_, i) => !axes.includes(i));
  return { shape, dtype: x.dtype };
};

/** The output's gradient, with the reduced dimensions back as 1, so that it broadcasts against the input. */
const kept = (g: Graph, { inputs: [x], attrs }: Node, dy: Value): Value =>
  g.reshape(
    dy,
    x.shape.map((n, i) => ((attrs.axes as readonly number[]).includes(i) ? 1 : n)),
  );

/** Evenly to all that hold the largest or smallest value, as torch.amax does. */
function toExtremes(g: Graph, n: Node, dy: Value): Value[] {
  const [x] = n.inputs;
  const isExtreme = g.cast(g.equal(x, kept(g, n, n.outputs[0])), 'float32');
  const count = g.sum(isExtreme, n.attrs.axes as readonly number[], true);
  return [g.mul(isExtreme, g.div(kept(g, n, dy), count))];
}

export const reduce: Pick<Record<OpType, Op>, 'ReduceSum' | 'ReduceMean' | 'ReduceMax' | 'ReduceMin' | 'ReduceSumSquare' | 'ArgMax'> = {
  ReduceSum: { infer: reduced, grad: (g, n, dy) => [g.expand(kept(g, n, dy), n.inputs[0].shape)] },
  ReduceMean: {
    infer: reduced,
    grad: (g, n, dy) => [g.expand(g.mul(kept(g, n, dy), product(n.outputs[0].shape) / product(n.inputs[0].shape)), n.inputs[0].shape)],
  },
  ReduceSumSquare: { infer: reduced, grad: (g, n, dy) => [g.mul(n.inputs[0], g.mul(kept(g, n, dy), 2))] },
  ReduceMax: { infer: reduced, grad: toExtremes },
  ReduceMin: { infer: reduced, grad: toExtremes },
  ArgMax: { infer: ([x], { axis }) => ({ shape: x.shape.filter((_, i) => i !== axis), dtype: 'int64' }) },
};
