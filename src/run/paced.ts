import type { Disposable } from '../base/disposable';

/** Does a piece of work again whenever it is asked to: not more often than every `interval` ms, and for at most `share` of the time, however long it takes. */
export class Paced implements Disposable {
  private timer?: ReturnType<typeof setTimeout>;
  private isWanted = false;

  constructor(
    private readonly work: () => void,
    private readonly interval: number,
    private readonly share: number,
  ) {}

  /** At once, or as soon as it may be. */
  trigger(): void {
    if (this.timer) this.isWanted = true;
    else this.now();
  }

  /** At once. */
  now(): void {
    clearTimeout(this.timer);
    this.isWanted = false;
    const before = performance.now();
    this.work();
    const spent = performance.now() - before;
    this.timer = setTimeout(() => this.rest(), Math.max(this.interval, spent / this.share));
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.isWanted = false;
  }

  private rest(): void {
    this.timer = undefined;
    if (this.isWanted) this.now();
  }
}
