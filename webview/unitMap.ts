import { el } from './dom';
import type { Scene, View } from './view';

/** Which units of the selected layer are active on how many samples, over the steps. */
export class UnitMap implements View {
  readonly element = el('section', { class: 'panel', hidden: true });

  paint(_scene: Scene): void {}

  retheme(): void {}
}
