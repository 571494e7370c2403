import type { EvalEvent } from '../train/protocol';

/** More than a chart can tell apart. */
export const EVAL_CAPACITY = 1000;

/** The evaluations of a run of any length in bounded space. When it is full, those too close to the one before go; the newest always stays. */
export class EvalSeries {
  /** Steps that two evaluations are apart at least. */
  private gap = 0;
  /** Grows when evaluations that were handed out are gone. */
  generation = 0;

  constructor(
    readonly points: EvalEvent[] = [],
    private readonly capacity = EVAL_CAPACITY,
  ) {}

  add(evaluation: EvalEvent): void {
    const [before, last] = this.points.slice(-2);
    if (last && last.step - before.step < this.gap) this.points.pop();
    this.points.push(evaluation);
    if (this.points.length > this.capacity) this.thin();
  }

  private thin(): void {
    const first = this.points[0];
    const last = this.points[this.points.length - 1];
    this.gap = (2 * (last.step - first.step)) / this.capacity;
    let kept = first.step;
    const rest = this.points.slice(1).filter((evaluation) => {
      const isKept = evaluation === last || evaluation.step - kept >= this.gap;
      if (isKept) kept = evaluation.step;
      return isKept;
    });
    this.points.splice(0, this.points.length, first, ...rest);
    this.generation++;
  }
}
