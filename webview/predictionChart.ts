import { el } from './dom';
import type { Scene, View } from './view';

/** Predicted numbers over the true ones. */
export class PredictionChart implements View {
  readonly element = el('section', { class: 'panel', hidden: true });

  paint(_scene: Scene): void {}

  retheme(): void {}
}
