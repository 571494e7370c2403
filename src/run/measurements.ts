import type { Disposable } from '../base/disposable';
import type { Plan } from '../train/protocol';
import type { Run } from './run';
import type { TrainerPool } from './trainerPool';
import { Trials } from './trials';

/** Measurements of runs' fixes, in the background. Of each run there is the last one. */
export class Measurements implements Disposable {
  private readonly last = new Map<Run, Trials>();
  private isClosed = false;

  constructor(
    private readonly pool: TrainerPool,
    private readonly plan: (run: Run, text: string) => Promise<Plan>,
    /** There is more to tell of a run's measurement. */
    private readonly changed: (run: Run) => void,
  ) {}

  /** In the place of an earlier one. Throws a sentence where the window closes meanwhile. */
  async begin(run: Run): Promise<Trials> {
    const store = await run.load();
    const { lastEdit } = store;
    // Findings and their fixes are of this text; the one that trains may say the same in other words.
    const text = store.textAfter(lastEdit);
    const { findings } = store;
    const plan = await this.plan(run, text);
    const from = await run.checkpointOf(lastEdit);
    if (this.isClosed) throw new Error('The window closes.');
    this.last.get(run)?.dispose();
    const { steps: planned } = store.run;
    // A run that is over goes on for as long again.
    const steps = from && from.step >= planned ? from.step + planned : planned;
    const trials = new Trials(this.pool, { plan, steps, findings, ...(from && { from }) });
    this.last.set(run, trials);
    const tell = (): void => {
      run.store?.setTrials(trials.view);
      this.changed(run);
    };
    trials.onDidChange(tell);
    tell();
    return trials;
  }

  of(run: Run): Trials | undefined {
    return this.last.get(run);
  }

  /** Ends that of a run that is no longer there. */
  drop(run: Run): void {
    this.last.get(run)?.dispose();
    this.last.delete(run);
  }

  dispose(): void {
    this.isClosed = true;
    for (const trials of this.last.values()) trials.dispose();
    this.last.clear();
  }
}
