import type { Finding } from '../diagnose/finding';
import type { ObservationEvent } from '../train/observation';
import type { Outcome } from '../train/outcome';
import type { Checkpoint, RunEvent, StartedLayer } from '../train/protocol';
import type { LayerMoment, NormalisationPoint, Profile, RunState, RunView, StatsSnapshot, ToView, TrialsView } from '../view/protocol';
import { isActive } from './actions';
import { findingViews } from './health';
import { History, type Written } from './history';
import { layerMoments, modesOf, normalisationPoints, profileOf } from './profiles';
import { recipeOf } from './recipe';
import { RunDiagnosis } from './runDiagnosis';
import { type BestScore, type FindingNote, noteOf, type RunIdentity, type RunSummary, scoreOf } from './runSummary';
import type { CheckpointPlace } from './stages';
import type { StoredEvent } from './storedEvent';
import { type Cursor, tell } from './telling';

export type { BestScore, FindingNote, RunIdentity, RunSummary } from './runSummary';
export type { CheckpointPlace } from './stages';
export type { Cursor } from './telling';

/** A run as it is shown and kept. */
export type RunRecord = RunView &
  RunIdentity & {
    /** ISO 8601, as is `updated`. */
    created: string;
    updated: string;
    /** Of training, without pauses. */
    seconds: number;
    title?: string;
    isPinned?: boolean;
    best?: BestScore;
    findings?: FindingNote[];
  };

/** How much of a layer's history a view has been told. */
export interface LayerCursor {
  generation: number;
  /** What came later may have given way to something newer. */
  settled: number;
}

/** The gradients of now are shown beside those of so many steps before. */
const STEPS_BEFORE = 20;

/** A run is not called healthy before these many steps, or its end. */
const FEW_STEPS = 50;

/** One run: takes the trainer's events, gives views what they paint. Bounded in size however long the run is. */
export class RunStore {
  private places: readonly CheckpointPlace[] = [];
  /** Task loss of the newest step; null where it is not finite, undefined before the first step. */
  lastLoss?: number | null;
  /** Grows when a view has to be told everything again. */
  private changes = 0;
  private diagnosis: RunDiagnosis;
  /** What the record's recipe was read from. */
  private recipeText?: string;
  /** What the record's profiles are of. */
  private observed: { first?: ObservationEvent; last?: ObservationEvent } = {};

  private constructor(
    private readonly record: RunRecord,
    private readonly history: History,
  ) {
    this.diagnosis = new RunDiagnosis(record.findings);
    this.lastLoss = record.losses.at(-1)?.loss;
    this.takeLayout();
    this.takeEdits();
    this.takeSamples();
    this.takeObservations();
  }

  /** A run that waits for its `start` event; its state is `starting`. `history` is what it goes on from. */
  static create(identity: RunIdentity, history = new History(identity.text)): RunStore {
    const now = new Date().toISOString();
    const summary = { created: now, updated: now, state: 'starting' as const, step: history.step, steps: 0, seconds: 0, params: 0 };
    return RunStore.restore({ ...summary, ...identity, version: 2 }, history);
  }

  /** A run from disk. */
  static restore({ version: _, ...summary }: RunSummary, history: History): RunStore {
    const { losses, evals, stages } = history;
    const view = {
      stepsPerSecond: 0,
      engine: history.start?.engine ?? '',
      engineReason: history.start?.engine_reason,
      layers: [],
      modes: [],
      edits: [],
      checkpoints: [],
    };
    const series = { losses: losses.points, evals: evals.points, text: stages.all[0].text };
    const { steps, params } = stages.newest.layout;
    const figures = { step: Math.max(summary.step, history.step), steps: steps || summary.steps, params: params || summary.params };
    history.updateEffects();
    const store = new RunStore({ ...summary, ...view, ...series, ...figures, ...scoreOf(history.best) }, history);
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
    if (!history.start) return false;
    let isNew: boolean;
    try {
      isNew = diagnosis.update(history);
    } catch (error) {
      // A mistake of ours in a rule must neither hold up a run nor keep its history from being read. Whoever runs this logs it.
      queueMicrotask(() => {
        throw error;
      });
      return false;
    }
    const { findings } = diagnosis;
    const { from, layout } = history.stages.newest;
    const isEarly = history.step - from < Math.min(FEW_STEPS, layout.steps - from);
    const passed = isEarly ? [] : [...diagnosis.passed];
    if (!isNew && record.health?.passed.join() === passed.join()) return false;
    record.health = { findings: findingViews(findings, history.stages.newest.text), passed };
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
    if (history.updateEffects()) this.takeEdits();
    if (history.cuts !== cuts) this.takeAll();
    this.takeSamples();
    this.takeObservations();
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
    this.record.layers = layers;
    this.changes++;
  }

