import type { Problem } from '../model/problem';
import type { CarryOptions, Checkpoint, Plan } from '../train/protocol';
import type { RunState } from '../view/protocol';
import type { RunStore, RunSummary } from './runStore';

/** A plan whose files may be those of the plan before. */
export type EditedPlan = Omit<Plan, 'files'> & Partial<Pick<Plan, 'files'>>;

export type SwapAnswer = { isChanged: boolean } | { problem: Problem };

/** One run: its history, its folder, and its trainer while it has one. */
export interface Run {
  readonly id: string;
  /** The model file's URI. */
  readonly uri: string;
  readonly summary: RunSummary;
  /** Always there for runs that this window trained; else once `load` is done. */
  readonly store?: RunStore;
  readonly state: RunState;
  /** Queued, starting, running or paused. */
  readonly isActive: boolean;
  /** Another window trains it. */
  readonly isElsewhere: boolean;
  /** Whether `resume` can go on with it although nothing trains it now. */
  readonly canResume: boolean;
  /** The model file as it trains now, else as it last did; '' of a run that is not loaded. */
  readonly text: string;
  load(): Promise<RunStore>;
  pause(): void;
  /** On from a pause; else a trainer takes over from the last checkpoint. */
  resume(): void;
  /** Goes on as it was before its window went away: one that was paused comes back paused. */
  restore(): void;
  /** One step, then paused, whatever the state was. */
  step(): void;
  /** Asks the trainer to end the run; resolves when it is over. */
  stop(): Promise<void>;
  /** Ends the run together with the trainer's thread, for one that does not answer. */
  endNow(): void;
  /** Replaces the running model between two steps. */
  swap(plan: EditedPlan, carry: CarryOptions): Promise<SwapAnswer>;
  /** Of this moment while it trains, else the last there is. */
  latestCheckpoint(): Promise<Checkpoint | undefined>;
  /** Shown as the run's message while it is active: why the text in the editor is not what trains. */
  setNotice(message: string | undefined): void;
}
