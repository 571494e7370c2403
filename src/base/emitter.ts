import { disposable, type Disposable } from './disposable';

/** Subscribes a listener; compatible with `vscode.Event`. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/** A list of listeners, for code that runs without `vscode` too. */
export class Emitter<T> implements Disposable {
  private readonly listeners = new Set<(value: T) => void>();

  readonly event: Event<T> = (listener) => {
    // Wrapped, so that the same function can subscribe twice and unsubscribe once.
    const entry = (value: T) => listener(value);
    this.listeners.add(entry);
    return disposable(() => this.listeners.delete(entry));
  };

  fire(value: T): void {
    for (const listener of [...this.listeners]) listener(value);
  }

  dispose(): void {
    this.listeners.clear();
  }
}
