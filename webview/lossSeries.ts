import type { LossPoint } from '../src/view/protocol';

export interface Point {
  x: number;
  y: number;
}

/** A loss curve ready for drawing, kept up to date by looking only at what is new. */
export class LossSeries {
  raw: Point[] = [];
  smooth: Point[] = [];
  /** Steps whose loss is not finite. */
  broken: number[] = [];
  /** True once a loss below zero was seen: it has no place on a logarithmic axis. */
  hasNegative = false;

  private source?: readonly LossPoint[];
  private consumed = 0;
  private mean = 0;
  private weight = 0;
  private lastStep = 0;

  /** Takes in the points that `losses` has more than at the last call. `halfLife` in steps: after that many a loss counts half. */
  follow(losses: readonly LossPoint[], halfLife: number): void {
    if (losses !== this.source) this.restart(losses);
    for (; this.consumed < losses.length; this.consumed++) this.take(losses[this.consumed], halfLife);
  }

  private restart(losses: readonly LossPoint[]): void {
    this.raw = [];
    this.smooth = [];
    this.broken = [];
    this.hasNegative = false;
    this.source = losses;
    this.consumed = 0;
    this.mean = 0;
    this.weight = 0;
    this.lastStep = 0;
  }

  private take({ step, loss }: LossPoint, halfLife: number): void {
    if (loss === null) {
      this.broken.push(step);
      return;
    }
    // Decay by steps, not by points: the curve stays the same whatever number of steps a point stands for.
    const keep = 0.5 ** ((step - this.lastStep) / halfLife);
    this.mean = keep * this.mean + (1 - keep) * loss;
    this.weight = keep * this.weight + (1 - keep);
    this.lastStep = step;
    this.hasNegative ||= loss < 0;
    this.raw.push({ x: step, y: loss });
    this.smooth.push({ x: step, y: this.mean / this.weight });
  }
}

/** Steps after which a loss counts half in the smoothed curve: 1 % of the run, the width of a thick line; of a very long one less, so that the curve keeps up. */
export function smoothingHalfLife(steps: number): number {
  return Math.min(200, Math.max(2, steps / 100));
}

/** At most about 25 of the steps, spread over the axis and the first among them: more marks would only make a bar. */
export function spreadMarks(steps: readonly number[], axisLength: number): number[] {
  const shown: number[] = [];
  for (const step of steps) if (shown.length === 0 || step - shown.at(-1)! >= axisLength / 25) shown.push(step);
  return shown;
}

/** At most `most` of the points, evenly spread, the last among them. */
export function thinOut(points: readonly Point[], most: number): Point[] {
  const stride = Math.ceil(points.length / most);
  return points.filter((_, index) => (points.length - 1 - index) % stride === 0);
}

/** The number of balanced classes whose entropy the no-skill loss is (2.303 = ln 10: 10), or undefined. */
export function balancedClasses(noSkillLoss: number): number | undefined {
  const classes = Math.round(Math.exp(noSkillLoss));
  return classes >= 2 && classes <= 100_000 && Math.abs(Math.log(classes) - noSkillLoss) < 1e-6 ? classes : undefined;
}
