import type { RunView } from '../src/view/protocol';
import { el } from './dom';
import type { TimeAxis } from './timeMarks';

/** The learning rate over the steps. */
export class RateChart {
  readonly element = el('section', { class: 'panel', hidden: true });

  paint(_run: RunView, _axis: TimeAxis): void {}

  retheme(): void {}
}
