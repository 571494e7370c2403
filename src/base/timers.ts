import type { Disposable } from './disposable';

type Timer = ReturnType<typeof setTimeout>;

/** Calls `action` once, `delay` ms after the last trigger. */
export class Debounce implements Disposable {
  private timer?: Timer;

  constructor(
    private readonly delay: number,
    private readonly action: () => void,
  ) {}

  trigger(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.action, this.delay);
  }

  dispose(): void {
    clearTimeout(this.timer);
  }
}

/** Calls `action` at once on the first trigger, then at most once per `interval` ms; the last trigger is never lost. */
export class Throttle implements Disposable {
  private timer?: Timer;
  private isWaiting = false;

  constructor(
    private readonly interval: number,
    private readonly action: () => void,
  ) {}

  trigger(): void {
    if (this.timer === undefined) this.run();
    else this.isWaiting = true;
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.isWaiting = false;
  }

  private run(): void {
    this.isWaiting = false;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.isWaiting) this.run();
    }, this.interval);
    this.action();
  }
}

/** Waits for a promise, but not longer than so many ms. */
export async function atMost(milliseconds: number, awaited: Promise<unknown>): Promise<void> {
  let timer: Timer | undefined;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, milliseconds)));
  await Promise.race([awaited, late]).finally(() => clearTimeout(timer));
}
