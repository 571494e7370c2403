import { Graph, type Value } from './graph';
import { product } from './shape';

/** What one number in the statistics vector is; `count` is the number of elements behind it. */
export interface Slot {
  path: readonly string[];
  part: 'mean' | 'centred_sum_square' | 'min' | 'max' | 'sum_square' | 'non_zeros' | 'count' | 'share';
  count: number;
}

/**
 * Collects statistics as a flat vector that is computed only where `wanted` is true. Everything is emitted into the branch of an `If`,
 * so a step that is not sampled pays nothing.
 */
export class StatsBuilder {
  readonly slots: Slot[] = [];
  private readonly branch = new Graph();
  private readonly numbers: Value[] = [];
  private readonly watched: { path: readonly string[]; flat: Value; sumSquare: Value }[] = [];

  /** For what statistics are made of: emitted where they are. */
  emit<T>(build: (branch: Graph) => T): T {
    return build(this.branch);
  }

  /** mean, std, min, max, L2 norm, share of zeros and count of non-finite elements. */
  tensor(path: readonly string[], x: Value): void {
    const g = this.branch;
    const flat = g.flat(x);
    this.moments(path, flat);
    const sumSquare = g.sumSquare(flat, [0], true);
    this.push(path, 'sum_square', flat, sumSquare);
    // Squared signs count what is not zero, in a third of the time that comparing takes.
    this.push(path, 'non_zeros', flat, g.sumSquare(g.sign(flat), [0], true));
    this.watched.push({ path, flat, sumSquare });
  }

  /** mean, std, min, max of a vector of channels. */
  moments(path: readonly string[], x: Value): void {
    const g = this.branch;
    const flat = g.flat(x);
    // ReduceMean takes twice as long as ReduceSum on WASM.
    const mean = g.mul(g.sum(flat, [0], true), 1 / product(flat.shape));
    this.push(path, 'mean', flat, mean);
    this.push(path, 'centred_sum_square', flat, g.sumSquare(g.sub(flat, mean), [0], true));
    this.push(path, 'min', flat, g.reduceMin(flat, [0], true));
    this.push(path, 'max', flat, g.reduceMax(flat, [0], true));
  }

  /** The L2 norm alone. */
  norm(path: readonly string[], x: Value): void {
    const flat = this.branch.flat(x);
    this.push(path, 'sum_square', flat, this.branch.sumSquare(flat, [0], true), false);
  }

  /** Units (along an axis) that are ≤ 0 everywhere else. */
  deadUnits(path: readonly string[], x: Value, unitAxis: number): void {
    const g = this.branch;
    const others = x.shape.map((_, i) => i).filter((i) => i !== unitAxis);
    const alive = g.cast(g.greater(g.reduceMax(x, others), 0), 'float32');
    this.push(path, 'count', alive, g.sub(x.shape[unitAxis], g.sum(alive, [0], true)));
  }

  /** Share of elements further than `bound` from `centre`. */
  saturated(path: readonly string[], x: Value, centre: number, bound: number): void {
    const g = this.branch;
    const flat = g.flat(x);
    this.push(path, 'share', flat, g.mean(g.cast(g.greater(g.abs(g.sub(flat, centre)), bound), 'float32'), [0], true));
  }

  /** Ends the collection: the vector of all numbers, or an empty one where they are not wanted. */
  finish(g: Graph, wanted: Value): Value {
    this.countNonFinite();
    this.branch.output('statistics', this.branch.concat(this.numbers, 0));
    const nothing = new Graph();
    nothing.output('no_statistics', nothing.constant([], [0]));
    return g.op('If', [wanted], { then: this.branch, else: nothing });
  }

  /** Counting NaN and infinities costs as much as the rest; a finite sum of squares proves that there are none. */
  private countNonFinite(): void {
    if (this.watched.length === 0) return;
    const g = this.branch;
    const squares = g.concat(
      this.watched.map((w) => w.sumSquare),
      0,
    );
    const allFinite = g.equal(g.sum(g.mul(squares, 0)), 0);
    const none = new Graph();
    none.output('none', none.constant(Array<number>(this.watched.length).fill(0)));
    const counting = new Graph();
    // x − x is 0 for a number and NaN for NaN and ±infinity.
    const count = (flat: Value) => counting.sum(counting.cast(counting.not(counting.equal(counting.sub(flat, flat), 0)), 'float32'), [0], true);
    counting.output(
      'counts',
      counting.concat(
        this.watched.map((w) => count(w.flat)),
        0,
      ),
    );
    this.numbers.push(g.op('If', [allFinite], { then: none, else: counting }));
    for (const { path, flat } of this.watched) this.slots.push({ path: [...path, 'non_finite'], part: 'count', count: product(flat.shape) });
  }

  private push(path: readonly string[], part: Slot['part'], x: Value, number: Value, withField = true): void {
    const field = {
      mean: 'mean',
      centred_sum_square: 'std',
      min: 'min',
      max: 'max',
      sum_square: 'l2',
      non_zeros: 'zero_fraction',
      count: '',
      share: '',
    }[part];
    this.slots.push({ path: field && withField ? [...path, field] : path, part, count: product(x.shape) });
    this.numbers.push(number);
  }
}

/** The number that a slot reports; null where it is not finite. */
export function readSlot({ part, count }: Slot, raw: number): number | null {
  const value = {
    mean: raw,
    centred_sum_square: Math.sqrt(raw / count),
    min: raw,
    max: raw,
    sum_square: Math.sqrt(raw),
    non_zeros: (count - raw) / count,
    count: raw,
    share: raw,
  }[part];
  return Number.isFinite(value) ? value : null;
}
