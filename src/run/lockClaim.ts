import type { Claim } from './folder';

/** The right to write a folder of a browser's storage: a lock of all tabs of this origin (Web Locks API). The browser releases it when the tab goes. */
export class LockClaim implements Claim {
  /** There while this object has the lock. */
  private letGo?: () => void;
  /** Resolves when the browser has the lock back. */
  private holding: Promise<unknown> = Promise.resolve();
  private asking?: Promise<boolean>;

  constructor(private readonly name: string) {}

  async claim(): Promise<boolean> {
    if (this.letGo) return true;
    this.asking ??= this.ask().finally(() => (this.asking = undefined));
    return this.asking;
  }

  async isTaken(): Promise<boolean> {
    const { held = [] } = await locks().query();
    return !this.letGo && held.some(({ name }) => name === this.name);
  }

  claimAgain(): Promise<boolean> {
    return this.claim();
  }

  async release(): Promise<void> {
    this.stop();
    await this.holding;
  }

  stop(): void {
    this.letGo?.();
    this.letGo = undefined;
  }

  private async ask(): Promise<boolean> {
    await this.holding;
    return new Promise((resolve, reject) => {
      const hold = (lock: Lock | null): Promise<void> | undefined => {
        resolve(lock !== null);
        return lock ? new Promise((letGo) => (this.letGo = letGo)) : undefined;
      };
      this.holding = locks().request(this.name, { ifAvailable: true }, hold).catch(reject);
    });
  }
}

/** Only pages that came over HTTPS or from this machine have them. */
function locks(): LockManager {
  if (!('locks' in navigator)) throw Object.assign(new Error('there are no locks'), { code: 'PLAIN_HTTP' });
  return navigator.locks;
}
