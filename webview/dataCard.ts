import { el } from './dom';
import type { Scene, View } from './view';

/** What the data is, and what the last layer puts out beside what it should. */
export class DataCardView implements View {
  readonly element = el('section', { class: 'panel', hidden: true });

  paint(_scene: Scene): void {}

  retheme(): void {}
}
