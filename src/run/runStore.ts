import type { Finding } from '../diagnose/finding';
import type { Outcome } from '../train/outcome';
import type { Checkpoint, RunEvent, StartedLayer } from '../train/protocol';
import type { RunState, StatsSnapshot, ToView, TrialsView } from '../view/protocol';
import { isActive } from './actions';
import { findingViews } from './health';
import { History, type Written } from './history';
import { type LayerCursor, type LayerNews, tellLayer } from './layerTelling';
import { type Past, pastOf } from './past';
import { Projection } from './projection';
import { RunDiagnosis } from './runDiagnosis';
import { recordOf, type RunRecord, viewOf } from './runRecord';
import { noteOf, type RunIdentity, type RunSummary, scoreOf, summaryOf } from './runSummary';
import type { CheckpointPlace } from './stages';
import type { StoredEvent } from './storedEvent';
import { type Cursor, tell } from './telling';

export type { LayerCursor } from './layerTelling';
export type { BestScore, FindingNote, RunIdentity, RunSummary } from './runSummary';
export type { CheckpointPlace } from './stages';
export type { Cursor } from './telling';

/** One run: takes the trainer's events, gives views what they paint. Bounded in size however long the run is. */
export class RunStore {
  /** Task loss of the newest step; null where it is not finite, undefined before the first step. */
  lastLoss?: number | null;
  private readonly diagnosis: RunDiagnosis;
  private readonly projection: Projection;

  private constructor(
    private readonly record: RunRecord,
    private readonly history: History,
  ) {
    this.diagnosis = new RunDiagnosis(record.findings);
    this.lastLoss = record.losses.at(-1)?.loss;
    this.projection = new Projection(record, history);
  }

  /** A run that waits for its `start` event; its state is `starting`. `history` is what it goes on from. */
  static create(identity: RunIdentity, history = new History(identity.text)): RunStore {
    const now = new Date().toISOString();
    const summary = { created: now, updated: now, state: 'starting' as const, step: history.step, steps: 0, seconds: 0, params: 0 };
    return RunStore.restore({ ...summary, ...identity, version: 2 }, history);
  }

  /** A run from disk. */
  static restore(summary: RunSummary, history: History): RunStore {
    history.updateEffects();
    const store = new RunStore(recordOf(summary, history), history);
    store.diagnose();
    return store;
  }

  get run(): Readonly<RunRecord> {
    return this.record;
  }

  get isActive(): boolean {
    return isActive(this.record.state);
  }

  /** The newest edit's id; 0 before the first. */
  get lastEdit(): number {
    return this.history.stages.newest.id;
  }

  /** What is wrong with the model that trains now, as of the last `diagnose()`; places and fixes are those of its text, `textAfter(lastEdit)`. */
  get findings(): readonly Finding[] {
    return this.diagnosis.findings;
  }

  /** Statistics of the layers that there are now, oldest first. */
  get samples(): readonly StatsSnapshot[] {
    return this.history.currentSamples;
  }

  /** Judges anew by the whole history; whether anything is other than before. Takes some milliseconds. */
  diagnose(): boolean {
    const { history, diagnosis, record } = this;
    if (!history.start || !diagnosis.update(history)) return false;
    const { findings, passed } = diagnosis;
    record.health = { findings: findingViews(findings, history.stages.newest.text), passed: [...passed] };
    record.findings = findings.length > 0 ? findings.map(noteOf) : undefined;
    return true;
  }

  /** Takes what the trainer tells, in its order. */
  apply(events: readonly RunEvent[], stepsPerSecond: number): void {
    const { history, record } = this;
    const { cuts } = history;
    record.stepsPerSecond = stepsPerSecond;
    for (const event of events) {
      history.apply(event);
      if (event.type === 'step') {
        this.lastLoss = event.loss;
        if (stepsPerSecond > 0) record.seconds += 1 / stepsPerSecond;
      } else this.take(event);
    }
    record.step = history.step;
    if (history.updateEffects()) this.projection.takeEdits();
    if (history.cuts !== cuts) this.takeAll();
    this.projection.takeLatest();
    this.touch();
  }

  setState(state: RunState, message?: string): void {
    // Whoever looks now sees the last step too.
    if (state !== 'running') this.history.losses.flush();
    Object.assign(this.record, { state, message, ...(state !== 'running' && { stepsPerSecond: 0 }) });
    this.touch();
  }

  end(state: 'finished' | 'stopped' | 'interrupted' | 'failed', message?: string): void {
    this.setState(state, message);
  }

  /** Lines of the layers moved. */
  setLayers(layers: StartedLayer[]): void {
    this.projection.setLayers(layers);
  }

  /** Which checkpoints there are, ascending. */
  setCheckpoints(places: readonly CheckpointPlace[]): void {
    this.projection.setCheckpoints(places);
  }

  /** What the model makes of its data now. */
  setOutcome(outcome: Outcome): void {
    this.record.outcome = outcome;
  }

