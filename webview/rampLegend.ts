import { el, setAttribute, setText } from './dom';
import type { Ramp } from './exportChart';

/** A number beside a scale of colours, at 0…1 of it. */
export interface RampTick {
  at: number;
  label: string;
}

/** A scale of colours with its numbers. */
export class RampLegend {
  private readonly bar = el('div', { class: 'ramp-bar' });
  private readonly numbers = el('div', { class: 'ramp-numbers' });
  readonly element: HTMLElement;
  private shown = '';
  /** What it shows, for a picture. */
  ramp?: Ramp;

  constructor(private readonly name: string) {
    const scale = el('div', { class: 'ramp-scale' }, this.bar, this.numbers);
    this.element = el('div', { class: 'ramp' }, el('span', { class: 'ramp-name' }, name), scale);
  }

  show(colours: readonly string[], ticks: readonly RampTick[]): void {
    this.ramp = { name: this.name, colours, ticks };
    const key = JSON.stringify([colours[0], colours.at(-1), ticks]);
    if (key === this.shown) return;
    this.shown = key;
    this.bar.style.background = `linear-gradient(to right, ${colours.join(', ')})`;
    while (this.numbers.children.length > ticks.length) this.numbers.lastElementChild!.remove();
    ticks.forEach(({ at, label }, index) => {
      const number = (this.numbers.children[index] ?? this.numbers.appendChild(el('span'))) as HTMLElement;
      setText(number, label);
      number.style.left = `${100 * at}%`;
    });
    setAttribute(this.bar, 'data-colours', String(colours.length));
  }
}
