import { graphlib, layout } from '@dagrejs/dagre';

/** Something to be placed; sizes in pixels. */
export interface Sized {
  id: string;
  width: number;
  height: number;
  /** How far from its top (in a column: from its left) the flow goes through it; in the middle unless told. */
  anchor?: number;
}

export interface Spot {
  x: number;
  y: number;
}

/** Where everything of one level stands: centres, and the points between which edges bend, by `from→to`. */
export interface Placed {
  width: number;
  height: number;
  centres: Map<string, Spot>;
  bends: Map<string, Spot[]>;
  /** Into which the row is broken. */
  lines: number;
}

/** Along which the model flows: to the right or downwards. */
export type Direction = 'LR' | 'TB';

const GATE = { width: 1, height: 1 };

/** Between nodes along the flow and across it. */
const GAPS = { along: 34, across: 20 };

export const edgeKey = (from: string, to: string): string => `${from}→${to}`;

/** A stretch between two nodes that every way goes through: it stands in the row as one, its ways begin and end at its gates. */
interface Stretch {
  id: string;
  placed: Placed;
}

const gateIn = (id: string): string => `${id}⇥`;
const gateOut = (id: string): string => `${id}↦`;

type Link = readonly [string, string];

/**
 * Places the nodes of one level. Nodes that every way goes through are set in a row, and only the branches between two of them are handed to
 * dagre: its time grows fast with the number of nodes, and a chain of a hundred needs none of it.
 */
export class LevelPlan {
  private readonly row: Sized[] = [];
  private readonly stretches = new Map<string, Stretch>();
  /** Of each edge: by what it goes in the row. */
  private readonly ways = new Map<string, { from: string; to: string; bends: Spot[]; stretch?: Stretch }>();

  /** `nodes` in an order in which edges only lead forwards. */
  constructor(
    nodes: readonly Sized[],
    edges: readonly Link[],
    private readonly direction: Direction,
  ) {
    const index = new Map(nodes.map(({ id }, i) => [id, i]));
    const cuts = cutsOf(
      nodes.length,
      edges.map(([from, to]) => [index.get(from)!, index.get(to)!] as const),
    );
    cuts.forEach((cut, i) => {
      this.row.push(nodes[cut]);
      const next = cuts[i + 1];
      if (next !== undefined && next > cut + 1) this.addStretch(nodes.slice(cut, next + 1), edges, index, cut, next);
    });
    for (const [from, to] of edges) if (!this.ways.has(edgeKey(from, to))) this.ways.set(edgeKey(from, to), { from, to, bends: [] });
  }

  /** Length of the row in one line. */
  get length(): number {
    const { width, height } = placeRow(this.row, this.direction);
    return this.direction === 'LR' ? width : height;
  }

  /** In lines of about `length`. */
  place(length = Infinity): Placed {
    const row = wrapRow(this.row, length, this.direction);
    const centres = new Map(row.centres);
    for (const { id, placed } of this.stretches.values()) {
      const { x, y } = row.centres.get(id)!;
      const corner = { x: x - placed.width / 2, y: y - placed.height / 2 };
      for (const [node, spot] of placed.centres) centres.set(node, shifted(spot, corner));
    }
    const bends = new Map<string, Spot[]>();
    for (const [key, { from, to, bends: inner, stretch }] of this.ways) {
      const corner = stretch && row.centres.get(stretch.id)!;
      const moved = corner
        ? inner.map((spot) => shifted(spot, { x: corner.x - stretch.placed.width / 2, y: corner.y - stretch.placed.height / 2 }))
        : [];
      const before = row.bends.get(edgeKey(from, stretch?.id ?? to)) ?? [];
      const after = stretch ? (row.bends.get(edgeKey(stretch.id, to)) ?? []) : [];
      bends.set(key, [...before, ...moved, ...after]);
    }
    return { ...row, centres, bends };
  }

