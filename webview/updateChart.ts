import { el } from './dom';
import type { Scene, View } from './view';

/** Size of each layer's update beside that of its weights. */
export class UpdateChart implements View {
  readonly element = el('section', { class: 'panel', hidden: true });

  paint(_scene: Scene): void {}

  retheme(): void {}
}
