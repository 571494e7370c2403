import { el } from './dom';
import type { Scene, View } from './view';

/** The histogram of a tensor of the selected layer, now and at the start. */
export class DistributionNow implements View {
  readonly element = el('section', { class: 'panel', hidden: true });

  paint(_scene: Scene): void {}

  retheme(): void {}
}