  private addStretch(nodes: readonly Sized[], edges: readonly Link[], index: ReadonlyMap<string, number>, cut: number, next: number): void {
    const id = `${nodes[0].id}…`;
    const [first, last] = [nodes[0].id, nodes[nodes.length - 1].id];
    const within = edges.filter(([from, to]) => index.get(from)! >= cut && index.get(to)! <= next);
    const gated = (name: string) => (name === first ? gateIn(id) : name === last ? gateOut(id) : name);
    const inner = [{ id: gateIn(id), ...GATE }, ...nodes.slice(1, -1), { id: gateOut(id), ...GATE }];
    const placed = branch(
      inner,
      within.map(([from, to]) => [gated(from), gated(to)] as const),
      this.direction,
    );
    const stretch = { id, placed };
    this.stretches.set(id, stretch);
    const gate = placed.centres.get(gateIn(id))!;
    this.row.push({ id, width: placed.width, height: placed.height, anchor: this.direction === 'LR' ? gate.y : gate.x });
    for (const [from, to] of within) {
      const bends = placed.bends.get(edgeKey(gated(from), gated(to))) ?? [];
      const ends = (name: string) => (gated(name) === name ? [] : [placed.centres.get(gated(name))!]);
      this.ways.set(edgeKey(from, to), { from, to, stretch, bends: [...ends(from), ...bends, ...ends(to)] });
    }
  }
}

const shifted = ({ x, y }: Spot, by: Spot): Spot => ({ x: x + by.x, y: y + by.y });

/** Nodes, by number, that no edge leaps over. */
function cutsOf(count: number, edges: readonly (readonly [number, number])[]): number[] {
  const reach = Array.from({ length: count }, (_, i) => i);
  for (const [from, to] of edges) reach[from] = Math.max(reach[from], to);
  let farthest = 0;
  return reach.flatMap((to, i) => {
    const isCut = farthest <= i;
    farthest = Math.max(farthest, to);
    return isCut ? [i] : [];
  });
}

/** Branches that were laid out, by their form: the copies of a block are all alike. */
const known = new Map<string, Placed>();
const MOST_KNOWN = 200;

/** Ways side by side. Of branches of one form only the first is worked out. */
function branch(nodes: readonly Sized[], edges: readonly Link[], direction: Direction): Placed {
  const numbers = new Map(nodes.map(({ id }, index) => [id, String(index)]));
  const numbered = nodes.map((node, index) => ({ ...node, id: String(index) }));
  const links = edges.map(([from, to]): Link => [numbers.get(from)!, numbers.get(to)!]);
  const form = JSON.stringify([direction, numbered, links]);
  const placed = known.get(form) ?? layOutBranch(numbered, links, direction);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(form, placed);
  const bends = edges.flatMap(([from, to], index): [string, Spot[]][] => {
    const own = placed.bends.get(edgeKey(...links[index]));
    return own ? [[edgeKey(from, to), own]] : [];
  });
  return { ...placed, centres: new Map(nodes.map(({ id }, index) => [id, placed.centres.get(String(index))!])), bends: new Map(bends) };
}

/** By dagre; what follows one another without a branch goes as one. */
function layOutBranch(nodes: readonly Sized[], edges: readonly Link[], direction: Direction): Placed {
  const runs = runsOf(nodes, edges);
  const rows = new Map(runs.map((run) => [run[0].id, placeRow(run, direction)]));
  const runOf = new Map(runs.flatMap((run) => run.map(({ id }) => [id, run[0].id] as const)));
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: direction, ranksep: GAPS.along / 2, nodesep: GAPS.across });
  for (const [id, { width, height }] of rows) graph.setNode(id, { width, height });
  for (const [from, to] of edges) {
    const [a, b] = [runOf.get(from)!, runOf.get(to)!];
    if (a !== b) graph.setEdge(a, b, { weight: isMain(from, to, nodes) ? 4 : 1, minlen: 2 });
  }
  layout(graph);
  const centres = new Map<string, Spot>();
  for (const [id, row] of rows) {
    const { x, y } = graph.node(id) as unknown as Spot;
    for (const [node, spot] of row.centres) centres.set(node, { x: x - row.width / 2 + spot.x, y: y - row.height / 2 + spot.y });
  }
  const bends = new Map<string, Spot[]>();
  for (const [from, to] of edges) {
    const [a, b] = [runOf.get(from)!, runOf.get(to)!];
    if (a === b) continue;
    const { points } = graph.edge(a, b) as unknown as { points: Spot[] };
    // The first and the last lie on the borders of the rows, which the ends of the edge are drawn to anyway.
    bends.set(edgeKey(from, to), points.slice(1, -1));
  }
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return { width, height, centres, bends, lines: 1 };
}

/** An edge to the next in source order is kept straight rather than one that leaps. */
function isMain(from: string, to: string, nodes: readonly Sized[]): boolean {
  return nodes.findIndex(({ id }) => id === to) - nodes.findIndex(({ id }) => id === from) === 1;
}

