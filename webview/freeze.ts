import type { ComparedRun, RunView } from '../src/view/protocol';
import type { LayerHistory } from './view';

/** What the views are painted from. */
export interface Shown {
  run?: RunView;
  compared: readonly ComparedRun[];
}

/** Pause of the view, not of the run: what is painted stays as it was at a step, while the messages of the run go on arriving. */
export class Freeze {
  private held?: { run: RunView; compared: readonly ComparedRun[]; histories: Map<string, LayerHistory> };

  /** The step that is on show; undefined: the newest. */
  get step(): number | undefined {
    return this.held?.run.step;
  }

  /** Holds what is on show, or lets it go. */
  toggle({ run, compared }: Shown, history: LayerHistory | undefined): void {
    if (this.held || !run) return this.release();
    // The lists of the run on show grow in place.
    const copy: RunView = { ...run, losses: [...run.losses], evals: [...run.evals], modes: [...run.modes] };
    this.held = { run: copy, compared, histories: new Map(history && [[history.layer, history]]) };
  }

  release(): void {
    this.held = undefined;
  }

  /** What is held, else the newest. Another run is shown at once. */
  shown(newest: Shown): Shown {
    if (this.held && this.held.run.runId !== newest.run?.runId) this.release();
    return this.held ?? newest;
  }

  /** A layer that is selected while the view is held is shown up to the step that is held. */
  history(newest: LayerHistory | undefined): LayerHistory | undefined {
    if (!this.held || !newest) return newest;
    const { run, histories } = this.held;
    const known = histories.get(newest.layer);
    if (known) return known;
    const upTo = <T extends { step: number }>(points: readonly T[]) => points.filter(({ step }) => step <= run.step);
    const history = { ...newest, moments: upTo(newest.moments), normalisation: upTo(newest.normalisation) };
    histories.set(newest.layer, history);
    return history;
  }
}
