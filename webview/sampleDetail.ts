import type { Picture, SampleOutcome } from '../src/train/outcome';
import { formatNumber } from '../src/base/format';
import { mix, type Rgba, rgba } from './colourScales';
import { el } from './dom';
import { heatColours, shadeAt } from './heatColours';
import { paintPicture, pictureCanvas } from './picture';
import { isRight, sureness, verdict } from './sampleTexts';
import type { Theme } from './theme';

/** Points of the screen along the longer side of a large picture, about. */
const LARGE = 192;

/** A sample, large, and where the model looks. */
export function sampleDetail(sample: SampleOutcome, classes: readonly string[] | undefined, split: string, theme: Theme): HTMLElement[] {
  const { row, image, saliency, gradCam, features } = sample;
  const name = `${split} sample ${row}`;
  const sign = classes ? (isRight(sample, classes) ? '✓ ' : '✕ ') : '';
  const head = el('p', { class: 'sample-head' }, el('b', {}, sign + verdict(sample, classes)), ` ${sureness(sample)} · ${name}`);
  const figures: HTMLElement[] = [];
  if (image) {
    const canvas = pictureCanvas(`${name}, as the model gets it`, 'picture large');
    paintPicture(canvas, image);
    figures.push(figure(canvas, 'As the model gets it'));
  }
  if (saliency) {
    const canvas = pictureCanvas(`Saliency of ${name}`, 'picture large');
    const shades = heatColours(theme).map(rgba);
    paintPicture(canvas, saliency, (level) => shadeAt(shades, level / 255));
    figures.push(figure(canvas, 'Saliency: which points the score of the actual class depends on most'));
  }
  if (image && gradCam) {
    const canvas = pictureCanvas(`Grad-CAM of ${name}`, 'picture large smooth');
    paintOver(canvas, image, gradCam, theme);
    figures.push(figure(canvas, 'Grad-CAM: where the last convolution saw signs of the actual class'));
  }
  const parts = figures.length > 0 ? [el('div', { class: 'sample-pictures' }, ...figures)] : [];
  return [head, ...parts, ...(features ? [featureTable(features)] : [])];
}

/** The picture as it is, the map over it smoothly: its points are far larger than those of the picture. */
function paintOver(canvas: HTMLCanvasElement, image: Picture, map: Picture, theme: Theme): void {
  const times = Math.max(1, Math.round(LARGE / Math.max(image.width, image.height)));
  canvas.width = times * image.width;
  canvas.height = times * image.height;
  const context = canvas.getContext('2d')!;
  const layer = document.createElement('canvas');
  paintPicture(layer, image);
  context.imageSmoothingEnabled = false;
  context.drawImage(layer, 0, 0, canvas.width, canvas.height);
  const colour = rgba(theme.validation);
  const clear: Rgba = [colour[0], colour[1], colour[2], 0];
  paintPicture(layer, map, (level) => mix(clear, colour, (0.75 * level) / 255));
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  context.drawImage(layer, 0, 0, canvas.width, canvas.height);
}

function figure(canvas: HTMLCanvasElement, caption: string): HTMLElement {
  return el('figure', {}, canvas, el('figcaption', {}, caption));
}

function featureTable(features: NonNullable<SampleOutcome['features']>): HTMLElement {
  const rows = features.map(({ name, value }) => el('tr', {}, el('th', { scope: 'row', title: name }, name), el('td', {}, formatNumber(value))));
  return el('table', { class: 'card-table sample-features' }, el('caption', { class: 'spoken' }, 'Features'), el('tbody', {}, ...rows));
}
