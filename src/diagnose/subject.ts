import { product } from '../graph/shape';
import { type Parameter, scratchForward } from '../model/build';
import { ProblemError, type SourceRange } from '../model/problem';
import { type LayerSpec, walkLayers } from '../model/spec';
import type { EvalEvent, LayerStats, ParamStats } from '../train/protocol';
import type { StatsSnapshot } from '../view/protocol';
import type { Place } from './finding';
import type { Observed, ObservedLayer } from './observed';
import { mean, median } from '../base/series';

/** A layer with a weight of two or more dimensions. */
export interface WeightedLayer extends ObservedLayer {
  entry: LayerSpec;
  weight: Parameter;
  fanIn: number;
  fanOut: number;
}

/** How far training has brought the model, by the last evaluation. */
export interface Skill {
  /** Share of the no-skill loss that is gone: 1 is perfect, 0 is guessing. */
  train: number;
  validation?: number;
}

/** Steps of a model that count as early, at least; sampled steps are often every tenth. */
export const EARLY_STEPS = 50;
/** And at most: that is ten epochs of little data. */
const LATEST_EARLY = 500;

/** What is observed of a run, with what several rules ask of it. Answers are worked out once. */
export class Subject {
  constructor(readonly observed: Observed) {}

  get spec() {
    return this.observed.spec;
  }

  get facts() {
    return this.observed.facts;
  }

  get step(): number {
    return this.observed.step;
  }

  /** Steps that this model has trained for. */
  get done(): number {
    return this.step - this.observed.from;
  }

  /** Their share of those planned for it: a model that took over late is not far because the run is. */
  get progress(): number {
    const { from, steps } = this.observed;
    return steps > from ? this.done / (steps - from) : 0;
  }

  get isOver(): boolean {
    const { step, steps } = this.observed;
    return steps > 0 && step >= steps;
  }

  get samples(): readonly StatsSnapshot[] {
    return this.observed.samples;
  }

  /** Of the first tenth of the steps, within bounds: what happens before training has changed much. */
  readonly early = once(() => {
    const { from, steps } = this.observed;
    const until = from + Math.min(LATEST_EARLY, Math.max(EARLY_STEPS, (steps - from) / 10));
    return this.samples.filter(({ step }) => step <= until).slice(0, 10);
  });

  /** The last five. */
  readonly recent = once(() => this.samples.slice(-5));

  /** Every entry of the model by its name; copies in `Repeat` have the entry of the name before the dot. */
  readonly entries = once(() => new Map([...walkLayers(this.spec.model)].map((entry) => [entry.name, entry])));

  /** Parameters as they are laid out; none where the sample's shape is not known. */
  readonly parameters = once((): Parameter[] => {
    if (!this.facts) return [];
    try {
      return scratchForward(this.spec, this.facts.sampleShape).parameters;
    } catch (error) {
      // A model whose shapes do not fit has its own problem, told elsewhere.
      if (error instanceof ProblemError) return [];
      throw error;
    }
  });

  /** In the order of the forward pass. */
  readonly weighted = once((): WeightedLayer[] =>
    this.observed.layers.flatMap((layer) => {
      const entry = this.entryOf(layer.name);
      const weight = this.parameters().find(({ layer: name, kind, shape }) => name === layer.name && kind === 'weight' && shape.length >= 2);
      if (!entry || !weight) return [];
      const receptive = product(weight.shape.slice(2));
      return [{ ...layer, entry, weight, fanIn: weight.shape[1] * receptive, fanOut: weight.shape[0] * receptive }];
    }),
  );

  /** The layers between this one and the next with a weight. */
  after(layer: string): readonly ObservedLayer[] {
    const { layers } = this.observed;
    const rest = layers.slice(layers.findIndex(({ name }) => name === layer) + 1);
    const next = rest.findIndex(({ name }) => this.weighted().some((weighted) => weighted.name === name));
    return next < 0 ? rest : rest.slice(0, next);
  }

  readonly lastEval = once((): EvalEvent | undefined => this.observed.evals.at(-1));

  /** By the last evaluation; undefined before the first and where no loss of no skill is known. */
  readonly skill = once((): Skill | undefined => {
    const last = this.lastEval();
    const { noSkillLoss } = this.observed;
    if (!last || !noSkillLoss) return undefined;
    const of = (loss: number | null | undefined) => (loss === null ? -Infinity : loss === undefined ? undefined : 1 - loss / noSkillLoss);
    return { train: of(last.train_loss)!, validation: of(last.val_loss) };
  });

  /** Standard error of `score`. */
  private readonly scoreError = once((): number => {
    const { signal, validation, samples = 1 } = this.facts ?? {};
    if (this.lastEval()?.train_accuracy === undefined) return signal?.standardError ?? 0;
    // As if one more sample of either kind had been there (Laplace): 30 of 30 right are no certainty.
    const n = validation?.samples ?? samples;
    const share = (this.score()! * n + 1) / (n + 2);
    return Math.sqrt((share * (1 - share)) / n);
  });

