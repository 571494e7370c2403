import type { Recording } from '../../bench/recording';
import type { LayerObservation, ObservationEvent } from '../../src/train/observation';
import type { Outcome } from '../../src/train/outcome';
import type { EvalEvent, LayerStats, ParamStats, StartEvent, StepEvent } from '../../src/train/protocol';

type Sample = StepEvent & { layers: Record<string, LayerStats>; params: Record<string, ParamStats> };

/** What a trainer told, as it told it: what the page shows is worked out from this a second time. */
export class RawRun {
  readonly start: StartEvent;
  readonly steps: StepEvent[] = [];
  /** Steps with statistics. */
  readonly samples: Sample[] = [];
  readonly evals: EvalEvent[] = [];
  readonly observations: ObservationEvent[] = [];
  readonly outcome: Outcome;

  constructor({ messages }: Recording) {
    const events = messages.flatMap(({ message }) => (message.type === 'events' ? message.events : []));
    const outcomes = messages.flatMap(({ message }) => (message.type === 'outcome' ? [message.outcome] : []));
    this.start = events.find((event) => event.type === 'start')!;
    this.outcome = outcomes.at(-1)!;
    for (const event of events) {
      if (event.type === 'step') this.steps.push(event);
      if (event.type === 'step' && event.layers) this.samples.push(event as Sample);
      if (event.type === 'eval') this.evals.push(event);
      if (event.type === 'observation') this.observations.push(event);
    }
  }

  get lastSample(): Sample {
    return this.samples.at(-1)!;
  }

  /** The newest that is at least 20 steps older than the last. */
  get earlierSample(): Sample {
    return this.samples.filter(({ step }) => step <= this.lastSample.step - 20).at(-1)!;
  }

  /** Names of the layers that have a weight, in order. */
  get weighted(): string[] {
    return this.start.layers.map(({ name }) => name).filter((name) => Object.hasOwn(this.lastSample.params, `${name}.weight`));
  }

  typeOf(layer: string): string {
    return this.start.layers.find(({ name }) => name === layer)!.type;
  }

  looksAt(layer: string): LayerObservation[] {
    return this.observations.map(({ layers }) => layers[layer]);
  }
}

/**
 * Geometric mean of the losses up to each, a step counting half of one that is `halfLife` steps newer. A loss stands for the steps since the one
 * before it that has a logarithm.
 */
export function smoothed(points: readonly { step: number; loss: number | null }[], halfLife: number): number[] {
  return points.map(({ step }, index) => {
    const known = points.slice(0, index + 1).filter(({ loss }) => loss !== null && loss > 0);
    const since = (at: number) => known[at].step - (known[at - 1]?.step ?? 0);
    const weights = known.map((point, at) => (1 - 2 ** (-since(at) / halfLife)) * 2 ** ((point.step - step) / halfLife));
    const sum = known.reduce((total, { loss }, at) => total + weights[at] * Math.log(loss!), 0);
    return Math.exp(sum / weights.reduce((total, weight) => total + weight, 0));
  });
}

/** 1 − squared errors over squared distances from the mean. */
export function rSquared(pairs: readonly { target: number; prediction: number | null }[]): number {
  const mean = pairs.reduce((sum, { target }) => sum + target, 0) / pairs.length;
  const errors = pairs.reduce((sum, { target, prediction }) => sum + (target - prediction!) ** 2, 0);
  return 1 - errors / pairs.reduce((sum, { target }) => sum + (target - mean) ** 2, 0);
}
