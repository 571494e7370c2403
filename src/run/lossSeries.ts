import type { StepEvent } from '../train/protocol';
import type { LossPoint } from '../view/protocol';

/**
 * The loss curve of a run of any length in bounded space. Every point is the mean of the steps since the previous one, so its weight is
 * its distance to that one. When the space is full, neighbours merge by their weights and the resolution halves. The first step stays
 * a point of its own (the loss before any learning), and the last step is always in the last point.
 */
export class LossSeries {
  readonly points: LossPoint[] = [];
  private bucket: LossPoint[] = [];
  /** Steps per point. */
  stride = 1;
  /** Grows when points that were handed out have been merged or are gone: whoever holds them has to take all of them again. */
  generation = 0;

  constructor(private readonly capacity: number) {}

  add({ step, loss, total_loss, lr, grad_norm }: StepEvent): void {
    this.bucket.push({ step, loss, total_loss, lr, grad_norm });
    if (this.points.length === 0 || this.bucket.length >= this.stride) this.flush();
  }

  /** Makes a point of the steps that wait for more of their kind. */
  flush(): void {
    if (this.bucket.length === 0) return;
    this.restore(mean(this.bucket.map((point) => ({ point, weight: 1 }))));
    this.bucket = [];
  }

  /** A point as it was before; one that is not later than the newest is left out. */
  restore(point: LossPoint): void {
    if (point.step <= (this.points.at(-1)?.step ?? -Infinity)) return;
    this.points.push(point);
    if (this.points.length >= this.capacity) this.halve();
  }

  /** Forgets what is later than a step, a point that is so in part too. */
  cut(step: number): void {
    this.bucket = this.bucket.filter((point) => point.step <= step);
    const count = this.points.filter((point) => point.step <= step).length;
    if (this.points.splice(count).length) this.generation++;
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
