import type { Picture } from '../src/train/outcome';
import { el } from './dom';
import type { Rgba } from './colourScales';

/** A canvas that shows one point of data as one crisp square; what it says to who does not see it is `label`. */
export function pictureCanvas(label: string, className = 'picture'): HTMLCanvasElement {
  return el('canvas', { class: className, role: 'img', 'aria-label': label, width: 1, height: 1 });
}

/** Draws a picture in its own size; the style sheet scales it. */
export function paintPicture(canvas: HTMLCanvasElement, picture: Picture, colourOf: (level: number) => Rgba = grey): void {
  const { width, height } = picture;
  put(canvas, width, height, pictureBytes(picture, colourOf));
}

/** Draws a square of numbers that are given row by row from the lowest. */
export function paintPlane(canvas: HTMLCanvasElement, size: number, colourAt: (index: number) => Rgba): void {
  put(canvas, size, size, planeBytes(size, colourAt));
}

/** Red, green, blue, opacity of every point. One channel is coloured by `colourOf`; three are a colour already. */
export function pictureBytes({ width, height, channels, pixels }: Picture, colourOf: (level: number) => Rgba): Uint8ClampedArray<ArrayBuffer> {
  const bytes = new Uint8ClampedArray(4 * width * height);
  for (let point = 0; point < width * height; point++) {
    const at = channels * point;
    bytes.set(channels === 3 ? [pixels[at], pixels[at + 1], pixels[at + 2], 255] : colourOf(pixels[at]), 4 * point);
  }
  return bytes;
}

/** As `pictureBytes`, turned over: a screen counts its rows from the top, a plane from below. */
export function planeBytes(size: number, colourAt: (index: number) => Rgba): Uint8ClampedArray<ArrayBuffer> {
  const bytes = new Uint8ClampedArray(4 * size * size);
  for (let index = 0; index < size * size; index++) {
    const row = size - 1 - Math.floor(index / size);
    bytes.set(colourAt(index), 4 * (row * size + (index % size)));
  }
  return bytes;
}

const grey = (level: number): Rgba => [level, level, level, 255];

function put(canvas: HTMLCanvasElement, width: number, height: number, bytes: Uint8ClampedArray<ArrayBuffer>): void {
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')!.putImageData(new ImageData(bytes, width, height), 0, 0);
}
