/** Work that must not overlap: each piece begins when the one before is over, whatever became of that. */
export class Turns {
  private last?: Promise<void>;

  /** Resolves when all that has been asked for is over; undefined: nothing is under way. Never rejects. */
  get underWay(): Promise<void> | undefined {
    return this.last;
  }

  /** Does it when it is its turn, at the earliest after the code that asks. Throws what the work throws. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = (this.last ?? Promise.resolve()).then(work);
    const leave = () => {
      if (this.last === over) this.last = undefined;
    };
    const over = turn.then(leave, leave);
    this.last = over;
    return turn;
  }
}
