import { layerShapes, type LayerShape } from '../model/matchLayers';
import type { Carried, CarryOptions, Checkpoint, Tensors } from './protocol';
import type { ModelPlan } from './stepGraph';

/** The layers of a model with what they keep from step to step, for `matchLayers`. */
export function layersOf({ spec, trained, frozen, buffers }: ModelPlan): LayerShape[] {
  return layerShapes(spec, [...trained.items, ...frozen.items, ...buffers.items]);
}

export interface CarriedOver {
  checkpoint: Checkpoint;
  carried: Carried;
  /** Names of layers of the new model without a counterpart in the old one. */
  inserted: string[];
}

/**
 * `from`, which fits `before`, as a checkpoint that fits `after`.
 * Nothing is written to and nothing copied that stays as it is: arrays of the result may be those of `from` and `start`.
 * @param start what a fresh start of `after` begins with
 */
export function carryWeights(
  from: Checkpoint,
  before: ModelPlan,
  after: ModelPlan,
  start: Tensors,
  resized: CarryOptions['resized'],
): CarriedOver {
  throw new Error('coming');
}
