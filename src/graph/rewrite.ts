import { Graph, type Node, type Value } from './graph';
import type { Attr, Attrs, OpType } from './ops/op';
import { simplify } from './simplify';

/** What takes a node's place: its outputs, computed from its inputs as they are in the rewritten graph. `undefined`: the node stays. */
export type Rule = (g: Graph, inputs: readonly Value[], node: Node) => Value | readonly Value[] | undefined;
export type Rules = Partial<Record<OpType, Rule>>;

/**
 * A copy of a graph in which every operation that has a rule is spelled out by it; equal subexpressions are computed once, needless nodes
 * left out. Inputs stay as they are, used or not. A rule's own nodes are not rewritten again.
 */
export function rewrite(source: Graph, rules: Rules): Graph {
  const target = new Graph();
  new Rewriting(rules, new Map(), new Map()).copy(source, target);
  return target;
}

export const subgraphs = (node: Node): Graph[] => Object.values(node.attrs).filter((a): a is Graph => a instanceof Graph);

/** One level of a graph: what the levels around it have computed is known inside, not the other way round. */
class Rewriting {
  constructor(
    private readonly rules: Rules,
    private readonly map: Map<number, Value>,
    private readonly seen: Map<string, readonly Value[]>,
  ) {}

  copy(source: Graph, target: Graph): void {
    const needed = reachable(source);
    const sharing = this.sharing(target);
    for (const node of source.nodes) {
      if (!needed.has(node)) continue;
      target.layer = node.layer;
      const inputs = node.inputs.map((x) => this.map.get(x.id)!);
      const replaced = this.rules[node.op]?.(sharing, inputs, node);
      const outputs = replaced ? [replaced].flat() : sharing.multi(node.op, inputs, this.attrs(node.attrs));
      node.outputs.forEach((out, i) => this.map.set(out.id, outputs[i]));
    }
    for (const { name, value } of source.outputs) target.output(name, this.map.get(value.id)!);
    // What turned out to be needless was made before that was known.
    target.keepOnly(reachable(target));
  }

  private attrs(attrs: Attrs): Attrs {
    return Object.fromEntries(
      Object.entries(attrs).map(([key, value]): [string, Attr] => {
        if (!(value instanceof Graph)) return [key, value];
        const inner = new Graph();
        new Rewriting(this.rules, new Map(this.map), new Map(this.seen)).copy(value, inner);
        return [key, inner];
      }),
    );
  }

  /** Appends a node, or finds the equal one that is there. */
  private emit(target: Graph, op: OpType, inputs: readonly Value[], attrs: Attrs): readonly Value[] {
    const key = `${op}(${inputs.map((x) => x.id).join()})${JSON.stringify(attrs, written)}`;
    const known = this.seen.get(key);
    if (known) return known;
    const outputs = op === 'Identity' ? inputs : target.multi(op, inputs, attrs);
    this.seen.set(key, outputs);
    return outputs;
  }

  /** A view of the target whose every method takes the simplest way to a value, and shares equal nodes. */
  private sharing(target: Graph): Graph {
    const view = new Graph();
    view.multi = (op, inputs, attrs = {}) => {
      if (op === 'If' || op === 'Input') return target.multi(op, inputs, attrs);
      const simpler = simplify(view, op, inputs, attrs);
      return simpler ? [simpler] : this.emit(target, op, inputs, attrs);
    };
    return view;
  }
}

/** JSON has no word for infinities and NaN: constants of them would all be `null`, and so equal. */
const written = (_key: string, value: unknown): unknown => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value);

/** Nodes that an output depends on, through subgraphs too. */
function reachable(graph: Graph): Set<Node> {
  const needed = new Set<Node>(graph.nodes.filter((n) => n.op === 'Input'));
  const visit = (stack: Node[]) => {
    for (let node = stack.pop(); node; node = stack.pop()) {
      if (needed.has(node)) continue;
      needed.add(node);
      for (const x of node.inputs) stack.push(x.node);
      for (const x of outerValues(node)) stack.push(x.node);
    }
  };
  visit(graph.outputs.map((o) => o.value.node));
  return needed;
}

/** Everything that a node's subgraphs use or hand out. */
function outerValues(node: Node): Value[] {
  return subgraphs(node).flatMap((g) => [...g.nodes.flatMap((n) => [...n.inputs, ...outerValues(n)]), ...g.outputs.map((o) => o.value)]);
}
