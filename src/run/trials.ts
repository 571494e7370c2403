import type { Disposable } from '../base/disposable';
import { Emitter } from '../base/emitter';
import { Throttle } from '../base/timers';
import { type Candidate, candidatesOf, combine } from '../diagnose/candidates';
import type { Finding } from '../diagnose/finding';
import { distance, hasRoom, isBetter, rank } from '../diagnose/ranking';
import { LOSSES } from '../model/losses';
import { parseModel } from '../model/parse';
import type { Checkpoint, Plan } from '../train/protocol';
import { stepsFor } from '../train/trial';
import type { TrialsView } from '../view/protocol';
import { Trial } from './trial';
import type { TrainerPool } from './trainerPool';

/** What fixes are tried on. */
export interface TriedModel {
  plan: Plan;
  /** Up to which everything is trained, be it from the start or from where the run stands. */
  steps: number;
  findings: readonly Finding[];
  /** Where the run stands; fits `plan`. Without it everything is trained from the start. */
  from?: Checkpoint;
}

/** A measured change of the model file, ready to be made. */
export interface MeasuredCandidate {
  /** The text that `edits` are for. */
  of: string;
  edits: Candidate['edits'];
  /** The model file with them. */
  text: string;
  /** What was measured is a run that begins anew. */
  needsRestart: boolean;
}

/** In milliseconds, of the whole measurement and of one trial, as long as none is slower or longer than the model as it is. */
const BUDGET_MS = { all: 300_000, one: 60_000 };

/** A candidate may be slower than the model as it is. */
const SLOWER = 2;

/** Combinations of single fixes, at most. */
const COMBINATIONS = 4;

/** All curves go to the page at once. */
const CHANGE_INTERVAL_MS = 500;

type Way = 'from here' | 'from the start';

interface Entry {
  candidate: Candidate;
  edits: Candidate['edits'];
  way: Way;
  trial: Trial;
}

/**
 * Measures fixes in the background, beside the run: trains the model as it is and with each candidate up to the same step, one after the other in
 * one thread. Where the run's weights are of use to a candidate it is trained both on from there and from the start. Begins at once.
 */
export class Trials implements Disposable {
  private readonly changed = new Emitter<void>();
  /** There is another `view`; at most twice a second. */
  readonly onDidChange = this.changed.event;
  private readonly news = new Throttle(CHANGE_INTERVAL_MS, () => this.changed.fire());
  private readonly metric: TrialsView['metric'];
  private readonly from?: Checkpoint;
  private state: TrialsView['state'] = 'running';
  private steps: number;
  private baseline = new Trial(0, 'As it is');
  private entries: Entry[] = [];
  private current?: Trial;
  /** Resolves when it is done, stopped or disposed. */
  readonly whenOver: Promise<void>;

  constructor(
    private readonly pool: TrainerPool,
    private readonly model: TriedModel,
  ) {
    const { plan, steps, from } = model;
    const { spec } = parseModel(plan.text);
    this.metric = spec && LOSSES[spec.loss.name].score === 'r2' ? 'r2' : 'accuracy';
    this.steps = steps;
    this.from = from && hasFiniteState(from) ? from : undefined;
    this.whenOver = this.measureAll();
  }

  get view(): TrialsView {
    const { state, steps, metric, baseline, entries } = this;
    const inOrder = state === 'running' ? entries : this.ranked();
    return { state, steps, metric, baseline: baseline.view, candidates: inOrder.map(({ trial }) => trial.view) };
  }

  /** By its id in `view`. */
  candidate(id: number): MeasuredCandidate | undefined {
    const entry = this.entries.find(({ trial }) => trial.id === id);
    if (!entry) return undefined;
    const { edits, text } = entry.candidate;
    return { of: this.model.plan.text, edits, text, needsRestart: entry.way === 'from the start' };
  }

  /** What has been measured stays. */
  stop(): void {
    if (this.state !== 'running') return;
    this.state = 'stopped';
    this.current?.dispose();
  }

  dispose(): void {
    this.changed.dispose();
    this.stop();
    this.news.dispose();
  }

