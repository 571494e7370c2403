import { fail } from '../model/problem';
import type { Graph, Value } from './graph';
import { OPS } from './ops';
import { sameShape, type Shape } from './shape';

/**
 * Reverse-mode differentiation: appends nodes that compute ∂y/∂v to the graph and returns them by value id.
 *
 * @param y a scalar.
 * @param wrt the values asked for; one that y does not depend on is absent from the result.
 * @throws ProblemError naming op and layer where the way from `wrt` to `y` leads through an op without a gradient rule.
 */
export function gradients(g: Graph, y: Value, wrt: readonly Value[]): Map<number, Value> {
  const depends = new Set(wrt.map((v) => v.id));
  for (const node of g.nodes) if (node.inputs.some((x) => depends.has(x.id))) for (const out of node.outputs) depends.add(out.id);

  const grads = new Map<number, Value>();
  if (!depends.has(y.id)) return grads;
  grads.set(y.id, g.constant(1, y.shape));

  for (const node of [...g.nodes].reverse()) {
    if (!node.inputs.some((x) => depends.has(x.id) && x.dtype === 'float32')) continue;
    const dys = node.outputs.map((out) => grads.get(out.id));
    if (!dys.some(Boolean)) continue;
    const { grad } = OPS[node.op];
    if (!grad) {
      fail('not-differentiable', `\`${node.op}\` in ${node.layer ? `\`${node.layer}\`` : 'the model'} has no gradient rule`, { layer: node.layer });
    }
    g.layer = node.layer;
    const dxs = grad(g, node, dys[0] ?? g.fill(node.outputs[0], 0), dys);
    node.inputs.forEach((x, i) => {
      const dx = dxs[i];
      if (!dx || !depends.has(x.id) || x.dtype !== 'float32') return;
      const summed = sumTo(g, dx, x.shape);
      const before = grads.get(x.id);
      grads.set(x.id, before ? g.add(before, summed) : summed);
    });
  }
  g.layer = undefined;
  return grads;
}

/** Undoes broadcasting: sums over the dimensions that were stretched. */
function sumTo(g: Graph, dx: Value, shape: Shape): Value {
  if (sameShape(dx.shape, shape)) return dx;
  const extra = dx.shape.length - shape.length;
  const stretched = dx.shape.flatMap((n, i) => (i < extra || shape[i - extra] !== n ? [i] : []));
  return g.reshape(g.sum(dx, stretched), shape);
}
