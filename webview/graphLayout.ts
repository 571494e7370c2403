import { type Direction, edgeKey, LevelPlan, type Placed, type Sized, type Spot } from './graphLevel';
import type { GraphTree, Item } from './graphTree';

/** A node of the drawing; x and y are its centre. */
export interface DrawnNode extends Sized, Spot {
  /** `join`: where the ways through a container meet; `closed`: a block with its content hidden. */
  kind: 'layer' | 'closed' | 'join' | 'input' | 'loss';
  /** Absent for the ends of the model. */
  item?: Item;
}

/** The frame of an open block; x and y are its upper left corner. */
export interface DrawnBox extends Sized, Spot {
  item: Item;
}

/** Between ids of nodes or of the ports (`block:in`, `block:out`) where an edge goes through a block's frame. */
export interface DrawnEdge {
  from: string;
  to: string;
  points: Spot[];
  /** Leaps from one block into another: what an Add, Mul or Concat names. */
  isLeap: boolean;
}

export interface Drawn {
  width: number;
  height: number;
  direction: Direction;
  nodes: DrawnNode[];
  boxes: DrawnBox[];
  edges: DrawnEdge[];
}

const LAYER = { width: 176, height: 46 };
const JOIN = { width: 34, height: 34 };
const END = { width: 52, height: 26 };
const PORT = { width: 1, height: 1 };
/** Of a block, across the flow; its title stands in the first. */
const PADDING = { LR: [24, 12], TB: [14, 14] } as const;

/** Of a broken row in a block, in pixels. */
const LEAST_LINE = 900;

/** Room in a block for the edges that turn back to the next line. */
const turnRoom = ({ lines }: Placed): number => (lines > 1 ? 20 : 0);

/** That a long model is broken into. */
const MOST_LINES = 40;

export const portIn = (id: string): string => `${id}:in`;
export const portOut = (id: string): string => `${id}:out`;

interface Level {
  plan: LevelPlan;
  placed: Placed;
  sized: Sized[];
  edges: [string, string][];
  /** Of the open blocks in it. */
  inner: Map<string, Level>;
  item: Item;
}

/** Lays the model out in the direction, and broken into as many lines, as show it largest on a page of this size. */
export function layOut(tree: GraphTree, isClosed: (id: string) => boolean, page: { width: number; height: number }): Drawn {
  const scaleOf = ({ width, height }: Placed) => Math.min(1, page.width / width, page.height / height);
  const layouts = (['LR', 'TB'] as const).flatMap((direction) => {
    const planner = new Planner(tree, isClosed, direction, Math.max(LEAST_LINE, direction === 'LR' ? page.width : page.height));
    const level = planner.plan(tree.root);
    return foldings(level).map((placed) => ({ planner, level: { ...level, placed }, scale: scaleOf(placed) }));
  });
  // Where they are as good, the first: to the right and in one line.
  const best = layouts.reduce((a, b) => (b.scale > a.scale * 1.15 ? b : a));
  return best.planner.draw(best.level);
}

/** The top level in one line, and in two and more. */
function foldings({ plan }: Level): Placed[] {
  const lines = Array.from({ length: MOST_LINES - 1 }, (_, i) => plan.length / (i + 1.8));
  return [Infinity, ...lines].map((length) => plan.place(length));
}

class Planner {
  private readonly nodes: DrawnNode[] = [];
  private readonly boxes: DrawnBox[] = [];
  private readonly edges: DrawnEdge[] = [];
  private readonly ports = new Map<string, Spot>();
  private readonly leaps: [Item | undefined, Item][] = [];

  constructor(
    private readonly tree: GraphTree,
    private readonly isClosed: (id: string) => boolean,
    private readonly direction: Direction,
    private readonly lineLength: number,
  ) {}

  private isOpen(item: Item): boolean {
    return item.children.length > 0 && !this.isClosed(item.id);
  }

  /** Sizes and places everything in an open block, from the inside out. */
  plan(item: Item): Level {
    const inner = new Map(item.children.filter((child) => this.isOpen(child)).map((child) => [child.id, this.plan(child)]));
    const isRoot = item === this.tree.root;
    const end = isRoot ? END : PORT;
    const sized: Sized[] = [
      { id: portIn(item.id), ...end },
      ...item.children.map((child) => {
        const level = inner.get(child.id);
        return level ? this.frame(child, level) : { id: child.id, ...LAYER };
      }),
      ...(hasJoin(item) ? [{ id: item.id, ...JOIN }] : []),
      { id: portOut(item.id), ...end },
    ];
    const edges = this.edgesOf(item);
    const plan = new LevelPlan(sized, edges, this.direction);
    // A block of many copies is broken into lines too; the whole model is when it is known how large everything in it is.
    return { item, sized, edges, inner, plan, placed: plan.place(isRoot ? Infinity : this.lineLength) };
  }

  private frame(item: Item, { placed }: Level): Sized {
    const [before, after] = PADDING[this.direction];
    const port = placed.centres.get(portIn(item.id))!;
    const sides = 2 * turnRoom(placed);
    return this.direction === 'LR'
      ? { id: item.id, width: placed.width + sides, height: placed.height + before + after, anchor: port.y + before }
      : { id: item.id, width: placed.width + before + after, height: placed.height + sides, anchor: port.x + before };
  }

