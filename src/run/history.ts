import { EARLY_STEPS } from '../diagnose/subject';
import type { ObservationEvent } from '../train/observation';
import type { EvalEvent, RunEvent, StartEvent, StepEvent } from '../train/protocol';
import type { StatsSnapshot } from '../view/protocol';
import { editEffect } from './editEffect';
import { LossSeries } from './lossSeries';
import { type CheckpointPlace, editOf, Stages } from './stages';
import type { EndEvent, StoredEvent } from './storedEvent';
import { ThinnedSeries } from './thinnedSeries';

/** How much of each kind is kept: more losses than a chart has pixels, more evaluations than it can tell apart. */
export const LIMITS = { losses: 4000, evals: 1000, statistics: 200, observations: 120, edits: 500 };

/** How much of a history is on disk. */
export interface Written {
  generation: number;
  losses: number;
  /** Steps of the last evaluation and of the last statistics, id of the last edit. */
  evaluated: number;
  sampled: number;
  observed: number;
  edited: number;
  hasEnded: boolean;
}

const NOTHING_WRITTEN: Written = { generation: -1, losses: 0, evaluated: -1, sampled: -1, observed: -1, edited: 0, hasEnded: false };

/** What a run told, bounded in size however long it is. On disk it is the lines that lead to it. */
export class History {
  start?: StartEvent;
  ended?: EndEvent;
  readonly losses: LossSeries;
  readonly evals: ThinnedSeries<EvalEvent>;
  readonly statistics: ThinnedSeries<StatsSnapshot>;
  readonly observations: ThinnedSeries<ObservationEvent>;
  readonly stages: Stages;
  /** The best evaluation so far. */
  best?: EvalEvent;
  /** Of the layers that there are now: the first and the newest statistics. */
  first?: StatsSnapshot;
  now?: StatsSnapshot;
  /** Of the last step told of. */
  step = 0;
  /** A trainer began, and has not said yet from where. */
  private hasRestarted = false;
  /** Grows when what was told is forgotten. */
  cuts = 0;

  constructor(
    text: string,
    private readonly limits = LIMITS,
  ) {
    this.losses = new LossSeries(limits.losses);
    this.evals = new ThinnedSeries(limits.evals, (evaluation) => evaluation === this.best);
    this.statistics = new ThinnedSeries(limits.statistics, (sample) => sample === this.first || this.isEarly(sample));
    this.observations = new ThinnedSeries(limits.observations, (observation) => this.isEarly(observation));
    this.stages = new Stages(text, limits.edits);
  }

  /** What was handed out has changed: whoever holds it has to take all of it again. */
  get generation(): number {
    return (
      this.losses.generation + this.evals.generation + this.statistics.generation + this.observations.generation + this.stages.generation + this.cuts
    );
  }

  apply(event: RunEvent): void {
    switch (event.type) {
      case 'start':
        return this.begin(event);
      case 'step':
        return this.addStep(event);
      case 'eval':
        if (event.is_best) this.best = event;
        return this.evals.add(event);
      case 'observation':
        // Of the step that an edit took over at: of the new layers now.
        if (this.observations.points.at(-1)?.step === event.step) this.observations.cut(event.step - 1);
        return this.observations.add(event);
      case 'edit':
        this.losses.flush();
        this.stages.add(event);
        return this.findSamples();
      case 'engine':
        if (this.start) this.start = { ...this.start, engine: event.engine, engine_reason: event.reason };
        // The first line of the file says it.
        this.cuts++;
        return;
      case 'resume':
        return this.cut({ step: event.step, edit: Infinity });
      case 'end':
        this.losses.flush();
        this.ended = event;
        return;
    }
  }

  /** Forgets what came after a place. */
  cut({ step, edit }: CheckpointPlace): void {
    const restarted = this.hasRestarted ? this.stages.newest.layout : undefined;
    this.hasRestarted = false;
    for (const series of [this.losses, this.evals, this.statistics, this.observations]) series.cut(step);
    this.stages.cut({ step, edit });
    // The layout that a restarted trainer told is that of the model it goes on with.
    if (restarted) this.stages.setLayout(restarted);
    this.cuts++;
    this.ended = undefined;
    this.step = step;
    if (this.best && this.best.step > step) this.best = this.evals.points.filter((evaluation) => evaluation.is_best).at(-1);
    this.findSamples();
  }

  /** Brings what edits did up to date; whether anything is new. */
  updateEffects(): boolean {
    const { all } = this.stages;
    let isNew = false;
    for (const [i, stage] of all.entries()) {
      if (stage.isSettled) continue;
      const [before, after] = [all[i - 1], all[i + 1]];
      const span = { from: i > 1 ? before.from : -Infinity, at: stage.from, to: after?.from ?? Infinity };
      const layers = { layersBefore: before.layout.layers, layersAfter: stage.layout.layers };
      const { effect, isSettled } = editEffect({ ...span, ...layers }, this.losses.points, this.statistics.points);
      isNew ||= JSON.stringify(effect) !== JSON.stringify(stage.effect);
      Object.assign(stage, { effect, isSettled });
    }
    return isNew;
  }