  /** How far a measurement of fixes has come; not kept on disk. */
  setTrials(trials: TrialsView): void {
    this.record.trials = trials;
  }

  rename(title: string | undefined): void {
    this.record.title = title;
    this.touch();
  }

  pin(isPinned: boolean): void {
    this.record.isPinned = isPinned;
    this.touch();
  }

  /**
   * Forgets what came after a checkpoint that training goes on from, edits at its very step included.
   * A `resume` event alone keeps the edits of its own step.
   */
  goBack(to: CheckpointPlace & Pick<Checkpoint, 'seconds'>): void {
    this.history.cut(to);
    this.diagnosis.goBack(to.step);
    this.record.seconds = to.seconds;
    if (this.record.outcome && this.record.outcome.step > to.step) this.record.outcome = undefined;
    this.takeAll();
    this.touch();
  }

  /** What a view has to be told after `cursor`: everything, or what came since; and the cursor for the next time. */
  since(cursor: Cursor | undefined, time = performance.now()): { message: ToView; cursor: Cursor } {
    if (cursor?.runId !== this.record.runId || cursor.generation !== this.generation) this.history.losses.flush();
    return tell(viewOf(this.record), this.generation, cursor, time);
  }

  /** What a view has to be told of a layer of now after `cursor`: what holds up to the step `after`, and what follows. */
  layerSince(layer: string, cursor?: LayerCursor): LayerNews {
    return tellLayer(this.history, layer, this.generation, cursor);
  }

  /** The nearest statistics of the layers of that step, and these layers. */
  past(step: number): Past {
    return pastOf(this.history, step, this.record.layers);
  }

  /** Id of the last edit that a step came after; 0: none. */
  editAt(step: number): number {
    return this.history.stages.all.filter(({ from }) => from <= step).at(-1)!.id;
  }

  /** Id of the edit before that one; 0: none. */
  editBefore(edit: number): number {
    return this.history.stages.before(edit).id;
  }

  textBefore(edit: number): string {
    return this.textAfter(this.editBefore(edit));
  }

  /** The model file from that edit on; `textAfter(0)`: at the start. */
  textAfter(edit: number): string {
    return this.history.stages.with(edit).text;
  }

  /** The texts of the start and of every edit, by its id. */
  texts(): ReadonlyMap<number, string> {
    return new Map(this.history.stages.all.map(({ id, text }) => [id, text]));
  }

  /** The last checkpoint at or before a step. Its model is `textAfter(place.edit)`, which need not be what that step was trained with. */
  checkpointAt(step: number): CheckpointPlace | undefined {
    return this.projection.places.filter((place) => place.step <= step).at(-1);
  }

  /** Whether it is of the moment before an edit took over. */
  isBeforeEdit({ step, edit }: CheckpointPlace): boolean {
    return this.history.stages.edited.some(({ id, from }) => from === step && this.editBefore(id) === edit);
  }

  /** A new run with the history of this one up to `step`, edits of that very step only where `identity.text` has them. */
  branch(identity: RunIdentity, step: number): RunStore {
    const history = this.history.copy();
    const { stages } = history;
    const possible = stages.all.filter((stage) => stage === stages.at(step) || stage.from === step);
    history.cut({ step, edit: possible.filter(({ text }) => text === identity.text).at(-1)?.id ?? Infinity });
    stages.newest.text = identity.text;
    const { runId, name, seconds } = this.record;
    const branch = RunStore.create({ parent: { runId, name, step }, ...identity }, history);
    branch.record.seconds = seconds * Math.min(1, step / Math.max(1, this.record.step));
    return branch;
  }

  summary(): RunSummary {
    return summaryOf(this.record);
  }

  /** The lines of events.jsonl after `written`; see History. */
  unwritten(written: Written | undefined): { lines: StoredEvent[]; isWhole: boolean; written: Written } {
    return this.history.since(written, this.record.state !== 'running');
  }

  /** Changes when a view cannot go on from what it has. */
  private get generation(): number {
    return this.projection.generation + this.history.losses.generation + this.history.evals.generation;
  }

  /** What a step does not change. */
  private take(event: Exclude<RunEvent, { type: 'step' }>): void {
    const { record } = this;
    switch (event.type) {
      case 'start':
        Object.assign(record, { state: 'running', engine: event.engine, engineReason: event.engine_reason });
        return this.projection.takeLayout();
      case 'eval':
        return void Object.assign(record, scoreOf(this.history.best));
      case 'edit':
        this.projection.takeLayout();
        return this.projection.takeEdits();
      case 'engine':
        return void Object.assign(record, { engine: event.engine, engineReason: event.reason });
      case 'resume':
      case 'observation':
        return;
      case 'end':
        record.seconds = event.seconds;
        return this.setState(event.stopped ? 'stopped' : 'finished');
    }
  }

  private takeAll(): void {
    this.projection.takeAll();
    this.lastLoss = this.history.losses.points.at(-1)?.loss;
  }

  private touch(): void {
    this.record.updated = new Date().toISOString();
  }
}
