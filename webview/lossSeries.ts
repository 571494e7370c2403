import type { LossPoint } from '../src/view/protocol';

export interface Point {
  x: number;
  y: number;
}

/** How a curve is smoothed. */
export interface Smoothing {
  /** In steps: after that many a loss counts half. */
  halfLife: number;
  /** The mean of the logarithms, as on a logarithmic axis: the plain mean there hangs on the largest of its numbers, and lags behind a falling loss. */
  isGeometric: boolean;
}

/** A loss curve ready for drawing, kept up to date by looking only at what is new. */
export class LossSeries {
  raw: Point[] = [];
  smooth: Point[] = [];
  /** Steps whose loss is not finite. */
  broken: number[] = [];
  /** Steps whose loss is exactly 0: it has no place on a logarithmic axis. */
  zeros: number[] = [];
  /** Of the smoothed ones that have a logarithm. */
  lowest = Infinity;
  /** True once a loss below zero was seen: it has no place on a logarithmic axis. */
  hasNegative = false;

  private source?: readonly LossPoint[];
  private smoothing?: Smoothing;
  private consumed = 0;
  private mean = 0;
  private weight = 0;
  private lastStep = 0;

  /** Takes in the points that `losses` has more than at the last call; with another smoothing all of them. */
  follow(losses: readonly LossPoint[], smoothing: Smoothing): void {
    if (losses !== this.source || !isSameSmoothing(smoothing, this.smoothing)) this.restart(losses, smoothing);
    for (; this.consumed < losses.length; this.consumed++) this.take(losses[this.consumed], smoothing);
  }

  private restart(losses: readonly LossPoint[], smoothing: Smoothing): void {
    this.raw = [];
    this.smooth = [];
    this.broken = [];
    this.zeros = [];
    this.lowest = Infinity;
    this.hasNegative = false;
    this.source = losses;
    this.smoothing = smoothing;
    this.consumed = 0;
    this.mean = 0;
    this.weight = 0;
    this.lastStep = 0;
  }

  private take({ step, loss }: LossPoint, { halfLife, isGeometric }: Smoothing): void {
    if (loss === null) {
      this.broken.push(step);
      return;
    }
    this.hasNegative ||= loss < 0;
    if (loss === 0) this.zeros.push(step);
    this.raw.push({ x: step, y: loss });
    // An exact zero has no logarithm: its steps count for those beside it.
    if (isGeometric && loss <= 0) return;
    // Decay by steps, not by points: the curve stays the same whatever number of steps a point stands for.
    const keep = 0.5 ** ((step - this.lastStep) / halfLife);
    this.mean = keep * this.mean + (1 - keep) * (isGeometric ? Math.log(loss) : loss);
    this.weight = keep * this.weight + (1 - keep);
    this.lastStep = step;
    // Divided by the weight of all that was seen: the curve starts at the first loss, not on its way there from zero.
    const mean = this.mean / this.weight;
    const y = isGeometric ? Math.exp(mean) : mean;
    if (y > 0 && y < this.lowest) this.lowest = y;
    this.smooth.push({ x: step, y });
  }
}

export const isSameSmoothing = (a: Smoothing, b: Smoothing | undefined): boolean => a.halfLife === b?.halfLife && a.isGeometric === b.isGeometric;

/** Half-life of the smoothed loss: 2 % of the steps on show, rounded down to 1, 2 or 5 times a power of ten so that it seldom changes. */
export function smoothingHalfLife(shown: number): number {
  const most = Math.max(1, shown / 50);
  const power = 10 ** Math.floor(Math.log10(most) + 1e-9);
  return power * [5, 2, 1].find((digit) => digit * power <= most * (1 + 1e-9))!;
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
