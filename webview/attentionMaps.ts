import type { Attention, AttentionMaps } from '../src/train/outcome';
import { formatCount, formatNumber } from '../src/base/format';
import './outcome.css';
import './attentionMaps.css';
import type { ChartTable } from './chartTable';
import { rgba } from './colourScales';
import { el, setText } from './dom';
import { heatColours, shadeAt } from './heatColours';
import { OutcomePanel } from './outcomePanel';
import { paintPicture, pictureCanvas } from './picture';
import { readTheme } from './theme';
import type { Scene, View } from './view';

const HOW =
  'Each row is a place that looks, each column one looked at; the weights of a row add up to 1, and the fullest colour is the largest of the map.';

/** What the places of one sample look at, head by head. */
export class AttentionGallery implements View {
  private readonly layers = el('div', { class: 'attention-layers' });
  /** Of the point that the mouse is on. */
  private readonly told = el('p', { class: 'figures attention-told' }, HOW);
  private readonly panel = new OutcomePanel('attention', 'Attention', (outcome) => attentionTable(outcome?.attention), this.layers, this.told);
  private theme = readTheme();

  constructor() {
    this.layers.addEventListener('pointermove', (event) => this.tell(event));
    this.layers.addEventListener('pointerleave', () => setText(this.told, HOW));
  }

  get element(): HTMLElement {
    return this.panel.element;
  }

  retheme(): void {
    this.theme = readTheme();
    this.panel.forget();
  }

  paint({ run: { outcome }, moment }: Scene): void {
    const attention = this.panel.take(outcome, (of) => of.attention, moment);
    if (!outcome || !attention) return;
    setText(
      this.panel.figures,
      `${outcome.split === 'validation' ? 'Validation' : 'Training'} sample ${formatCount(attention.row)}${tokensText(attention)}`,
    );
    while (this.layers.children.length > attention.layers.length) this.layers.lastElementChild!.remove();
    attention.layers.forEach((maps, index) => this.show(maps, index));
  }

  private show({ layer, heads, places, maps }: AttentionMaps, index: number): void {
    const group =
      this.layers.children[index] ?? this.layers.appendChild(el('div', { class: 'attention-layer' }, el('h4'), el('div', { class: 'pictures' })));
    const [title, pictures] = [...group.children] as HTMLElement[];
    const some = maps.length < heads ? `the first ${maps.length} of ${heads} heads` : heads === 1 ? '1 head' : `${heads} heads`;
    setText(title, maps.length > 0 ? `${layer}: ${some}, ${formatCount(places)} places` : `${layer}: its weights are not finite`);
    while (pictures.children.length > maps.length) pictures.lastElementChild!.remove();
    const colours = heatColours(this.theme).map(rgba);
    maps.forEach(({ most, picture }, head) => {
      const figure = pictures.children[head] ?? pictures.appendChild(el('figure', {}, pictureCanvas(''), el('figcaption')));
      const [canvas, caption] = [...figure.children] as [HTMLCanvasElement, HTMLElement];
      canvas.dataset.map = `${index} ${head}`;
      canvas.setAttribute('aria-label', `${layer}, head ${head + 1}: the largest weight is ${formatNumber(most, 2)}`);
      setText(caption, `head ${head + 1}, to ${formatNumber(most, 2)}`);
      paintPicture(canvas, picture, (level) => shadeAt(colours, level / 255));
    });
  }

  private tell({ target, offsetX, offsetY }: PointerEvent): void {
    const { attention } = this.panel.outcome ?? {};
    if (!attention || !(target instanceof HTMLCanvasElement) || target.dataset.map === undefined) return setText(this.told, HOW);
    const [layer, head] = target.dataset.map.split(' ').map(Number);
    const { places, maps } = attention.layers[layer];
    const { most, picture } = maps[head];
    const at = (offset: number, size: number, count: number) => Math.max(0, Math.min(count - 1, Math.floor((offset / size) * count)));
    const [from, to] = [at(offsetY, target.clientHeight, picture.height), at(offsetX, target.clientWidth, picture.width)];
    const weight = (picture.pixels[from * picture.width + to] * most) / 255;
    const name = (point: number) => placeText(point, picture.width, places, attention.tokens);
    setText(this.told, `Head ${head + 1}: ${name(from)} looks at ${name(to)} with ${formatNumber(weight, 2)}.`);
  }
}

const tokensText = ({ tokens }: Attention): string => (tokens ? `: tokens ${tokens.join(' ')}` : '');

/** From 1; where neighbours share a point, the first and the last of them. */
function placeText(point: number, points: number, places: number, tokens: readonly number[] | undefined): string {
  const each = Math.ceil(places / points);
  const first = point * each;
  const last = Math.min(places, first + each) - 1;
  if (first < last) return `places ${first + 1}–${last + 1}`;
  return `place ${first + 1}${tokens ? ` (token ${tokens[first]})` : ''}`;
}

/** Every weight, to the precision of the pictures. */
function attentionTable(attention: Attention | undefined): ChartTable {
  const columns = ['layer', 'head', 'from place', 'to place', 'weight'];
  if (!attention) return { columns, rows: [] };
  const rows = attention.layers.flatMap(({ layer, places, maps }) =>
    maps.flatMap(({ most, picture: { width, height, pixels } }, head) => {
      const [rowEach, columnEach] = [Math.ceil(places / height), Math.ceil(places / width)];
      return pixels.map((pixel, i) => [layer, head + 1, Math.floor(i / width) * rowEach + 1, (i % width) * columnEach + 1, (pixel * most) / 255]);
    }),
  );
  return { columns, rows };
}
