import type { Drawn, DrawnNode } from './graphLayout';

/** Which node an arrow key leads to: along the flow by its edges, across it to the nearest beside. */
export class GraphSteps {
  private readonly after = new Map<string, string[]>();
  private readonly before = new Map<string, string[]>();
  private readonly nodes: Map<string, DrawnNode>;

  constructor(private readonly drawn: Drawn) {
    this.nodes = new Map(drawn.nodes.map((node) => [node.id, node]));
    for (const { from, to } of drawn.edges) {
      this.after.set(from, [...(this.after.get(from) ?? []), to]);
      this.before.set(to, [...(this.before.get(to) ?? []), from]);
    }
  }

  /** The next node for a key; undefined where there is none, or where the key is none of these. */
  step(id: string, key: string): string | undefined {
    const keys =
      this.drawn.direction === 'LR' ? ['ArrowRight', 'ArrowLeft', 'ArrowUp', 'ArrowDown'] : ['ArrowDown', 'ArrowUp', 'ArrowLeft', 'ArrowRight'];
    const along = keys.indexOf(key);
    if (along === 0) return this.follow(id, this.after)[0];
    if (along === 1) return this.follow(id, this.before)[0];
    if (along > 1) return this.beside(id, along === 2 ? -1 : 1);
    const all = this.drawn.nodes.filter(({ item }) => item);
    if (key === 'Home') return all[0]?.id;
    return key === 'End' ? all.at(-1)?.id : undefined;
  }

  /** The layers at the other ends of a node's edges, through the frames of blocks. */
  follow(id: string, edges: ReadonlyMap<string, string[]>): string[] {
    return (edges.get(id) ?? []).flatMap((next) => {
      const node = this.nodes.get(next);
      if (node) return node.item ? [next] : [];
      return this.follow(next, edges);
    });
  }

  /** The nearest node on one side of the flow that stands about as far along it. */
  private beside(id: string, side: -1 | 1): string | undefined {
    const from = this.nodes.get(id);
    if (!from) return undefined;
    const isRight = this.drawn.direction === 'LR';
    const offset = (node: DrawnNode) => {
      const [x, y] = [node.x - from.x, node.y - from.y];
      return isRight ? { along: x, across: side * y } : { along: y, across: side * x };
    };
    const found = this.drawn.nodes
      .filter((node) => node.item && node.id !== id && offset(node).across > 4)
      .map((node) => ({ id: node.id, distance: Math.hypot(2 * offset(node).along, offset(node).across) }));
    return found.sort((a, b) => a.distance - b.distance)[0]?.id;
  }
}
