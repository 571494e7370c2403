/** Seconds of training between checkpoints: at most this many are lost when a thread dies. */
const LONGEST = 5;
/** Early on much happens in little time. */
const SHORTEST = 0.5;
/** A checkpoint may take this share of the training time. */
const SHARE = 0.05;

/** Says when the next checkpoint is due: often at first, then in proportion to the time trained, then every few seconds. */
export class CheckpointClock {
  /** Of the last checkpoint. */
  step?: number;
  private due: number;

  /** @param seconds trained before. */
  constructor(seconds = 0) {
    this.due = seconds;
  }

  isDue(seconds: number): boolean {
    return seconds >= this.due;
  }

  /** One was taken after `seconds` of training, and took `cost` seconds itself. */
  taken(step: number, seconds: number, cost: number): void {
    this.step = step;
    const interval = Math.min(LONGEST, Math.max(SHORTEST, seconds / 32));
    // A model of gigabytes is copied more rarely, but never so rarely that twice the usual time is lost.
    this.due = seconds + Math.min(2 * LONGEST, Math.max(interval, cost / SHARE));
  }
}
