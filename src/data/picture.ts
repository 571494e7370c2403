/** Rows from the top, channels interleaved, 0…255. */
export interface Picture {
  width: number;
  height: number;
  channels: 1 | 3;
  pixels: number[];
}

/** Whether a sample of this shape is an image: channels, rows, columns. */
export const isImage = (sample: readonly number[]): boolean => sample.length === 3 && sample[1] > 1 && sample[2] > 1;

/** Numbers of a picture: three channels are colour; of any other number of channels the first is shown. */
export const pixelsOf = ([channels, height, width]: readonly number[]): number => (channels === 3 ? 3 : 1) * height * width;

/**
 * An image as a picture.
 * @param values channels × height × width.
 * @param range the numbers that become 0 and 255; none: the smallest and the largest of the image.
 * @param most numbers that the picture may have: a larger one is made smaller by a whole factor, each of its pixels the mean of those in its place.
 * @returns undefined where a number is not finite.
 */
export function pictureOf(values: ArrayLike<number>, shape: readonly number[], most: number, range?: readonly [number, number]): Picture | undefined {
  const [, height, width] = shape;
  const channels = shape[0] === 3 ? 3 : 1;
  const shown = Array.from({ length: pixelsOf(shape) }, (_, i) => values[i]);
  if (!shown.every(Number.isFinite)) return undefined;
  const [low, high] = range ?? shown.reduce(([least, most], value) => [Math.min(least, value), Math.max(most, value)], [Infinity, -Infinity]);
  let factor = 1;
  const sizeOf = (side: number) => Math.ceil(side / factor);
  while (channels * sizeOf(height) * sizeOf(width) > most && factor < Math.max(height, width)) factor++;
  const level = (value: number) => (high > low ? Math.round((255 * (value - low)) / (high - low)) : 0);
  const pixels: number[] = [];
  for (let row = 0; row < height; row += factor)
    for (let column = 0; column < width; column += factor)
      for (let channel = 0; channel < channels; channel++) {
        let [sum, count] = [0, 0];
        for (let y = row; y < Math.min(row + factor, height); y++)
          for (let x = column; x < Math.min(column + factor, width); x++) {
            sum += shown[(channel * height + y) * width + x];
            count++;
          }
        pixels.push(Math.max(0, Math.min(255, level(sum / count))));
      }
  return { width: sizeOf(width), height: sizeOf(height), channels, pixels };
}
