/** Who wants to train when there is no room, in the order of their coming. */
export class RunQueue<T> {
  private readonly waiting = new Map<T, () => void>();

  constructor(private readonly hasRoom: () => boolean) {}

  /** Calls `begin` as soon as there is room and all who came before have begun; at once if that is now. */
  enter(who: T, begin: () => void): void {
    this.waiting.set(who, begin);
    this.advance();
  }

  leave(who: T): void {
    this.waiting.delete(who);
  }

  /** To be called when there may be room. */
  advance(): void {
    for (const [who, begin] of this.waiting) {
      if (!this.hasRoom()) return;
      this.waiting.delete(who);
      begin();
    }
  }
}
