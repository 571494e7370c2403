import type { Checkpoint, RunEvent, StartedLayer } from '../train/protocol';
import type { RunState, RunView, StatsSnapshot, ToView } from '../view/protocol';
import type { BestScore, RunIdentity, RunSummary } from './runSummary';
export type { BestScore, RunIdentity, RunSummary } from './runSummary';

/** A run as it is shown and kept. */
export type RunRecord = RunView &
  RunIdentity & {
    /** ISO 8601. */
    created: string;
    /** Of training, without pauses. */
    seconds: number;
    title?: string;
    isPinned?: boolean;
    best?: BestScore;
  };

/** Which moment of a run a checkpoint is of: an edit takes over between two steps, so that there can be two of one step. */
export interface CheckpointPlace {
  step: number;
  /** Id of the last edit before it; 0: none. Its model is `textAfter(edit)`. */
  edit: number;
}

/** How much of a run a view has been told. */
export interface Cursor {
  runId: string;
  generation: number;
  losses: number;
  /** Step of the last evaluation; 0 before the first. */
  evaluated: number;
  first?: StatsSnapshot;
  now?: StatsSnapshot;
  /** Versions of `edits` and `checkpoints`. */
  edits: number;
  checkpoints: number;
}

/** Whether a trainer is at work on it, or will be by itself. */
export const isActive = (state: RunState): boolean => state === 'queued' || state === 'starting' || state === 'running' || state === 'paused';

const todo = (...args: unknown[]): never => {
  throw new Error(`not yet ${args.length}`);
};

/** The history of one run: takes the trainer's events, gives views what they paint. Bounded in size however long the run is. */
export class RunStore {
  /** A run that waits for its `start` event; its state is `starting`. */
  static create(identity: RunIdentity): RunStore {
    return todo(identity);
  }
  get run(): Readonly<RunRecord> {
    return todo();
  }
  get isActive(): boolean {
    return todo();
  }
  /** Task loss of the newest step; null where it is not finite, undefined before the first step. */
  get lastLoss(): number | null | undefined {
    return todo();
  }
  /** The newest edit's id; 0 before the first. */
  get lastEdit(): number {
    return todo();
  }
  /** Takes `start`, `step`, `eval`, `edit`, `resume`, `end`. */
  apply(events: readonly RunEvent[], stepsPerSecond: number): void {
    todo(events, stepsPerSecond);
  }
  setState(state: RunState, message?: string): void {
    todo(state, message);
  }
  end(state: 'finished' | 'stopped' | 'interrupted' | 'failed', message?: string): void {
    todo(state, message);
  }
  /** Lines of the layers moved. */
  setLayers(layers: StartedLayer[]): void {
    todo(layers);
  }
  /** Which checkpoints there are, ascending. */
  setCheckpoints(places: readonly CheckpointPlace[]): void {
    todo(places);
  }
  rename(title: string | undefined): void {
    todo(title);
  }
  pin(isPinned: boolean): void {
    todo(isPinned);
  }
  /**
   * Forgets what came after a checkpoint that training goes on from, edits at the very same step included.
   * A `resume` event alone keeps the edits of its own step.
   */
  goBack(to: CheckpointPlace & Pick<Checkpoint, 'seconds'>): void {
    todo(to);
  }
  /** What a view has to be told after `cursor`: everything, or what came since; and the cursor for the next time. */
  since(cursor: Cursor | undefined): { message: ToView; cursor: Cursor } {
    return todo(cursor);
  }
  /** The nearest statistics of the model of that step, and its layers. */
  past(step: number): { step: number; snapshot?: StatsSnapshot; layers: StartedLayer[] } {
    return todo(step);
  }
  /** Id of the edit before that one; 0: none. */
  editBefore(edit: number): number {
    return todo(edit);
  }
  textBefore(edit: number): string {
    return todo(edit);
  }
  /** The model file from that edit on; `textAfter(0)`: at the start. */
  textAfter(edit: number): string {
    return todo(edit);
  }
  /** The model file that step was trained with. */
  textAt(step: number): string {
    return todo(step);
  }
  /** The last checkpoint at or before a step. Its model is `textAfter(place.edit)`, which need not be `textAt(step)`. */
  checkpointAt(step: number): CheckpointPlace | undefined {
    return todo(step);
  }
  /** A new run with the history of this one up to `step`, edits of that very step only where `identity.text` has them. */
  branch(identity: RunIdentity, step: number): RunStore {
    return todo(identity, step);
  }
  summary(): RunSummary {
    return todo();
  }
}