  private edgesOf(level: Item): [string, string][] {
    const edges = new Map<string, [string, string]>();
    const add = (from: string, to: string) => from !== to && edges.set(edgeKey(from, to), [from, to]);
    const connect = (name: string, to: string, target: Item) => {
      const source = this.tree.find(name);
      const part = source && this.tree.within(level, source);
      if (part && (isExit(part, source) || !this.isOpen(part))) add(part.id, to);
      // What flows into the block comes through its frame; anything else from outside or from within another block leaps.
      else if (!part && (name === level.takes[0] || level === this.tree.root)) add(portIn(level.id), to);
      else this.leaps.push([source, target]);
    };
    for (const child of level.children) {
      const [entry, ...others] = child.takes;
      if (entry !== undefined) connect(entry, child.id, child);
      // Within an open block its layers see to these themselves.
      if (!this.isOpen(child)) for (const name of others) connect(name, child.id, child);
    }
    const last = level.children[level.children.length - 1];
    if (hasJoin(level)) for (const name of level.layer!.inputs ?? []) connect(name, level.id, level);
    add(hasJoin(level) ? level.id : last.id, portOut(level.id));
    return [...edges.values()];
  }

  /** The whole drawing, with room around it. */
  draw(level: Level): Drawn {
    const margin = 24;
    this.put(level, { x: margin, y: margin });
    for (const [source, target] of this.leaps) this.leap(source, target);
    const { width, height } = level.placed;
    return {
      width: width + 2 * margin,
      height: height + 2 * margin,
      direction: this.direction,
      nodes: this.nodes,
      boxes: this.boxes,
      edges: this.edges,
    };
  }

  private put({ item, placed, sized, edges, inner }: Level, corner: Spot): void {
    const at = (id: string): Spot => {
      const { x, y } = placed.centres.get(id)!;
      return { x: x + corner.x, y: y + corner.y };
    };
    const isRoot = item === this.tree.root;
    for (const part of sized) {
      const level = inner.get(part.id);
      const centre = at(part.id);
      if (level) this.putBox(level, part, centre);
      else if (!isRoot && (part.id === portIn(item.id) || part.id === portOut(item.id))) this.ports.set(part.id, centre);
      else this.nodes.push({ ...part, ...centre, ...this.roleOf(part.id) });
    }
    for (const [from, to] of edges) {
      const bends = (placed.bends.get(edgeKey(from, to)) ?? []).map(({ x, y }) => ({ x: x + corner.x, y: y + corner.y }));
      const [start, goal] = [inner.has(from) ? portOut(from) : from, inner.has(to) ? portIn(to) : to];
      this.edges.push({ from: start, to: goal, isLeap: false, points: this.route(start, goal, bends) });
    }
  }

  private putBox(level: Level, box: Sized, { x, y }: Spot): void {
    const corner = { x: x - box.width / 2, y: y - box.height / 2 };
    this.boxes.push({ ...box, ...corner, item: level.item });
    const [before] = PADDING[this.direction];
    const room = turnRoom(level.placed);
    this.put(level, this.direction === 'LR' ? { x: corner.x + room, y: corner.y + before } : { x: corner.x + before, y: corner.y + room });
  }

  private roleOf(id: string): Pick<DrawnNode, 'kind' | 'item'> {
    if (id === portIn('')) return { kind: 'input' };
    if (id === portOut('')) return { kind: 'loss' };
    const item = this.tree.find(id)!;
    return { item, kind: item.children.length === 0 ? 'layer' : this.isOpen(item) ? 'join' : 'closed' };
  }

  /** From border to border, by way of the bends. */
  private route(from: string, to: string, bends: Spot[]): Spot[] {
    return [this.border(from, 1), ...bends, this.border(to, -1)];
  }

  /** The middle of the side that the flow leaves (1) or enters (−1). */
  private border(id: string, side: 1 | -1): Spot {
    const port = this.ports.get(id);
    if (port) return port;
    const { x, y, width, height } = this.nodes.find((node) => node.id === id)!;
    return this.direction === 'LR' ? { x: x + (side * width) / 2, y } : { x, y: y + (side * height) / 2 };
  }

  private leap(source: Item | undefined, target: Item): void {
    const [from, to] = [source ? this.visible(source).id : portIn(''), this.visible(target).id];
    if (from === to || this.edges.some((edge) => edge.from === from && edge.to === to)) return;
    if (![from, to].every((id) => this.nodes.some((node) => node.id === id))) return;
    this.edges.push({ from, to, isLeap: true, points: this.route(from, to, []) });
  }

  /** The item itself, or the outermost closed block that hides it. */
  private visible(item: Item): Item {
    let shown = item;
    for (let outer = item.parent; outer && outer !== this.tree.root; outer = outer.parent) if (this.isClosed(outer.id)) shown = outer;
    return shown;
  }
}

/** True of a block's output: that of the block itself or, where it ends without a join, of its last layer. */
function isExit(block: Item, source: Item): boolean {
  const last = block.children.at(-1);
  return block === source || (last !== undefined && !hasJoin(block) && isExit(last, source));
}

/** Ways meet at the end of these; a Repeat ends with its last layer. */
const JOINING: ReadonlySet<string> = new Set(['Residual', 'Parallel', 'DenseBlock', 'Highway', 'MixtureOfExperts', 'NeuralODE']);

function hasJoin({ layer }: Item): boolean {
  return layer !== undefined && JOINING.has(layer.type);
}
