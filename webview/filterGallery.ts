import type { Filters, Outcome, Picture } from '../src/train/outcome';
import { formatNumber } from '../src/base/format';
import './outcome.css';
import type { ChartTable } from './chartTable';
import { diverging } from './colourScales';
import { el, setText } from './dom';
import { OutcomePanel } from './outcomePanel';
import { paintPicture, pictureCanvas } from './picture';
import { ScaleBar } from './scaleBar';
import { readTheme } from './theme';
import type { Scene, View } from './view';

/** Of the scale, −1…1: the bytes go evenly from its lower end to its upper one. */
const shareOf = (level: number): number => level / 127.5 - 1;

/** The weights of the first layer as pictures. */
export class FilterGallery implements View {
  private readonly pictures = el('div', { class: 'pictures filter-list' });
  private readonly scale = new ScaleBar();
  private readonly panel = new OutcomePanel('filters', 'Filters of the first layer', filterTable, this.pictures, this.scale.element);
  private theme = readTheme();

  get element(): HTMLElement {
    return this.panel.element;
  }

  retheme(): void {
    this.theme = readTheme();
    this.panel.forget();
  }

  paint({ run: { outcome }, moment }: Scene): void {
    const filters = this.panel.take(outcome, (of) => of.filters, moment);
    if (filters) this.show(filters);
  }

  private show({ layer, count, scale, pictures }: Filters): void {
    const inColour = pictures[0]?.channels === 3;
    const some = pictures.length < count ? `The first ${pictures.length} of ${count} filters of ${layer}` : `All ${count} filters of ${layer}`;
    const how = inColour
      ? `each channel from −${formatNumber(scale, 3)} (dark) over 0 (grey) to ${formatNumber(scale, 3)} (bright)`
      : 'all on one scale';
    setText(this.panel.figures, `${some}, ${how}.`);
    this.scale.element.hidden = inColour;
    this.scale.show(0, scale);
    while (this.pictures.children.length > pictures.length) this.pictures.lastElementChild!.remove();
    while (this.pictures.children.length < pictures.length)
      this.pictures.append(el('figure', {}, pictureCanvas(''), el('figcaption', {}, String(this.pictures.children.length + 1))));
    const colour = diverging(this.theme);
    pictures.forEach((picture, index) => {
      const canvas = this.pictures.children[index].firstElementChild as HTMLCanvasElement;
      canvas.setAttribute('aria-label', `${layer}, filter ${index + 1}: ${rangeText(picture, scale)}`);
      paintPicture(canvas, picture, (level) => colour(shareOf(level)));
    });
  }
}

function rangeText({ pixels }: Picture, scale: number): string {
  const [least, most] = [Math.min(...pixels), Math.max(...pixels)].map((level) => formatNumber(shareOf(level) * scale, 2));
  return `${least} … ${most}`;
}

/** Every weight, to the precision of the pictures. */
function filterTable(outcome: Outcome | undefined): ChartTable {
  const filters = outcome?.filters;
  const [first] = filters?.pictures ?? [];
  if (!filters || !first) return { columns: ['filter'], rows: [] };
  const { channels, width } = first;
  const channel = channels === 3 ? ['red', 'green', 'blue'] : [''];
  const columns = first.pixels.map((_, at) => {
    const point = Math.floor(at / channels);
    return `${Math.floor(point / width)},${point % width} ${channel[at % channels]}`.trim();
  });
  return {
    columns: ['filter', ...columns],
    rows: filters.pictures.map(({ pixels }, index) => [index + 1, ...pixels.map((level) => shareOf(level) * filters.scale)]),
  };
}
