import { el } from './dom';
import type { Scene, View } from './view';

/** What units of the layers put out over the plane of two features. */
export class UnitThumbnails implements View {
  readonly element = el('section', { class: 'panel', hidden: true });

  paint(_scene: Scene): void {}

  retheme(): void {}
}
