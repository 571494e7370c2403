import type { Disposable } from '../base/disposable';
import { Emitter } from '../base/emitter';
import type { Run } from './run';

/** A history can take tens of megabytes; these many are kept although they are not on show. */
const HISTORIES_KEPT = 8;

/** Told what became of the histories that are read to be shown. */
export interface HistoryListener {
  read(run: Run): void;
  unreadable(run: Run, error: Error): void;
}

/** The run on show and those it is compared with. Their histories are in memory; those of others as long as there is room. */
export class ShownRuns implements Disposable {
  private readonly changed = new Emitter<void>();
  /** `shown` or `compared`. */
  readonly onDidChange = this.changed.event;
  private shownRun?: Run;
  private comparedRuns: readonly Run[] = [];
  /** What was on show before a run that has not begun yet. */
  private readonly before = new WeakMap<Run, Run>();

  constructor(
    private readonly runs: ReadonlyMap<string, Run>,
    private readonly listener: HistoryListener,
  ) {}

  get shown(): Run | undefined {
    return this.shownRun;
  }

  get compared(): readonly Run[] {
    return this.comparedRuns;
  }

  /** Its whole history is on show. */
  has(run: Run): boolean {
    return run === this.shownRun || this.comparedRuns.includes(run);
  }

  show(run: Run | undefined): void {
    if (run === this.shownRun) return;
    this.shownRun = run;
    this.forgetOld();
    this.changed.fire();
    if (run) this.readHistory(run);
  }

  /** One that has not begun yet: should it come to nothing, `wasBefore` is what it took the place of. */
  showNew(run: Run): void {
    if (this.shownRun) this.before.set(run, this.shownRun);
    this.show(run);
  }

  wasBefore(run: Run): Run | undefined {
    return this.before.get(run);
  }

  compare(runs: readonly Run[]): void {
    this.comparedRuns = runs;
    this.forgetOld();
    this.changed.fire();
    for (const run of runs) this.readHistory(run);
  }

  /** A run that is no longer there; where it was on show, `next` is from now on. */
  drop(run: Run, next: Run | undefined): void {
    if (this.comparedRuns.includes(run)) this.compare(this.comparedRuns.filter((other) => other !== run));
    if (this.shownRun === run) this.show(next && this.runs.get(next.id));
  }

  dispose(): void {
    this.changed.dispose();
  }

  /** The histories that were written last stay. */
  private forgetOld(): void {
    const kept = [...this.runs.values()].filter((run) => run.store && !run.isActive && !this.has(run));
    const updated = ({ summary }: Run): number => Date.parse(summary.updated);
    for (const run of kept.sort((a, b) => updated(b) - updated(a)).slice(HISTORIES_KEPT)) run.forget();
  }

  private readHistory(run: Run): void {
    if (run.store) return;
    void run.load().then(
      () => this.listener.read(run),
      (error: Error) => this.listener.unreadable(run, error),
    );
  }
}