  /** Share of the no-skill loss that is gone on the training data: by the last evaluation, before the first by the last steps. */
  readonly learned = once((): number | undefined => {
    const { noSkillLoss } = this.observed;
    const loss = this.skill() ? undefined : this.recentLoss();
    return this.skill()?.train ?? (loss !== undefined && noSkillLoss ? 1 - loss / noSkillLoss : undefined);
  });

  /** Accuracy or R² of the last evaluation, of the validation split where there is one. */
  readonly score = once((): number | undefined => scoreOf(this.lastEval()));

  /** The model learned all that there is to expect: what hurts others did not hurt it. */
  readonly isDoingWell = once((): boolean => {
    const skill = this.skill();
    const score = this.score();
    if (!skill || score === undefined || !Number.isFinite(skill.train)) return false;
    const signal = this.facts?.signal;
    if (!signal) return Math.min(skill.train, skill.validation ?? skill.train) > 0.7;
    // Right often, and so sure where it is wrong that it costs as much as guessing: that is not well.
    if ((skill.validation ?? 1) < 0.1) return false;
    const noise = Math.hypot(signal.standardError, this.scoreError());
    const beyondGuessing = (score - signal.noSkill) / (1 - signal.noSkill);
    // A model that is as right as that is about as sure; one that something holds back is right with hardly any margin.
    return score >= signal.score - 2 * noise - 0.02 && beyondGuessing > 0.05 && skill.train > 0.5 * beyondGuessing;
  });

  /** Mean task loss of the last `share` of the steps so far; Infinity where it is not finite, undefined before the first step. */
  readonly recentLoss = once((): number | undefined => this.meanLoss(0.9, 1));

  /** The training loss goes on falling: by more than a fiftieth of what guessing costs from one fifth of the steps to the next. */
  readonly isFalling = once((): boolean => {
    const [before, now] = [this.meanLoss(0.6, 0.8), this.meanLoss(0.8, 1)];
    return before !== undefined && now !== undefined && before - now > 0.02 * (this.observed.noSkillLoss ?? before);
  });

  /** Mean task loss between two shares of the steps so far. */
  meanLoss(low: number, high: number): number | undefined {
    const { losses, from, step } = this.observed;
    const span = step - from;
    const inside = losses.filter((point) => point.step > from + low * span && point.step <= from + high * span);
    if (inside.length === 0) return losses.length ? (losses.at(-1)!.loss ?? Infinity) : undefined;
    return mean(inside.map(({ loss }) => loss ?? Infinity));
  }

  entryOf(layer: string): LayerSpec | undefined {
    return this.entries().get(layer) ?? this.entries().get(layer.replace(/(\.\d+)+$/, ''));
  }

  /** The statistic of a layer, median over samples; undefined where none has it. A value that is not finite counts as Infinity. */
  ofLayer(
    layer: string,
    pick: (stats: LayerStats) => number | null | undefined,
    samples: readonly StatsSnapshot[] = this.early(),
  ): number | undefined {
    return median(valuesOf(samples.map(({ layers }) => statsOf(layers, layer)).map((stats) => stats && pick(stats))));
  }

  ofParam(
    param: string,
    pick: (stats: ParamStats) => number | null | undefined,
    samples: readonly StatsSnapshot[] = this.early(),
  ): number | undefined {
    return median(valuesOf(samples.map(({ params }) => params[param]).map((stats) => stats && pick(stats))));
  }

  /** The layer's type in the file. */
  at(layer: string): Place {
    const entry = this.entryOf(layer);
    return { layer, range: entry?.typeRange ?? this.sectionRange('model') };
  }

  /** A written argument of a layer, or the layer where it is not written. */
  atArgument(layer: string, argument: string): Place {
    const range = this.entryOf(layer)?.argRanges[argument];
    return range ? { layer, range } : this.at(layer);
  }

  /** A top-level key's value, or the model where the file does not have it. */
  atSection(key: string): Place {
    return { range: this.sectionRange(key) };
  }

  /** The written `lr`, or the optimizer. */
  atRate(): Place {
    return { range: this.spec.optimizer.argRanges.lr ?? this.sectionRange('optimizer') };
  }

  atData(key: string): Place {
    return { range: this.spec.data.ranges[key] ?? this.spec.data.range };
  }

  atTrain(key: string): Place {
    return { range: this.spec.train.ranges[key] ?? this.sectionRange('train') };
  }

  private sectionRange(key: string): SourceRange {
    return this.spec.ranges[key] ?? this.spec.ranges.model;
  }
}

/** Of the validation split where there is one. */
export const scoreOf = (event: EvalEvent | undefined): number | undefined =>
  event && (event.val_accuracy ?? event.val_r2 ?? event.train_accuracy ?? event.train_r2 ?? undefined);

/** Layers are named by the user: `constructor` must not find anything where there is no such layer. */
export const statsOf = (layers: Readonly<Record<string, LayerStats>>, layer: string): LayerStats | undefined =>
  Object.hasOwn(layers, layer) ? layers[layer] : undefined;

function valuesOf(values: (number | null | undefined)[]): number[] {
  return values.filter((value) => value !== undefined).map((value) => value ?? Infinity);
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