/** Longest stretches without a branch, in order. */
function runsOf(nodes: readonly Sized[], edges: readonly (readonly [string, string])[]): Sized[][] {
  const next = new Map<string, string[]>();
  const arrivals = new Map<string, number>();
  for (const [from, to] of edges) {
    next.set(from, [...(next.get(from) ?? []), to]);
    arrivals.set(to, (arrivals.get(to) ?? 0) + 1);
  }
  const follower = (id: string): string | undefined => {
    const [only, ...others] = next.get(id) ?? [];
    return only !== undefined && others.length === 0 && arrivals.get(only) === 1 ? only : undefined;
  };
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const followers = new Set(nodes.map(({ id }) => follower(id)));
  return nodes
    .filter(({ id }) => !followers.has(id))
    .map((head) => {
      const run = [head];
      for (let id = follower(head.id); id !== undefined; id = follower(id)) run.push(byId.get(id)!);
      return run;
    });
}

function placeRow(run: readonly Sized[], direction: Direction): Omit<Placed, 'bends' | 'lines'> & { anchor: number } {
  const [along, across] = direction === 'LR' ? (['width', 'height'] as const) : (['height', 'width'] as const);
  const anchorOf = (node: Sized) => node.anchor ?? node[across] / 2;
  const anchor = Math.max(...run.map(anchorOf));
  const breadth = anchor + Math.max(...run.map((node) => node[across] - anchorOf(node)));
  const centres = new Map<string, Spot>();
  let end = -GAPS.along;
  for (const node of run) {
    const middle = end + GAPS.along + node[along] / 2;
    const side = anchor - anchorOf(node) + node[across] / 2;
    centres.set(node.id, direction === 'LR' ? { x: middle, y: side } : { x: side, y: middle });
    end = middle + node[along] / 2;
  }
  return { ...(direction === 'LR' ? { width: end, height: breadth } : { width: breadth, height: end }), anchor, centres };
}

/**
 * Breaks one long row into several of about `length`, read like lines of text. Each line is as thick as its thickest node; `bends` leads
 * the edge between two lines through the space between them.
 */
function wrapRow(run: readonly Sized[], length: number, direction: Direction): Placed {
  const along = direction === 'LR' ? 'width' : 'height';
  const lines: Sized[][] = [];
  let filled = 0;
  for (const node of run) {
    const line = lines.at(-1);
    filled += GAPS.along + node[along];
    if (line && filled <= length) line.push(node);
    else {
      lines.push([node]);
      filled = node[along];
    }
  }
  const gap = 2 * GAPS.across;
  const rows = lines.map((line) => placeRow(line, direction));
  const centres = new Map<string, Spot>();
  const bends = new Map<string, Spot[]>();
  let start = 0;
  rows.forEach((row, index) => {
    const thickness = direction === 'LR' ? row.height : row.width;
    for (const [id, { x, y }] of row.centres) centres.set(id, direction === 'LR' ? { x, y: y + start } : { x: x + start, y });
    start += thickness + gap;
    const [last, first] = [lines[index].at(-1)!, lines[index + 1]?.[0]];
    if (!first) return;
    // Along the line that the flow goes, which in a box is not its middle.
    const from = start - gap - thickness + row.anchor;
    const into = start + rows[index + 1].anchor;
    const { x, y } = centres.get(last.id)!;
    const back = first[along] / 2;
    const between = start - gap / 2;
    const turn = GAPS.along / 2;
    bends.set(
      edgeKey(last.id, first.id),
      direction === 'LR'
        ? [
            { x: x + last.width / 2 + turn, y: from },
            { x: x + last.width / 2 + turn, y: between },
            { x: back - first.width / 2 - turn, y: between },
            { x: back - first.width / 2 - turn, y: into },
          ]
        : [
            { x: from, y: y + last.height / 2 + turn },
            { x: between, y: y + last.height / 2 + turn },
            { x: between, y: back - first.height / 2 - turn },
            { x: into, y: back - first.height / 2 - turn },
          ],
    );
  });
  const longest = Math.max(...rows.map((row) => row[along]));
  const thickness = start - gap;
  const size = direction === 'LR' ? { width: longest, height: thickness } : { width: thickness, height: longest };
  return { ...size, centres, bends, lines: lines.length };
}
