import type { StartedLayer } from '../src/train/protocol';

/** A layer, or a block of layers, in the drawn model. */
export interface Item {
  /** The layer's name; of a copy of a Repeat its block (`repeat1.0`); of the whole model empty. */
  id: string;
  /** Absent for the whole model and for a copy of a Repeat. */
  layer?: StartedLayer;
  parent?: Item;
  /** Of a block: what it is made of, in source order; of a layer empty. */
  children: Item[];
  /** Names of the layers outside that it, or what is in it, takes; the one that flows into a block first. `''`: the model's input. */
  takes: string[];
}

/** The model as a tree: blocks within blocks. Where a stored run does not say what its layers take, they follow each other. */
export class GraphTree {
  readonly root: Item = { id: '', children: [], takes: [''] };
  private readonly items = new Map<string, Item>();

  constructor(layers: readonly StartedLayer[]) {
    const isConnected = layers.every(({ inputs }) => inputs !== undefined);
    let before = '';
    for (const layer of layers) {
      const parent = isConnected && layer.block !== undefined ? this.block(layer.block) : this.root;
      const item: Item = { id: layer.name, layer, parent, children: [], takes: layer.inputs ?? [before] };
      parent.children.push(item);
      this.items.set(layer.name, item);
      before = layer.name;
    }
    for (const child of this.root.children) this.gather(child);
  }

  /** Undefined: the model's input, or nothing of that name. */
  find(id: string): Item | undefined {
    return this.items.get(id);
  }

  /** The part of `level` that an item is in, or is; undefined where it is elsewhere. */
  within(level: Item, item: Item | undefined): Item | undefined {
    let part = item;
    while (part && part.parent !== level) part = part.parent;
    return part;
  }

  /** A container, or one copy of a Repeat, which has no record of its own. */
  private block(id: string): Item {
    const known = this.items.get(id);
    if (known) return known;
    const parent = this.items.get(id.slice(0, id.lastIndexOf('.'))) ?? this.root;
    const copy: Item = { id, parent, children: [], takes: [] };
    parent.children.push(copy);
    this.items.set(id, copy);
    return copy;
  }

  /** What flows into a block is what its first layer takes. */
  private gather(item: Item): readonly string[] {
    if (item.children.length === 0) return item.takes;
    const own = item.layer?.inputs ?? [];
    const taken = [...item.children.flatMap((child) => this.gather(child)), ...own];
    item.takes = [...new Set(taken)].filter((name) => !this.isInside(this.items.get(name), item));
    return item.takes;
  }

  private isInside(item: Item | undefined, block: Item): boolean {
    for (let outer = item; outer; outer = outer.parent) if (outer === block) return true;
    return false;
  }
}

/** Every layer in an item, itself included. */
export function layersIn(item: Item): StartedLayer[] {
  return [...(item.layer ? [item.layer] : []), ...item.children.flatMap(layersIn)];
}

/** Its parts are copies of the same layers. */
export const hasCopies = ({ children }: Item): boolean => children.length > 0 && children.every(({ layer }) => layer === undefined);

/** Copies that come one after the other, or one of them: there is little to see in all of them. */
export const isCopied = ({ layer }: Item): boolean => layer === undefined || layer.type === 'Repeat' || layer.type === 'NeuralODE';

/** Beyond this many boxes a drawing is no longer looked through. */
const MOST_BOXES = 120;

/** The blocks that are closed unless the reader opens them: every Repeat, every NeuralODE and all copies, and all outer blocks of a very large model. */
export function closedAtFirst(tree: GraphTree): Set<string> {
  const closed = new Set<string>();
  const visit = (item: Item): number => {
    if (item.children.length === 0) return 1;
    const boxes = item.children.reduce((sum, child) => sum + visit(child), 1);
    if (isCopied(item) && item !== tree.root) closed.add(item.id);
    return closed.has(item.id) ? 1 : boxes;
  };
  if (visit(tree.root) > MOST_BOXES) for (const { id, children } of tree.root.children) if (children.length > 0) closed.add(id);
  return closed;
}
