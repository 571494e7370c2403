/** Points of a run of any length in bounded space. When it is full, those too close to the one before go; the first and the newest always stay. */
export class ThinnedSeries<T extends { step: number }> {
  readonly points: T[] = [];
  /** Steps that two points are apart at least. */
  gap = 0;
  /** Grows when points that were handed out are gone. */
  generation = 0;

  constructor(
    private readonly capacity: number,
    /** A point that must not go: few at a time. */
    private readonly isKept: (point: T) => boolean = () => false,
  ) {}

  add(point: T): void {
    if (!this.isLater(point)) return;
    if (this.isProvisional) this.points.pop();
    this.restore(point);
  }

  /** A point as it was before: the one before it stays. Steps ascend: one that is not later than the newest is left out. */
  restore(point: T): void {
    if (!this.isLater(point)) return;
    this.points.push(point);
    if (this.points.length > this.capacity) this.thin();
  }

  /** Whether the newest gives way to the next one. */
  get isProvisional(): boolean {
    const [before, last] = this.points.slice(-2);
    return last !== undefined && last.step - before.step < this.gap && !this.isKept(last);
  }

  /** Step of the newest that stays; −1 where there is none. */
  get settled(): number {
    return this.points.at(this.isProvisional ? -2 : -1)?.step ?? -1;
  }

  /** Forgets what is later than a step. */
  cut(step: number): void {
    const count = this.points.filter((point) => point.step <= step).length;
    if (this.points.splice(count).length) this.generation++;
  }

  private isLater({ step }: T): boolean {
    return step > (this.points.at(-1)?.step ?? -Infinity);
  }

  private thin(): void {
    const first = this.points[0];
    const last = this.points[this.points.length - 1];
    this.gap = (2 * (last.step - first.step)) / this.capacity;
    let kept = first.step;
    const rest = this.points.slice(1).filter((point) => {
      const stays = point === last || point.step - kept >= this.gap || this.isKept(point);
      if (stays) kept = point.step;
      return stays;
    });
    this.points.splice(0, this.points.length, first, ...rest);
    this.generation++;
  }
}
