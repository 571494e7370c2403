/** Seconds without a word after which the extension is taken to be gone: it says every five that it is there, however slow or paused a run is. */
const PATIENCE = 15;

/**
 * Whether the extension still speaks. It counts its own ticks instead of asking the clock: after a sleep of the machine both sides begin
 * where they were.
 */
export class Connection {
  private silence = 0;

  constructor(private readonly onChange: () => void) {}

  get isLost(): boolean {
    return this.silence >= PATIENCE;
  }

  /** A message came. */
  hear(): void {
    const wasLost = this.isLost;
    this.silence = 0;
    if (wasLost) this.onChange();
  }

  /** To be called every second. */
  tick(): void {
    this.silence++;
    if (this.silence === PATIENCE) this.onChange();
  }
}