  private async measureAll(): Promise<void> {
    const { plan, findings } = this.model;
    const singles = candidatesOf(findings, plan.text);
    this.add(singles);
    const limit = Math.min(BUDGET_MS.one, BUDGET_MS.all / (1 + this.entries.length + COMBINATIONS));
    if (singles.length > 0) {
      await this.train(this.baseline, limit, () => this.baseline.train(this.pool, this.planOf(plan.text, this.steps), this.from));
      // A slow model is compared at the step that it got to.
      if (this.baseline.isCutShort) this.steps = Math.max(this.begun + 1, this.baseline.steps);
      await this.measure(SLOWER * limit);
      this.add(combine(this.gains(), plan.text));
      await this.measure(SLOWER * limit);
    }
    if (this.state === 'running') this.state = 'done';
    this.news.trigger();
  }

  private add(candidates: readonly Candidate[]): void {
    for (const candidate of candidates) {
      const ways: Way[] = this.from && !candidate.needsRestart ? ['from here', 'from the start'] : ['from the start'];
      for (const way of ways) {
        const title = ways.length > 1 ? `${candidate.title} (${way})` : candidate.title;
        this.entries.push({ candidate, edits: candidate.edits, way, trial: new Trial(this.entries.length + 1, title) });
      }
    }
  }

  private async measure(limit: number): Promise<void> {
    const { text } = this.model.plan;
    for (const { candidate, way, trial } of this.entries.filter((entry) => entry.trial.state === 'waiting')) {
      const steps = stepsFor(candidate.text, text, this.steps);
      const from = way === 'from here' ? this.from : undefined;
      const plan = this.planOf(candidate.text, steps);
      const share = (steps - (from?.step ?? 0)) / (this.steps - this.begun);
      await this.train(trial, limit * share, () =>
        from ? trial.goOn(this.pool, this.planOf(text, steps), from, plan) : trial.train(this.pool, plan),
      );
    }
  }

  /** Steps done before the model as it is goes on. */
  private get begun(): number {
    return this.from?.step ?? 0;
  }

  private planOf(text: string, steps: number): Plan {
    return { ...this.model.plan, text, steps, statsEvery: 0, observe: undefined };
  }

  private async train(trial: Trial, limit: number, begin: () => Promise<void>): Promise<void> {
    if (this.state !== 'running') return;
    this.current = trial;
    const subscription = trial.onDidChange(() => this.news.trigger());
    // A run that stands near its end has candidates beside it that are many times as long.
    const timer = setTimeout(() => trial.finish(), Math.min(limit, SLOWER * BUDGET_MS.one));
    await begin();
    clearTimeout(timer);
    subscription.dispose();
    this.news.trigger();
  }

  /** Best first, those that failed or were not measured last. */
  private ranked(): Entry[] {
    const isDone = ({ trial }: Entry): boolean => trial.state === 'done';
    const done = this.entries.filter(isDone).map((entry) => ({ entry, edits: entry.edits, ...measuredOf(entry.trial) }));
    const best = rank(done, this.measuredBaseline).map(({ entry }) => entry);
    return [...best, ...this.entries.filter((entry) => !isDone(entry))];
  }

  /** The single fixes that are better than none, best first; none where the best leaves no room for better ones. */
  private gains(): Candidate[] {
    const baseline = this.measuredBaseline;
    const done = this.ranked().filter(({ trial }) => trial.state === 'done');
    const results = [...done.map(({ trial }) => measuredOf(trial)), ...(baseline ? [baseline] : [])];
    const of = distance(results);
    const better = done.filter(({ trial }) => !baseline || isBetter(of(trial), of(baseline)));
    return results.every((result) => hasRoom(of(result))) ? [...new Set(better.map(({ candidate }) => candidate))] : [];
  }

  private get measuredBaseline() {
    return this.baseline.state === 'done' ? measuredOf(this.baseline) : undefined;
  }
}

const measuredOf = ({ relativeLoss, score }: Trial) => ({ relativeLoss, score });

/** Numbers that are none do not get better by training on. */
function hasFiniteState({ tensors, optimizer }: Checkpoint): boolean {
  return [tensors, ...Object.values(optimizer)].every((part) => Object.values(part).every(({ data }) => data.every(Number.isFinite)));
}
