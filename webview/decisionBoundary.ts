import { el } from './dom';
import type { Scene, View } from './view';

/** The prediction over the plane of two features. */
export class DecisionBoundary implements View {
  readonly element = el('section', { class: 'panel', hidden: true });

  paint(_scene: Scene): void {}

  retheme(): void {}
}
