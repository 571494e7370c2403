import type { LayerMoment, NormalisationPoint } from '../view/protocol';
import type { History } from './history';
import { layerMoments, normalisationPoints } from './profiles';

/** How much of a layer's history a view has been told. */
export interface LayerCursor {
  generation: number;
  /** What came later may have given way to something newer. */
  settled: number;
}

/** What holds of what a view was told up to the step `after`, and what follows. */
export interface LayerNews {
  after: number;
  moments: LayerMoment[];
  normalisation: NormalisationPoint[];
  cursor: LayerCursor;
}

/**
 * What a view has to be told of a layer of now after `cursor`; and the cursor for the next time.
 * @param generation is another one when a view cannot go on from what it has
 */
export function tellLayer(history: History, layer: string, generation: number, cursor: LayerCursor | undefined): LayerNews {
  const { observations, statistics } = history;
  const all = generation + observations.generation + statistics.generation;
  const after = cursor?.generation === all ? cursor.settled : -1;
  const isNew = ({ step }: { step: number }) => step > after;
  return {
    after,
    moments: layerMoments(history.currentObservations.filter(isNew), layer),
    normalisation: normalisationPoints(history.currentSamples.filter(isNew), layer),
    cursor: { generation: all, settled: Math.min(observations.settled, statistics.settled) },
  };
}
