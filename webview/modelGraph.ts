import { el } from './dom';
import type { Scene, View } from './view';

/** The model drawn, coloured by a statistic. */
export class ModelGraph implements View {
  readonly element = el('section', { class: 'panel', hidden: true });

  paint(_scene: Scene): void {}

  retheme(): void {}
}
