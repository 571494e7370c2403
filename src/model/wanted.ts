import type { Tree } from './tree';
import type { Plain } from './writeYaml';

type Shape = { kind: 'value'; value: unknown } | { kind: 'list'; items: Shape[]; slots: Shape[][] } | { kind: 'map'; entries: Map<string, Shape> };

type Path = readonly (string | number)[];

/** What a file is to say after changes. Paths are those of the file as it was, however many items came or went. */
export class Wanted {
  private readonly root: Shape;

  constructor(tree: Tree) {
    this.root = shapeOf(tree);
  }

  /** The value at a path, whose last key need not be there. */
  put(path: Path, value: Plain): void {
    const [key, parent] = [path.at(-1)!, this.at(path.slice(0, -1))];
    const shape: Shape = { kind: 'value', value };
    if (parent.kind === 'map') parent.entries.set(String(key), shape);
    else if (parent.kind === 'list') this.replaceItem(parent, Number(key), [shape]);
  }

  remove(path: Path): void {
    const [key, parent] = [path.at(-1)!, this.at(path.slice(0, -1))];
    if (parent.kind === 'map') parent.entries.delete(String(key));
    else if (parent.kind === 'list') this.replaceItem(parent, Number(key), []);
  }

  /** Another key for what is there. */
  rename(path: Path, key: string): void {
    const parent = this.at(path.slice(0, -1));
    if (parent.kind === 'map') parent.entries = new Map([...parent.entries].map(([name, shape]) => [name === path.at(-1) ? key : name, shape]));
  }

  /** Behind an item of a list, at -1 before the first. */
  insert(list: Path, index: number, value: Plain): void {
    const parent = this.at(list);
    if (parent.kind !== 'list') return;
    if (index < 0) parent.slots.unshift([{ kind: 'value', value }]);
    else parent.slots.find((slot) => slot.includes(parent.items[index]))?.push({ kind: 'value', value });
  }

  value(): unknown {
    return valueOf(this.root);
  }

  private replaceItem(list: Shape & { kind: 'list' }, index: number, shapes: Shape[]): void {
    list.slots = list.slots.map((slot) => slot.flatMap((shape) => (shape === list.items[index] ? shapes : [shape])));
    if (shapes.length > 0) list.items[index] = shapes[0];
  }

  private at(path: Path): Shape {
    return path.reduce<Shape>((shape, step) => {
      const next = shape.kind === 'map' ? shape.entries.get(String(step)) : shape.kind === 'list' ? shape.items[Number(step)] : undefined;
      return next ?? { kind: 'value', value: undefined };
    }, this.root);
  }
}

function shapeOf(tree: Tree): Shape {
  if (tree.kind === 'scalar') return { kind: 'value', value: tree.value };
  if (tree.kind === 'map') return { kind: 'map', entries: new Map(tree.entries.map(({ key, value }) => [key, shapeOf(value)])) };
  const items = tree.items.map(shapeOf);
  return { kind: 'list', items, slots: items.map((item) => [item]) };
}

function valueOf(shape: Shape): unknown {
  switch (shape.kind) {
    case 'value':
      return shape.value;
    case 'list':
      return shape.slots.flat().map(valueOf);
    case 'map':
      return Object.fromEntries([...shape.entries].map(([key, inner]) => [key, valueOf(inner)]));
  }
}
