/** Milliseconds of work in a frame, after which the rest waits for the next. */
const FRAME_MS = 6;

/**
 * Draws in stages, as many per frame as its share of time allows, so that no frame has all the work. However many requests come, a stage waits at most once in the queue,
 * and a request while one is being served never pushes a later stage back.
 */
export class Frames {
  private readonly queue: (() => void)[] = [];

  constructor(
    private readonly stages: readonly (() => void)[],
    private readonly onNextFrame: (callback: () => void) => void,
    private readonly now: () => number = () => performance.now(),
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
    const until = this.now() + FRAME_MS;
    do this.queue.shift()?.();
    while (this.queue.length > 0 && this.now() < until);
  }
}
