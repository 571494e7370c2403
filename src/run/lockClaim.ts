import type { Claim } from './folder';

/** The right to write a folder of a browser's storage: a lock of all tabs of this origin (Web Locks API). The browser releases it when the tab goes. */
export class LockClaim implements Claim {
  /** Gives the lock back; there while this object has it. */
  private giveBack?: () => void;
  private asking?: Promise<boolean>;

  constructor(private readonly name: string) {}

  async claim(): Promise<boolean> {
    if (this.giveBack) return true;
    this.asking ??= this.ask().finally(() => (this.asking = undefined));
    return this.asking;
  }

  async isTaken(): Promise<boolean> {
    const { held = [] } = await locks().query();
    return !this.giveBack && held.some(({ name }) => name === this.name);
  }

  claimAgain(): Promise<boolean> {
    return this.claim();
  }

  release(): Promise<void> {
    this.stop();
    return Promise.resolve();
  }

  stop(): void {
    this.giveBack?.();
    this.giveBack = undefined;
  }

  private ask(): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const hold = (lock: Lock | null): Promise<void> | undefined => {
        resolve(lock !== null);
        return lock ? new Promise((giveBack) => (this.giveBack = giveBack)) : undefined;
      };
      locks().request(this.name, { ifAvailable: true }, hold).catch(reject);
    });
  }
}

/** Only pages that came over HTTPS or from this machine have them. */
function locks(): LockManager {
  if (!('locks' in navigator)) throw new Error('this page came over plain HTTP, where a browser keeps no locks');
  return navigator.locks;
}
