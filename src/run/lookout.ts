import type { Disposable } from '../base/disposable';
import { atATime } from './atATime';
import { Run, type RunHost } from './run';

/** How often other windows are looked after. */
const LOOK_INTERVAL_MS = 2000;

/** Of runs that nobody trains and nobody sees. */
const OTHERS_AT_ONCE = 100;

export interface LookoutListener {
  /** Its folder is gone. */
  gone(run: Run): void;
  /** Their folders are new. */
  came(runs: readonly Run[]): void;
}

/** Looks again and again what other windows did to the runs of a folder. */
export class Lookout implements Disposable {
  /** How many of the runs of which nothing is expected have had their turn. */
  private lookedAt = 0;
  private timer?: ReturnType<typeof setTimeout>;
  private isClosed = false;

  constructor(
    private readonly host: RunHost,
    private readonly known: ReadonlyMap<string, Run>,
    /** By this window; their folders may still be there. */
    private readonly removed: ReadonlySet<string>,
    private readonly listener: LookoutListener,
  ) {}

  begin(): void {
    if (this.isClosed) return;
    this.timer = setTimeout(() => void this.look().finally(() => this.begin()), LOOK_INTERVAL_MS);
  }

  dispose(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  private async look(): Promise<void> {
    const entries = await this.host.root.entries().catch(() => undefined);
    // What cannot be read now can be the next time.
    if (!entries) return;
    const onDisk = new Set(entries.map(({ name }) => name));
    for (const run of [...this.known.values()]) if (run.isOnDisk && !onDisk.has(run.id)) this.listener.gone(run);
    await atATime(this.next(), (run) => run.look().catch(() => undefined));
    const unknown = [...onDisk].filter((id) => !this.known.has(id) && !this.removed.has(id));
    const found = (await atATime(unknown, (id) => Run.discover(this.host, id).catch(() => undefined))).filter((run) => run !== undefined);
    if (found.length) this.listener.came(found);
    // The number of runs that may train at once is a setting, and settings change.
    this.host.queue.advance();
  }

  /** Those of which something is expected, and some of all others in turn: there may be thousands. */
  private next(): Run[] {
    const all = [...this.known.values()];
    const isLively = (run: Run): boolean => run.isActive || run.isElsewhere || this.host.isWatched(run);
    const others = all.filter((run) => !isLively(run));
    const from = this.lookedAt < others.length ? this.lookedAt : 0;
    this.lookedAt = from + OTHERS_AT_ONCE;
    return [...all.filter(isLively), ...others.slice(from, this.lookedAt)];
  }
}
