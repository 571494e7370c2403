import { product } from '../graph/shape';
import type { LayerSpec, Spec } from './spec';
import type { EntryType } from './vocabulary';

/** A layer as it stands in the graph, as far as it tells one from another; copies of a Repeat are layers of their own. */
export interface LayerShape {
  name: string;
  /** The user wrote the name; else it is an ordinal, which shifts as layers come and go before it. */
  isNamed: boolean;
  type: EntryType;
  args: Record<string, unknown>;
  /** Types of the containers around it, outermost first. */
  containers: readonly EntryType[];
  /** Shapes of its parameters and running statistics, by their names within the layer. */
  tensors: Record<string, readonly number[]>;
  /** What stands before the dot in the state_dict names of those: the copies of a shared Repeat all use one set. */
  owner: string;
}

/** The layers of a model in the order of the graph, each with those of the model's parameters and running statistics that are its own. */
export function layerShapes(spec: Spec, tensors: readonly { name: string; shape: readonly number[] }[]): LayerShape[] {
  throw new Error('coming');
}

/** New name → old name of every layer of `after` that has a counterpart in `before`; a counterpart is of the same type. */
export function matchLayers(before: readonly LayerShape[], after: readonly LayerShape[]): Map<string, string> {
  throw new Error('coming');
}
