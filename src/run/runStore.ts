import type { RunEvent, StepEvent } from '../train/protocol';
import type { RunState, RunView, StatsSnapshot, ToView } from '../view/protocol';
import { EvalSeries } from './evalSeries';
import { LOSS_CAPACITY, LossSeries } from './lossSeries';

/** Which run, and of which file; known before its first event. */
export interface RunIdentity {
  runId: string;
  /** Workspace-relative path of the model file. */
  file: string;
  /** The model file's URI. */
  uri: string;
  name: string;
}

/** A run as it is kept on disk. */
export type RunRecord = RunView & RunIdentity;

/** How much of a run a view has been told. */
export interface Cursor {
  runId: string;
  generation: number;
  losses: number;
  /** Step of the last evaluation; 0 before the first. */
  evaluated: number;
  first?: StatsSnapshot;
  now?: StatsSnapshot;
}

/** Whether a trainer is at work on it. */
export const isActive = (state: RunState): boolean => state === 'starting' || state === 'running' || state === 'paused';

/** The history of one run: takes the trainer's events, gives views what they paint. Bounded in size however long the run is. */
export class RunStore {
  private readonly losses: LossSeries;
  private readonly evals: EvalSeries;
  /** Task loss of the newest step; null where it is not finite, undefined before the first step. */
  lastLoss?: number | null;

  private constructor(
    private readonly record: RunRecord,
    capacity = LOSS_CAPACITY,
  ) {
    this.losses = new LossSeries(record.losses, capacity);
    this.evals = new EvalSeries(record.evals);
    this.lastLoss = record.losses.at(-1)?.loss;
  }

  /** A run that waits for its `start` event. */
  static create(identity: RunIdentity, capacity?: number): RunStore {
    const figures = { step: 0, steps: 0, stepsPerSecond: 0, params: 0, engine: '' };
    return new RunStore({ ...identity, ...figures, state: 'starting', layers: [], losses: [], evals: [] }, capacity);
  }

  /** A run from disk. Nothing trains it any more, so one that was not over when it was saved was cut short. */
  static restore(record: RunRecord): RunStore {
    const store = new RunStore(record);
    if (store.isActive) store.end('stopped', `The window closed at step ${record.step}; the run ended there.`);
    return store;
  }

  get run(): Readonly<RunRecord> {
    return this.record;
  }

  get isActive(): boolean {
    return isActive(this.record.state);
  }

  apply(events: readonly RunEvent[], stepsPerSecond: number): void {
    this.record.stepsPerSecond = stepsPerSecond;
    for (const event of events) {
      if (event.type === 'start') this.begin(event);
      else if (event.type === 'step') this.addStep(event);
      else if (event.type === 'eval') this.evals.add(event);
      else this.end(event.stopped ? 'stopped' : 'finished');
    }
  }

  setState(state: 'running' | 'paused'): void {
    if (state === 'paused') this.losses.flush();
    this.record.state = state;
  }

  end(state: 'finished' | 'stopped' | 'failed', message?: string): void {
    this.losses.flush();
    Object.assign(this.record, { state, message, stepsPerSecond: 0 });
  }

  /** All of it, to be written to disk. The steps since the last point become one, so that none is missing. */
  snapshot(): RunRecord {
    this.losses.flush();
    return this.record;
  }

  /** What a view has to be told after `cursor`: everything, or what came since; and the cursor for the next time. */
  since(cursor: Cursor | undefined): { message: ToView; cursor: Cursor } {
    const { runId, state, message, step, stepsPerSecond, losses, evals, first, now } = this.record;
    const isNew = cursor?.runId !== runId || cursor.generation !== this.generation;
    if (isNew) this.losses.flush();
    const next: Cursor = { runId, generation: this.generation, losses: losses.length, evaluated: evals.at(-1)?.step ?? 0, first, now };
    if (isNew) return { message: { type: 'hydrate', run: this.record }, cursor: next };
    const news = { losses: losses.slice(cursor.losses), evals: evals.filter(({ step }) => step > cursor.evaluated) };
    const stats = { ...(first !== cursor.first && { first }), ...(now !== cursor.now && { now }) };
    return { message: { type: 'update', runId, state, message, step, stepsPerSecond, ...news, ...stats }, cursor: next };
  }

  /** Changes when a view cannot go on from what it has. */
  private get generation(): number {
    return this.losses.generation + this.evals.generation + (this.record.state === 'starting' ? 0 : 1);
  }

  private begin({ steps, engine, params, no_skill_loss: noSkillLoss, layers }: Extract<RunEvent, { type: 'start' }>): void {
    Object.assign(this.record, { state: 'running', steps, engine, params, noSkillLoss, layers });
  }

  private addStep(event: StepEvent): void {
    const { step, loss, layers, params } = event;
    this.losses.add(event);
    this.lastLoss = loss;
    this.record.step = step;
    if (!layers || !params) return;
    this.record.now = { step, layers, params };
    this.record.first ??= this.record.now;
  }
}
