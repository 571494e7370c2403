import type { RunView } from '../src/view/protocol';
import { isOver } from './states';
import type { LayerHistory } from './view';

/** Why nothing is known of a layer yet; undefined where something is. */
export function layerNote(run: Pick<RunView, 'state' | 'layers'>, history: LayerHistory | undefined): string | undefined {
  if (history && history.moments.length > 0) return undefined;
  if (run.state === 'queued') return 'Waiting for a processor core.';
  if (history && isOver(run.state)) return 'The run ended before the first look at this layer.';
  return history ? 'The first look at this layer comes after a few steps…' : 'Waiting for the history of this layer…';
}
