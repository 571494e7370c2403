import type { Random } from '../../base/random';
import type { AugmentationArgs } from '../../model/augmentations';
import { blend, clamp, greyAt, type Image } from './image';

// As torchvision does it to images of 32-bit floats (torchvision.transforms.v2.functional).

export const adjustBrightness = (image: Image, factor: number): void => blend(image, factor, () => 0);

/** Against the mean grey. */
export function adjustContrast(image: Image, factor: number): void {
  const size = image.height * image.width;
  let sum = 0;
  for (let at = 0; at < size; at++) sum += greyAt(image, at);
  blend(image, factor, () => sum / size);
}

/** Against the grey of the same point. */
export function adjustSaturation(image: Image, factor: number): void {
  if (image.channels !== 3) return;
  const size = image.height * image.width;
  for (let at = 0; at < size; at++) image.scratch[at] = greyAt(image, at);
  blend(image, factor, (at) => image.scratch[at % size]);
}

/** @param shift of the hue, 1 being the whole circle. */
export function adjustHue({ channels, height, width, pixels }: Image, shift: number): void {
  if (channels !== 3) return;
  const size = height * width;
  for (let at = 0; at < size; at++) {
    const [r, g, b] = [pixels[at], pixels[size + at], pixels[2 * size + at]];
    const value = Math.max(r, g, b);
    const span = value - Math.min(r, g, b);
    // No colour, no hue.
    if (span === 0) continue;
    const sector = value === r ? (g - b) / span : value === g ? 2 + (b - r) / span : 4 + (r - g) / span;
    const turned = (((sector / 6 + shift) % 1) + 1) % 1;
    for (let channel = 0; channel < 3; channel++) pixels[channel * size + at] = channelOf(turned, span / value, value, channel);
  }
}

/** Red (0), green (1) or blue (2): v·(1 − s·max(0, min(k, 4 − k, 1))) with k = (n + 6h) mod 6, n = 5, 3, 1. */
function channelOf(hue: number, saturation: number, value: number, channel: number): number {
  const k = (5 - 2 * channel + 6 * hue) % 6;
  return clamp(value * (1 - saturation * Math.max(0, Math.min(k, 4 - k, 1))));
}

/** Against itself blurred, where there are neighbours all around. */
export function adjustSharpness(image: Image, factor: number): void {
  const { channels, height, width, pixels, scratch } = image;
  if (height <= 2 || width <= 2) return;
  scratch.set(pixels);
  for (let channel = 0; channel < channels; channel++)
    for (let row = 1; row < height - 1; row++)
      for (let column = 1; column < width - 1; column++) {
        const at = (channel * height + row) * width + column;
        let sum = 4 * pixels[at];
        for (const line of [at - width, at, at + width]) sum += pixels[line - 1] + pixels[line] + pixels[line + 1];
        scratch[at] = sum / 13;
      }
  blend(image, factor, (at) => scratch[at]);
}

/** What is as bright as the threshold, or more, turned over. */
export function solarize({ pixels }: Image, threshold: number): void {
  for (let at = 0; at < pixels.length; at++) if (pixels[at] >= threshold) pixels[at] = 1 - pixels[at];
}

/** To so many bits of 8. */
export function posterize({ pixels }: Image, bits: number): void {
  const step = 2 ** (8 - bits);
  for (let at = 0; at < pixels.length; at++) pixels[at] = (Math.floor(level(pixels[at]) / step) * step) / 255;
}

const level = (value: number): number => Math.round(255 * clamp(value));

/** Each channel from 0 to 1. */
export function autocontrast(image: Image): void {
  eachChannel(image, (values) => {
    let [least, most] = [Infinity, -Infinity];
    for (const value of values) [least, most] = [Math.min(least, value), Math.max(most, value)];
    if (most > least) for (let at = 0; at < values.length; at++) values[at] = clamp((values[at] - least) / (most - least));
  });
}

/** Each channel's 256 levels spread so that all are about as frequent (as PIL does it). */
export function equalize(image: Image): void {
  eachChannel(image, (values) => {
    const counts = new Int32Array(256);
    for (const value of values) counts[level(value)]++;
    const last = counts.filter((count) => count > 0).at(-1) ?? 0;
    const step = Math.floor((values.length - last) / 255);
    if (step === 0) return;
    const levels = new Float32Array(256);
    let below = 0;
    for (let i = 0; i < 256; i++) {
      levels[i] = Math.min(255, Math.floor((below + Math.floor(step / 2)) / step)) / 255;
      below += counts[i];
    }
    for (let at = 0; at < values.length; at++) values[at] = levels[level(values[at])];
  });
}

function eachChannel({ channels, height, width, pixels }: Image, change: (values: Float32Array) => void): void {
  for (let channel = 0; channel < channels; channel++) change(pixels.subarray(channel * height * width, (channel + 1) * height * width));
}

type Strays = AugmentationArgs<'ColorJitter'>['brightness'];

export function colorJitter(image: Image, { brightness, contrast, saturation, hue }: AugmentationArgs<'ColorJitter'>, random: Random): void {
  const within = (from: number, to: number) => from + (to - from) * random.uniform();
  const factor = (strays: Strays) => (typeof strays === 'number' ? within(Math.max(0, 1 - strays), 1 + strays) : within(...strays));
  const turn = () => (typeof hue === 'number' ? within(-hue, hue) : within(...hue));
  const changes = [
    { of: brightness, change: () => adjustBrightness(image, factor(brightness)) },
    { of: contrast, change: () => adjustContrast(image, factor(contrast)) },
    { of: saturation, change: () => adjustSaturation(image, factor(saturation)) },
    { of: hue, change: () => adjustHue(image, turn()) },
  ];
  for (const i of random.permutation(changes.length)) if (changes[i].of !== 0) changes[i].change();
}
