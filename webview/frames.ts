/** Milliseconds of work in a frame, after which the rest waits for the next. */
const FRAME_MS = 6;

/**
 * Draws in stages, as many per frame as its share of time allows, so that no frame has all the work. They run in their order, round by round: a request while a round is
 * on its way starts another one after it, as what the first stages made may be of before. So every stage has its turn, however many requests come.
 */
export class Frames {
  /** What is left of the round. */
  private queue: (() => void)[] = [];
  private isAskedAgain = false;
  private isWaiting = false;

  constructor(
    private readonly stages: readonly (() => void)[],
    private readonly onNextFrame: (callback: () => void) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Everything is to be drawn again, soon. */
  request(): void {
    if (this.queue.length === 0) this.begin();
    else this.isAskedAgain ||= this.queue.length < this.stages.length;
    this.wait();
  }

  private begin(): void {
    this.isAskedAgain = false;
    this.queue = [...this.stages];
  }

  private wait(): void {
    if (!this.isWaiting) this.onNextFrame(() => this.draw());
    this.isWaiting = true;
  }

  private draw(): void {
    this.isWaiting = false;
    if (this.queue.length === 0 && this.isAskedAgain) this.begin();
    // Asked for before the stage runs: one that throws must not stop the others for good.
    if (this.queue.length > 1 || this.isAskedAgain) this.wait();
    const until = this.now() + FRAME_MS;
    do this.queue.shift()?.();
    while (this.queue.length > 0 && this.now() < until);
  }
}
