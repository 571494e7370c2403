import type { ComparedRun, RunView } from '../src/view/protocol';
import { el } from './dom';

/** Layer strips of the compared runs, side by side, and what their files differ in. */
export class ComparedStrips {
  readonly element = el('section', { class: 'panel', hidden: true });

  paint(_run: RunView, _compared: readonly ComparedRun[]): void {}

  retheme(): void {}
}