  /** Which checkpoints there are, ascending. */
  setCheckpoints(places: readonly CheckpointPlace[]): void {
    this.places = places;
    this.record.checkpoints = [...new Set(places.map(({ step }) => step))];
    this.takeEdits();
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
    this.diagnosis = new RunDiagnosis(this.findings.filter(({ step }) => step <= to.step));
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
  layerSince(
    layer: string,
    cursor?: LayerCursor,
  ): { after: number; moments: LayerMoment[]; normalisation: NormalisationPoint[]; cursor: LayerCursor } {
    const { history } = this;
    const generation = this.generation + history.observations.generation + history.statistics.generation;
    const after = cursor?.generation === generation ? cursor.settled : -1;
    const isNew = ({ step }: { step: number }) => step > after;
    return {
      after,
      moments: layerMoments(history.currentObservations.filter(isNew), layer),
      normalisation: normalisationPoints(history.currentSamples.filter(isNew), layer),
      cursor: { generation, settled: Math.min(history.observations.settled, history.statistics.settled) },
    };
  }

  /** The nearest statistics of the layers of that step, and these layers. */
  past(step: number): { step: number; snapshot?: StatsSnapshot; profile?: Profile; layers: StartedLayer[] } {
    const { stages, statistics, observations } = this.history;
    const stage = stages.at(step);
    const { from, to } = stages.span(stage);
    const distance = (sample: { step: number }): number => Math.abs(sample.step - step);
    const fitting = statistics.points.filter((sample) => sample.step > from && sample.step <= to);
    const [snapshot] = fitting.sort((a, b) => distance(a) - distance(b));
    const [seen] = observations.points.filter((o) => o.step >= from && o.step <= to).sort((a, b) => distance(a) - distance(b));
    const layers = stage === stages.newest ? this.record.layers : stage.layout.layers;
    return { step: snapshot?.step ?? step, ...(snapshot && { snapshot }), ...(seen && { profile: profileOf(seen) }), layers };
  }

  /** Id of the last edit that a step came after; 0: none. */
  editAt(step: number): number {
    return this.history.stages.all.filter(({ from }) => from <= step).at(-1)!.id;
  }

  /** Id of the edit before that one; 0: none. */
  editBefore(edit: number): number {
    return this.history.stages.with(edit - 1).id;
  }

  textBefore(edit: number): string {
    return this.textAfter(this.editBefore(edit));
  }

  /** The model file from that edit on; `textAfter(0)`: at the start. */
  textAfter(edit: number): string {
    return this.history.stages.with(edit).text;
  }

  /** The model file that step was trained with. */
  textAt(step: number): string {
    return this.history.stages.at(step).text;
  }

  /** The texts of the start and of every edit, by its id. */
  texts(): ReadonlyMap<number, string> {
    return new Map(this.history.stages.all.map(({ id, text }) => [id, text]));
  }

  /** The last checkpoint at or before a step. Its model is `textAfter(place.edit)`, which need not be `textAt(step)`. */
  checkpointAt(step: number): CheckpointPlace | undefined {
    return this.places.filter((place) => place.step <= step).at(-1);
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
    const { runId, name, file, uri, created, updated, state, message, step, steps, seconds, params, best, findings, title, isPinned, parent } =
      this.record;
    const more = { message, best, findings, title, isPinned, parent };
    const known = Object.entries(more).filter(([, value]) => value !== undefined);
    const always = { version: 2 as const, runId, name, file, uri, created, updated, state, step, steps, seconds, params };
    return { ...always, ...(Object.fromEntries(known) as typeof more) };
  }

  /** The lines of events.jsonl after `written`; see History. */
  unwritten(written: Written | undefined): { lines: StoredEvent[]; isWhole: boolean; written: Written } {
    return this.history.since(written, this.record.state !== 'running');
  }

  /** Changes when a view cannot go on from what it has. */
  private get generation(): number {
    return this.changes + this.history.losses.generation + this.history.evals.generation;
  }

  /** What a step does not change. */
  private take(event: Exclude<RunEvent, { type: 'step' }>): void {
    const { record } = this;
    switch (event.type) {
      case 'start':
        Object.assign(record, { state: 'running', engine: event.engine, engineReason: event.engine_reason });
        return this.takeLayout();
      case 'eval':
        return void Object.assign(record, scoreOf(this.history.best));
      case 'edit':
        this.takeLayout();
        return this.takeEdits();
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
    const { history, record } = this;
    Object.assign(record, { step: history.step, best: undefined, ...scoreOf(history.best) });
    this.lastLoss = history.losses.points.at(-1)?.loss;
    this.changes++;
    this.takeLayout();
    this.takeEdits();
    this.takeSamples();
    this.takeObservations();
  }

  /** What trains is read from the model file as it is now. */
  private takeRecipe(): void {
    const { text } = this.history.stages.newest;
    if (text === this.recipeText) return;
    this.recipeText = text;
    this.record.recipe = recipeOf(text);
  }

  private takeLayout(): void {
    this.takeRecipe();
    const { layers, steps, params, memory, no_skill_loss: noSkillLoss } = this.history.stages.newest.layout;
    const { record } = this;
    const isSame =
      JSON.stringify([layers, steps, params, memory, noSkillLoss]) ===
      JSON.stringify([record.layers, record.steps, record.params, record.memory, record.noSkillLoss]);
    if (isSame) return;
    Object.assign(record, { layers, steps: steps || record.steps, params: params || record.params, memory, noSkillLoss });
    this.changes++;
  }

  private takeSamples(): void {
    const { first, now } = this.history;
    const before = this.history.currentSamples.filter(({ step }) => now && step <= now.step - STEPS_BEFORE).at(-1);
    Object.assign(this.record, { first, now, before });
  }

  private takeObservations(): void {
    const observations = this.history.currentObservations;
    const [first, last] = [observations.at(0), observations.at(-1)];
    if (this.observed.first !== first) this.record.firstProfile = first && profileOf(first);
    if (this.observed.last !== last) Object.assign(this.record, { profile: last && profileOf(last), modes: modesOf(observations) });
    this.observed = { first, last };
  }

  private takeEdits(): void {
    this.takeRecipe();
    const isOfBefore = (id: number, from: number) => {
      const edit = this.editBefore(id);
      return this.places.some((place) => place.step === from && place.edit === edit);
    };
    this.record.edits = this.history.stages.edited.map(({ id, from: step, edit, effect }) => {
      return { id, step, ...edit, effect, canRevert: isOfBefore(id, step) };
    });
  }

  private touch(): void {
    this.record.updated = new Date().toISOString();
  }
}

/** What of a run a page is told. */
function viewOf({ text, uri, created, updated, seconds, title, isPinned, best, findings, ...view }: RunRecord): RunView {
  return view;
}