  /** The lines that `written` lacks, in order; all lines where those on disk do not hold any more. `isOver`: with the newest that more steps would change. */
  since(written: Written = NOTHING_WRITTEN, isOver = true): { lines: StoredEvent[]; isWhole: boolean; written: Written } {
    const isGone = ({ points }: { points: readonly { step: number }[] }, step: number) => step >= 0 && !points.some((point) => point.step === step);
    // One that gave way to the next one may have been written at a pause.
    const hasGone = isGone(this.evals, written.evaluated) || isGone(this.statistics, written.sampled) || isGone(this.observations, written.observed);
    const isWhole = written.generation !== this.generation || hasGone;
    const from = isWhole ? NOTHING_WRITTEN : written;
    const settled = <T>({ points, isProvisional }: ThinnedSeries<T & { step: number }>) => (isProvisional && !isOver ? points.slice(0, -1) : points);
    const losses = this.losses.points.slice(from.losses).map((point) => ({ type: 'step' as const, ...point }));
    const samples = settled(this.statistics).filter(({ step }) => step > from.sampled);
    const evals = settled(this.evals).filter(({ step }) => step > from.evaluated);
    const observations = settled(this.observations).filter(({ step }) => step > from.observed);
    const edits = this.stages.edited.filter(({ id }) => id > from.edited);
    const lines = [
      ...losses,
      ...samples.map((sample) => ({ type: 'statistics' as const, ...sample })),
      ...evals,
      ...observations,
      ...edits.map((stage) => ({ ...editOf(stage), ...(stage.isSettled && { effect: stage.effect }) })),
      // Stable, so that at one step they are in the order of above.
    ].sort((a, b) => a.step - b.step);
    const head = isWhole ? this.head() : [];
    return {
      lines: this.start ? [...head, ...lines, ...(this.ended && !from.hasEnded ? [this.ended] : [])] : [],
      isWhole,
      written: {
        generation: this.generation,
        losses: this.losses.points.length,
        evaluated: evals.at(-1)?.step ?? from.evaluated,
        sampled: samples.at(-1)?.step ?? from.sampled,
        observed: observations.at(-1)?.step ?? from.observed,
        edited: edits.at(-1)?.id ?? from.edited,
        hasEnded: this.ended !== undefined,
      },
    };
  }

  /** Takes a line as `since` gave it; false where it cannot be one. */
  restore(event: StoredEvent): boolean {
    if (!this.start && event.type !== 'start') return false;
    switch (event.type) {
      case 'start': {
        const { thinned, ...start } = event;
        this.begin(start);
        if (!thinned) return true;
        this.losses.stride = thinned.losses;
        this.evals.gap = thinned.evals;
        this.statistics.gap = thinned.statistics;
        this.observations.gap = thinned.observations;
        return true;
      }
      case 'step': {
        const { type: _, ...point } = event;
        this.losses.restore(point);
        this.step = Math.max(this.step, point.step);
        return true;
      }
      case 'statistics': {
        const { type: _, ...sample } = event;
        this.takeSample(sample);
        this.statistics.restore(sample);
        return true;
      }
      case 'eval':
        if (event.is_best) this.best = event;
        this.evals.restore(event);
        return true;
      case 'observation':
        this.observations.restore(event);
        return true;
      case 'edit': {
        const { effect, ...edit } = event;
        this.stages.add(edit, effect);
        this.findSamples();
        return true;
      }
      case 'resume':
      case 'end':
        this.apply(event);
        return true;
    }
  }

  /** A history of its own with the same content. */
  copy(): History {
    this.losses.flush();
    const copy = new History(this.stages.all[0].text, this.limits);
    for (const line of this.since().lines) copy.restore(line);
    copy.updateEffects();
    return copy;
  }

  /** How a model begins to train is judged for as long as it trains. */
  private isEarly({ step }: { step: number }): boolean {
    const { from } = this.stages.newest;
    return step > from && step <= from + EARLY_STEPS;
  }

  private begin(event: StartEvent): void {
    this.hasRestarted = this.start !== undefined;
    this.start = event;
    this.stages.setLayout(event);
  }

  private addStep(event: StepEvent): void {
    // A trainer that began without a word of where began anew.
    if (this.hasRestarted) this.cut({ step: event.step - 1, edit: Infinity });
    const { step, layers, params } = event;
    this.losses.add(event);
    this.step = step;
    if (!layers || !params) return;
    const sample = { step, layers, params };
    this.takeSample(sample);
    this.statistics.add(sample);
  }

  private takeSample(sample: StatsSnapshot): void {
    this.first ??= sample;
    this.now = sample;
  }

  /** Of the layers that there are now, oldest first. */
  get currentSamples(): StatsSnapshot[] {
    const { from } = this.stages.span(this.stages.newest);
    return this.statistics.points.filter(({ step }) => step > from);
  }

  /** Likewise; of the moment just before their first step too, but where layers were others at that step. */
  get currentObservations(): ObservationEvent[] {
    const { newest } = this.stages;
    const { from } = this.stages.span(newest);
    const names = newest.layout.layers.map(({ name }) => name);
    const fits = ({ step, layers }: ObservationEvent) => step > from || (step === from && names.every((name) => Object.hasOwn(layers, name)));
    return this.observations.points.filter(fits);
  }

  /** Statistics of other layers than those of now do not fit the page. */
  private findSamples(): void {
    const samples = this.currentSamples;
    [this.first, this.now] = [samples[0], samples.at(-1)];
  }

  private head(): StoredEvent[] {
    if (!this.start) return [];
    const { name, engine, engine_reason } = this.start;
    const thinned = { losses: this.losses.stride, evals: this.evals.gap, statistics: this.statistics.gap, observations: this.observations.gap };
    const isThinned = thinned.losses > 1 || thinned.evals > 0 || thinned.statistics > 0 || thinned.observations > 0;
    return [
      {
        type: 'start',
        name,
        engine,
        ...(engine_reason !== undefined && { engine_reason }),
        ...this.stages.all[0].layout,
        ...(isThinned && { thinned }),
      },
    ];
  }
}
