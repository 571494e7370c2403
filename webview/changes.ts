/** Remembers what something was painted from: what has not changed since needs no paint. */
export class Changes {
  private last: readonly unknown[] = [];

  /** Whether one of the values is another than at the last call; objects are compared by identity. */
  have(...values: readonly unknown[]): boolean {
    const changed = values.length !== this.last.length || values.some((value, index) => !Object.is(value, this.last[index]));
    this.last = values;
    return changed;
  }

  /** The next values count as changed. */
  forget(): void {
    this.last = [];
  }
}
