import { formatNumber } from '../src/base/format';
import { el, setText } from './dom';

/** What the colours of a diverging scale stand for: orange below the middle, blue above. */
export class ScaleBar {
  private readonly ends = [el('span'), el('span'), el('span')];
  readonly element = el('div', { class: 'scale-bar' }, el('i', { 'aria-hidden': 'true' }), ...this.ends);

  show(middle: number, reach: number): void {
    [middle - reach, middle, middle + reach].forEach((value, index) => setText(this.ends[index], formatNumber(value, 3)));
  }
}
