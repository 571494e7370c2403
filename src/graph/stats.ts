import { Graph, type Value } from './graph';
import { product } from './shape';

/** What a statistic is made of in the vector: its number at `at`. Of `moments` that is the mean, with Σ(x − mean)² behind it. */
export interface Slot {
  path: readonly string[];
  part: 'plain' | 'std' | 'moments' | 'sum_square' | 'non_zeros';
  at: number;
  /** Elements that it is taken over. */
  count: number;
}

/** Numbers of so many elements or fewer are stacked with others of their shape: to the engine one large operation costs less than many small ones. */
const SMALL = 8192;
/** Elements of a stack at most. */
const STACK = 2 ** 18;

/** Numbers about each of some arrays of one shape. */
interface Measure {
  /** Arrays of equal names and shapes are measured together. */
  name: string;
  /**
   * @param x the arrays, stacked along dimension 0.
   * @param reduced what is to be reduced to 1 for a number of every array, of two dimensions.
   * @returns one column for every number.
   */
  columns(g: Graph, x: Value, reduced: readonly number[]): Value[];
}

interface Group {
  measure: Measure;
  members: { x: Value; slots: Slot[]; nonFinite?: Slot }[];
}

const MOMENTS: Measure = {
  name: 'moments',
  columns(g, x, reduced) {
    // ReduceMean takes twice as long as ReduceSum on WASM.
    const mean = g.mul(g.sum(x, reduced, true), 1 / x.shape[1]);
    const spread = g.sumSquare(g.sub(x, mean), reduced, true);
    return [mean, spread, g.reduceMin(x, reduced, true), g.reduceMax(x, reduced, true)];
  },
};

const TENSOR: Measure = {
  name: 'tensor',
  // Squared signs count what is not zero, in a third of the time that comparing takes.
  columns: (g, x, reduced) => [...MOMENTS.columns(g, x, reduced), g.sumSquare(g.sign(x), reduced, true)],
};

const NORM: Measure = { name: 'norm', columns: (g, x, reduced) => [g.sumSquare(x, reduced, true)] };

/**
 * Collects statistics as a flat vector that is computed only where `wanted` is true. Everything is emitted into the branch of an `If`,
 * so a step that is not sampled pays nothing.
 */
export class StatsBuilder {
  readonly slots: Slot[] = [];
  private readonly branch = new Graph();
  private readonly groups = new Map<string, Group>();
  private readonly numbers: Value[] = [];
  private size = 0;
  private readonly watched: { slots: Slot[]; x: Value; reduced: readonly number[]; spread: Value }[] = [];

  /** Numbers in the vector, once it is finished. */
  get length(): number {
    return this.size;
  }

  /** For what statistics are made of: emitted where they are. */
  emit<T>(build: (branch: Graph) => T): T {
    return build(this.branch);
  }

  /** mean, std, min, max, L2 norm, share of zeros and count of non-finite elements. */
  tensor(path: readonly string[], x: Value): void {
    const member = this.ask(TENSOR, this.branch.flat(x), [
      // The L2 norm follows from mean and spread, without another pass over the data.
      [[...path, 'l2'], 'moments', 0],
      ...momentsOf(path),
      [[...path, 'zero_fraction'], 'non_zeros', 4],
    ]);
    member.nonFinite = { path: [...path, 'non_finite'], part: 'plain', at: 0, count: product(x.shape) };
    this.slots.push(member.nonFinite);
  }

  /** mean, std, min, max of a vector of channels. */
  moments(path: readonly string[], x: Value): void {
    this.ask(MOMENTS, this.branch.flat(x), momentsOf(path));
  }

  /** The L2 norm alone. */
  norm(path: readonly string[], x: Value): void {
    this.ask(NORM, this.branch.flat(x), [[path, 'sum_square', 0]]);
  }

  /** Units (along an axis) that are ≤ 0 everywhere else. */
  deadUnits(path: readonly string[], x: Value, unitAxis: number): void {
    const others = x.shape.map((_, i) => i).filter((i) => i !== unitAxis);
    const measure: Measure = {
      name: `dead units along ${unitAxis}`,
      columns(g, stack, reduced) {
        const highest = g.reduceMax(
          stack,
          others.map((axis) => axis + 1),
        );
        return [g.sub(x.shape[unitAxis], g.sum(g.cast(g.greater(highest, 0), 'float32'), reduced, true))];
      },
    };
    this.ask(measure, x, [[path, 'plain', 0]]);
  }

