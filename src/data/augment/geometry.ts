import type { Random } from '../../base/random';
import type { AugmentationArgs } from '../../model/augmentations';
import { type Image, OUTSIDE, rearrange } from './image';

type Mode = AugmentationArgs<'RandomCrop'>['padding_mode'];

/** Of a place beside so many, the one in the image that has its number. */
const PADDED: Record<Mode, (at: number, size: number) => number> = {
  constant: (at, size) => (at < 0 || at >= size ? OUTSIDE : at),
  edge: (at, size) => Math.min(Math.max(at, 0), size - 1),
  reflect: (at, size) => (at < 0 ? -at : at >= size ? 2 * (size - 1) - at : at),
  symmetric: (at, size) => (at < 0 ? -at - 1 : at >= size ? 2 * size - 1 - at : at),
};

/** Left and right, top and bottom. */
export const sidesOf = (padding: AugmentationArgs<'RandomCrop'>['padding']): readonly [number, number] =>
  typeof padding === 'number' ? [padding, padding] : padding;

export function randomCrop(image: Image, { padding, fill, padding_mode }: AugmentationArgs<'RandomCrop'>, random: Random): void {
  const [across, down] = sidesOf(padding);
  const top = random.integer(2 * down + 1) - down;
  const left = random.integer(2 * across + 1) - across;
  const { channels, height, width, pixels, scratch } = image;
  const placesOf = (size: number, start: number) => Int32Array.from({ length: size }, (_, i) => PADDED[padding_mode](i + start, size));
  const [rows, columns] = [placesOf(height, top), placesOf(width, left)];
  scratch.set(pixels);
  for (let channel = 0, at = 0; channel < channels; channel++)
    for (const row of rows) {
      const start = (channel * height + row) * width;
      // Not `of`: this is done for every number of a batch.
      for (let i = 0; i < width; i++) pixels[at++] = row === OUTSIDE || columns[i] === OUTSIDE ? fill : scratch[start + columns[i]];
    }
}

export function horizontalFlip(image: Image, { p }: AugmentationArgs<'HorizontalFlip'>, random: Random): void {
  if (random.uniform() >= p) return;
  for (let row = 0; row < image.channels * image.height; row++) image.pixels.subarray(row * image.width, (row + 1) * image.width).reverse();
}

export function rotation(image: Image, { degrees, interpolation, fill }: AugmentationArgs<'Rotation'>, random: Random): void {
  const [from, to] = typeof degrees === 'number' ? [-degrees, degrees] : degrees;
  rotate(image, from + (to - from) * random.uniform(), { interpolation, fill });
}

export function scale(image: Image, { scale: [from, to], interpolation, fill }: AugmentationArgs<'Scale'>, random: Random): void {
  const inverse = 1 / (from + (to - from) * random.uniform());
  resample(image, [inverse, 0, 0, inverse], [0, 0], { interpolation, fill });
}

export interface Sampling {
  interpolation: AugmentationArgs<'Rotation'>['interpolation'];
  fill: number;
}

/** Counter-clockwise, about the centre. */
export function rotate(image: Image, degrees: number, sampling: Sampling): void {
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  resample(image, [cos, -sin, sin, cos], [0, 0], sampling);
}

/**
 * Every point from where an affine map takes it: source = matrix·point + shift, both from the centre, x to the right and y down
 * (torchvision's `affine`; what is outside counts as `fill`).
 */
export function resample(
  image: Image,
  [xx, xy, yx, yy]: readonly [number, number, number, number],
  [shiftX, shiftY]: readonly [number, number],
  { interpolation, fill }: Sampling,
): void {
  const [centreX, centreY] = [(image.width - 1) / 2, (image.height - 1) / 2];
  const xOf = (row: number, column: number) => xx * (column - centreX) + xy * (row - centreY) + shiftX + centreX;
  const yOf = (row: number, column: number) => yx * (column - centreX) + yy * (row - centreY) + shiftY + centreY;
  if (interpolation === 'bilinear') return interpolate(image, xOf, yOf, fill);
  rearrange(image, fill, (row, column) => {
    const [x, y] = [nearest(xOf(row, column)), nearest(yOf(row, column))];
    return x >= 0 && x < image.width && y >= 0 && y < image.height ? y * image.width + x : OUTSIDE;
  });
}

/** A half goes to the even side, as PyTorch's grid_sample has it; what is next to nothing off a half is rounding. */
function nearest(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (Math.abs(rest - 0.5) < 1e-9) return below % 2 === 0 ? below : below + 1;
  return rest < 0.5 ? below : below + 1;
}

type Coordinate = (row: number, column: number) => number;

function interpolate({ channels, height, width, pixels, scratch }: Image, xOf: Coordinate, yOf: Coordinate, fill: number): void {
  const size = height * width;
  scratch.set(pixels);
  const pointAt = (start: number, r: number, c: number) => (r >= 0 && r < height && c >= 0 && c < width ? scratch[start + r * width + c] : fill);
  for (let row = 0, at = 0; row < height; row++)
    for (let column = 0; column < width; column++, at++) {
      const x = xOf(row, column);
      const y = yOf(row, column);
      const left = Math.floor(x);
      const top = Math.floor(y);
      const right = x - left;
      const low = y - top;
      const isInside = left >= 0 && left + 1 < width && top >= 0 && top + 1 < height;
      for (let start = 0; start < channels * size; start += size) {
        const corner = start + top * width + left;
        // Most points have all four neighbours.
        const a = isInside ? scratch[corner] : pointAt(start, top, left);
        const b = isInside ? scratch[corner + 1] : pointAt(start, top, left + 1);
        const c = isInside ? scratch[corner + width] : pointAt(start, top + 1, left);
        const d = isInside ? scratch[corner + width + 1] : pointAt(start, top + 1, left + 1);
        pixels[start + at] = (1 - low) * ((1 - right) * a + right * b) + low * ((1 - right) * c + right * d);
      }
    }
}

export function cutout(image: Image, { size, holes, fill }: AugmentationArgs<'Cutout'>, random: Random): void {
  const { channels, height, width, pixels } = image;
  for (let hole = 0; hole < holes; hole++) {
    const top = random.integer(height) - Math.floor(size / 2);
    const left = random.integer(width) - Math.floor(size / 2);
    for (let channel = 0; channel < channels; channel++)
      for (let row = Math.max(0, top); row < Math.min(height, top + size); row++) {
        const start = (channel * height + row) * width;
        pixels.fill(fill, start + Math.max(0, left), start + Math.min(width, Math.max(0, left + size)));
      }
  }
}
