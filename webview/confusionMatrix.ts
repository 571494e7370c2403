import { el } from './dom';
import type { Scene, View } from './view';

/** Which class is taken for which. */
export class ConfusionMatrix implements View {
  readonly element = el('section', { class: 'panel', hidden: true });

  paint(_scene: Scene): void {}

  retheme(): void {}
}
