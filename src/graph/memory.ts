import type { Graph, Node, Value } from './graph';
import { subgraphs } from './rewrite';
import { product } from './shape';

/** A reshape shares the memory of its input. */
const isView = ({ op }: Node): boolean => op === 'Reshape' || op === 'Identity';

/** The value whose memory another one lies in. */
const owner = (x: Value): Value => (isView(x.node) ? owner(x.node.inputs[0]) : x);

/** Bytes that a graph's values take at the moment when they take most, each freed after its last use. An estimate: the engine pads and reuses. */
export function peakBytes(graph: Graph): number {
  const lastUse = new Map<number, number>();
  const use = (x: Value, at: number) => lastUse.set(owner(x).id, at);
  graph.nodes.forEach((node, at) => {
    for (const x of node.inputs) use(x, at);
    for (const inner of subgraphs(node)) for (const n of inner.nodes) for (const x of n.inputs) use(x, at);
  });
  for (const { value } of graph.outputs) use(value, graph.nodes.length);
  const freed = new Map<number, number>();
  let live = 0;
  let peak = 0;
  graph.nodes.forEach((node, at) => {
    const bytes = isView(node) ? 0 : node.outputs.reduce((sum, { shape }) => sum + 4 * product(shape), 0);
    live += bytes;
    peak = Math.max(peak, live);
    const end = Math.max(at, ...node.outputs.map((out) => lastUse.get(out.id) ?? at));
    freed.set(end, (freed.get(end) ?? 0) + bytes);
    live -= freed.get(at) ?? 0;
  });
  return peak;
}
