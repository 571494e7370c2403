import type { StartedLayer } from '../src/train/protocol';
import type { RunView, ToView } from '../src/view/protocol';
import type { LayerHistory } from './view';

type LayerMessage = Extract<ToView, { type: 'layer' }>;

/** The layer whose history is on show: the selected one, else the first that has something to learn. */
export class Watching {
  history?: LayerHistory;
  private asked?: { runId: string; layer?: string };

  constructor(private readonly ask: (runId: string, layer?: string) => void) {}

  /** Asks the host for it where it is another than before; `isShown`: somebody looks at it. */
  follow({ runId, layers }: Pick<RunView, 'runId' | 'layers'>, selected: string | undefined, isShown: boolean): void {
    const layer = isShown ? (layers.find(({ name }) => name === selected) ?? firstOf(layers))?.name : undefined;
    if (this.asked?.runId === runId && this.asked.layer === layer) return;
    this.asked = { runId, layer };
    if (layer !== this.history?.layer) this.history = undefined;
    this.ask(runId, layer);
  }

  take({ runId, layer, after, moments, normalisation }: LayerMessage): void {
    if (this.asked?.runId !== runId || this.asked.layer !== layer) return;
    const settled = <T extends { step: number }>(points: readonly T[] = []) => points.filter(({ step }) => step <= after);
    this.history = {
      layer,
      moments: [...settled(this.history?.moments), ...moments],
      normalisation: [...settled(this.history?.normalisation), ...normalisation],
    };
  }

  /** The host has forgotten what was asked: it is asked again. */
  reset(): void {
    this.asked = undefined;
  }
}

const firstOf = (layers: readonly StartedLayer[]): StartedLayer | undefined => layers.find(({ params }) => params > 0) ?? layers.at(0);
