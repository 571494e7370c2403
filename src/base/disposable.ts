/** The part of `vscode.Disposable` that this project relies on; pure code has no `vscode`. */
export interface Disposable {
  dispose(): unknown;
}

export const disposable = (dispose: () => unknown): Disposable => ({ dispose });

/** Owns disposables. One that arrives after the disposal is disposed at once: a late subscription would leak otherwise. */
export class Disposables implements Disposable {
  private readonly owned = new Set<Disposable>();
  private isDisposed = false;

  add<T extends Disposable>(item: T): T {
    if (this.isDisposed) item.dispose();
    else this.owned.add(item);
    return item;
  }

  /** Disposes in reverse order; calling it again does nothing. */
  dispose(): void {
    this.isDisposed = true;
    const items = [...this.owned].reverse();
    this.owned.clear();
    for (const item of items) item.dispose();
  }
}
