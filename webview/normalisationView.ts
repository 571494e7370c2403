import { el } from './dom';
import type { Scene, View } from './view';

/** What a normalisation layer does: its statistics over the steps, what comes in and what goes out. */
export class NormalisationView implements View {
  readonly element = el('section', { class: 'panel', hidden: true });

  paint(_scene: Scene): void {}

  retheme(): void {}
}
