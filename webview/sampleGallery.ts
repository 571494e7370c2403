import { el } from './dom';
import type { Scene, View } from './view';

/** The samples that the model gets most wrong, and where it looks. */
export class SampleGallery implements View {
  readonly element = el('section', { class: 'panel', hidden: true });

  paint(_scene: Scene): void {}

  retheme(): void {}
}
