import { el } from './dom';
import type { Scene, View } from './view';

/** The weights of the first layer as pictures. */
export class FilterGallery implements View {
  readonly element = el('section', { class: 'panel', hidden: true });

  paint(_scene: Scene): void {}

  retheme(): void {}
}