  /** Share of elements further than `bound` from `centre`. */
  saturated(path: readonly string[], x: Value, centre: number, bound: number): void {
    const measure: Measure = {
      name: `beyond ${bound} from ${centre}`,
      columns: (g, stack, reduced) => {
        const beyond = g.cast(g.greater(g.abs(g.sub(stack, centre)), bound), 'float32');
        return [g.mul(g.sum(beyond, reduced, true), 1 / stack.shape[1])];
      },
    };
    this.ask(measure, this.branch.flat(x), [[path, 'plain', 0]]);
  }

  /** Ends the collection: the vector of all numbers, or an empty one where they are not wanted. */
  finish(g: Graph, wanted: Value): Value {
    for (const group of this.groups.values()) this.measure(group);
    this.countNonFinite();
    this.branch.output('statistics', this.branch.concat(this.numbers, 0));
    const nothing = new Graph();
    nothing.output('no_statistics', nothing.constant([], [0]));
    return g.op('If', [wanted], { then: this.branch, else: nothing });
  }

  /** @param slots path, part, and column of the measure. */
  private ask(measure: Measure, x: Value, slots: readonly (readonly [readonly string[], Slot['part'], number])[]): Group['members'][number] {
    const count = product(x.shape);
    const key = count > SMALL ? `alone ${this.groups.size}` : `${measure.name} [${x.shape.join()}]`;
    let group = this.groups.get(key);
    if (!group) this.groups.set(key, (group = { measure, members: [] }));
    // Where the numbers come to lie is known when all are asked for: until then, their column.
    const member = { x, slots: slots.map(([path, part, at]): Slot => ({ path, part, at, count })) };
    this.slots.push(...member.slots);
    group.members.push(member);
    return member;
  }

  private measure({ measure, members }: Group): void {
    const g = this.branch;
    const { shape } = members[0].x;
    const most = Math.max(1, Math.floor(STACK / product(shape)));
    for (let from = 0; from < members.length; from += most) {
      const stacked = members.slice(from, from + most);
      const x = g.reshape(
        g.concat(
          stacked.map((member) => member.x),
          0,
        ),
        [stacked.length, ...shape],
      );
      // A sum over everything has a faster way.
      const reduced = stacked.length === 1 ? [0, 1] : [1];
      const columns = measure.columns(g, x, reduced);
      stacked.forEach(({ slots }, i) => slots.forEach((slot) => (slot.at += this.size + i * columns.length)));
      this.push(g.concat(columns, 1));
      const slots = stacked.flatMap(({ nonFinite }) => nonFinite ?? []);
      if (slots.length > 0) this.watched.push({ slots, x, reduced, spread: g.flat(columns[1]) });
    }
  }

  /** Counting NaN and infinities costs as much as the rest; a finite spread proves that there are none. */
  private countNonFinite(): void {
    if (this.watched.length === 0) return;
    const g = this.branch;
    const spreads = g.concat(
      this.watched.map((w) => w.spread),
      0,
    );
    const allFinite = g.equal(g.sum(g.mul(spreads, 0)), 0);
    const none = new Graph();
    none.output('none', none.constant(Array<number>(spreads.shape[0]).fill(0)));
    const counting = new Graph();
    // x − x is 0 for a number and NaN for NaN and ±infinity.
    const isNot = (x: Value) => counting.cast(counting.not(counting.equal(counting.sub(x, x), 0)), 'float32');
    counting.output(
      'counts',
      counting.concat(
        this.watched.map(({ x, reduced }) => counting.flat(counting.sum(isNot(x), reduced, true))),
        0,
      ),
    );
    this.watched.flatMap(({ slots }) => slots).forEach((slot, i) => (slot.at = this.size + i));
    this.push(g.op('If', [allFinite], { then: none, else: counting }));
  }

  private push(numbers: Value): void {
    this.numbers.push(this.branch.flat(numbers));
    this.size += product(numbers.shape);
  }
}

const momentsOf = (path: readonly string[]): [string[], Slot['part'], number][] => [
  [[...path, 'mean'], 'plain', 0],
  [[...path, 'std'], 'std', 1],
  [[...path, 'min'], 'plain', 2],
  [[...path, 'max'], 'plain', 3],
];

/** The statistic of a slot; null where it is not finite. */
export function readSlot({ part, at, count }: Slot, vector: Float32Array): number | null {
  const raw = vector[at];
  const value = {
    plain: raw,
    std: Math.sqrt(raw / count),
    moments: Math.sqrt(vector[at + 1] + count * raw * raw),
    sum_square: Math.sqrt(raw),
    non_zeros: (count - raw) / count,
  }[part];
  return Number.isFinite(value) ? value : null;
}
