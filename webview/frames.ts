/**
 * Draws in stages, one per frame, so that no frame has all the work. However many requests come, a stage waits at most once in the queue,
 * and a request while one is being served never pushes a later stage back.
 */
export class Frames {
  private readonly queue: (() => void)[] = [];

  constructor(
    private readonly stages: readonly (() => void)[],
    private readonly onNextFrame: (callback: () => void) => void,
  ) {}

  /** Everything is to be drawn again, soon. */
  request(): void {
    const isWaiting = this.queue.length > 0;
    for (const stage of this.stages) if (!this.queue.includes(stage)) this.queue.push(stage);
    if (!isWaiting) this.onNextFrame(() => this.draw());
  }

  private draw(): void {
    // Asked for before the stage runs: one that throws must not stop the others for good.
    if (this.queue.length > 1) this.onNextFrame(() => this.draw());
    this.queue.shift()?.();
  }
}
