import type { StepEvent } from '../train/protocol';
import type { LossPoint } from '../view/protocol';

/** More points than a chart has pixels; a run of any length stays this small in memory, on disk and on the wire. */
export const LOSS_CAPACITY = 4000;

/**
 * The loss curve of a run of any length in bounded space. Every point is the mean of the steps since the previous one, so its weight is
 * its distance to that one. When the space is full, neighbours merge by their weights and the resolution halves. The first step stays
 * a point of its own (the loss before any learning), and the last step is always in the last point.
 */
export class LossSeries {
  private bucket: StepEvent[] = [];
  /** Steps per point. */
  private stride = 1;
  /** Grows when points that were handed out have been merged: whoever holds them has to take all of them again. */
  generation = 0;

  constructor(
    readonly points: LossPoint[] = [],
    private readonly capacity = LOSS_CAPACITY,
  ) {}

  add(step: StepEvent): void {
    this.bucket.push(step);
    if (this.points.length === 0 || this.bucket.length >= this.stride) this.flush();
  }

  /** Makes a point of the steps that wait for more of their kind. */
  flush(): void {
    if (this.bucket.length === 0) return;
    this.points.push(mean(this.bucket.map((point) => ({ point, weight: 1 }))));
    this.bucket = [];
    if (this.points.length >= this.capacity) this.halve();
  }

  private halve(): void {
    const [first, ...rest] = this.points;
    const merged = [first];
    let before = first.step;
    for (let i = 0; i < rest.length; i += 2) {
      const pair = rest.slice(i, i + 2).map((point) => {
        const weight = point.step - before;
        before = point.step;
        return { point, weight };
      });
      merged.push(mean(pair));
    }
    this.points.splice(0, this.points.length, ...merged);
    this.stride *= 2;
    this.generation++;
  }
}

/** One step that is not finite makes its point not finite: a divergence must not be averaged away. */
function mean(parts: { point: LossPoint; weight: number }[]): LossPoint {
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  const average = (key: 'loss' | 'total_loss' | 'grad_norm'): number | null =>
    parts.reduce<number | null>((sum, { point, weight }) => (sum === null || point[key] === null ? null : sum + (point[key] * weight) / total), 0);
  const { step, lr } = parts[parts.length - 1].point;
  return { step, loss: average('loss'), total_loss: average('total_loss'), lr, grad_norm: average('grad_norm') };
}
