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

/**
 * Collects statistics as a flat vector that is computed only where `wanted` is true. Everything is emitted into the branch of an `If`,
 * so a step that is not sampled pays nothing.
 */
export class StatsBuilder {
  readonly slots: Slot[] = [];
  private readonly branch = new Graph();
  private readonly numbers: Value[] = [];
  private readonly watched: { path: readonly string[]; flat: Value; spread: Value }[] = [];

  /** For what statistics are made of: emitted where they are. */
  emit<T>(build: (branch: Graph) => T): T {
    return build(this.branch);
  }

  /** mean, std, min, max, L2 norm, share of zeros and count of non-finite elements. */
  tensor(path: readonly string[], x: Value): void {
    const g = this.branch;
    const flat = g.flat(x);
    // The L2 norm follows from mean and spread, without another pass over the data.
    this.slots.push({ path: [...path, 'l2'], part: 'moments', at: this.numbers.length, count: product(x.shape) });
    const spread = this.moments(path, flat);
    // Squared signs count what is not zero, in a third of the time that comparing takes.
    this.push([...path, 'zero_fraction'], 'non_zeros', flat, g.sumSquare(g.sign(flat), [0], true));
    this.watched.push({ path, flat, spread });
  }

  /** mean, std, min, max of a vector of channels; gives Σ(x − mean)². */
  moments(path: readonly string[], x: Value): Value {
    const g = this.branch;
    const flat = g.flat(x);
    // ReduceMean takes twice as long as ReduceSum on WASM.
    const mean = g.mul(g.sum(flat, [0], true), 1 / product(flat.shape));
    const spread = g.sumSquare(g.sub(flat, mean), [0], true);
    this.push([...path, 'mean'], 'plain', flat, mean);
    this.push([...path, 'std'], 'std', flat, spread);
    this.push([...path, 'min'], 'plain', flat, g.reduceMin(flat, [0], true));
    this.push([...path, 'max'], 'plain', flat, g.reduceMax(flat, [0], true));
    return spread;
  }

  /** The L2 norm alone. */
  norm(path: readonly string[], x: Value): void {
    const flat = this.branch.flat(x);
    this.push(path, 'sum_square', flat, this.branch.sumSquare(flat, [0], true));
  }

  /** Units (along an axis) that are ≤ 0 everywhere else. */
  deadUnits(path: readonly string[], x: Value, unitAxis: number): void {
    const g = this.branch;
    const others = x.shape.map((_, i) => i).filter((i) => i !== unitAxis);
    const alive = g.cast(g.greater(g.reduceMax(x, others), 0), 'float32');
    this.push(path, 'plain', alive, g.sub(x.shape[unitAxis], g.sum(alive, [0], true)));
  }

  /** Share of elements further than `bound` from `centre`. */
  saturated(path: readonly string[], x: Value, centre: number, bound: number): void {
    const g = this.branch;
    const flat = g.flat(x);
    this.push(path, 'plain', flat, g.mean(g.cast(g.greater(g.abs(g.sub(flat, centre)), bound), 'float32'), [0], true));
  }

  /** Ends the collection: the vector of all numbers, or an empty one where they are not wanted. */
  finish(g: Graph, wanted: Value): Value {
    this.countNonFinite();
    this.branch.output('statistics', this.branch.concat(this.numbers, 0));
    const nothing = new Graph();
    nothing.output('no_statistics', nothing.constant([], [0]));
    return g.op('If', [wanted], { then: this.branch, else: nothing });
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
    const first = this.numbers.length;
    this.numbers.push(g.op('If', [allFinite], { then: none, else: counting }));
    this.watched.forEach(({ path, flat }, i) => {
      this.slots.push({ path: [...path, 'non_finite'], part: 'plain', at: first + i, count: product(flat.shape) });
    });
  }

  private push(path: readonly string[], part: Slot['part'], x: Value, number: Value): void {
    this.slots.push({ path, part, at: this.numbers.length, count: product(x.shape) });
    this.numbers.push(number);
  }
}

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
