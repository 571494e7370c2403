import { el } from './dom';
import type { Scene, View } from './view';

/** The histogram of a tensor of the selected layer over the steps. */
export class DistributionMap implements View {
  readonly element = el('section', { class: 'panel', hidden: true });

  paint(_scene: Scene): void {}

  retheme(): void {}
}
