import type { DataFacts } from '../data/facts';
import type { Spec } from '../model/spec';
import type { EvalEvent } from '../train/protocol';
import type { LossPoint, StatsSnapshot } from '../view/protocol';

export interface ObservedLayer {
  name: string;
  type: string;
  /** Of one sample. */
  output: number[];
  /** Number of its own parameters. */
  params: number;
}

/** All that the rules judge by: a model file, its data, and what the run told since this model took over. Before a run the series are empty. */
export interface Observed {
  text: string;
  spec: Spec;
  /** In the order of the forward pass, containers before their content. */
  layers: readonly ObservedLayer[];
  facts?: DataFacts;
  /** Steps done before this model took over; 0: it began with the run. */
  from: number;
  /** Steps done. */
  step: number;
  /** Planned. */
  steps: number;
  /** Task loss of the best constant prediction on the training split. */
  noSkillLoss?: number;
  losses: readonly LossPoint[];
  evals: readonly EvalEvent[];
  samples: readonly StatsSnapshot[];
}
