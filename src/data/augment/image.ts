/** An image that is worked on in place: channels × height × width, 0 dark and 1 bright. */
export interface Image {
  channels: number;
  height: number;
  width: number;
  pixels: Float32Array;
  /** As long as `pixels`, for who reads one and writes the other. */
  scratch: Float32Array;
}

/** Where there is no image. */
export const OUTSIDE = -1;

/** Rewrites the image: `sourceOf` gives for a point the index in its channel of what comes there, or OUTSIDE for `fill`. */
export function rearrange(
  { channels, height, width, pixels, scratch }: Image,
  fill: number,
  sourceOf: (row: number, column: number) => number,
): void {
  const size = height * width;
  scratch.set(pixels);
  for (let row = 0, at = 0; row < height; row++)
    for (let column = 0; column < width; column++, at++) {
      const source = sourceOf(row, column);
      for (let channel = 0; channel < channels; channel++) pixels[channel * size + at] = source === OUTSIDE ? fill : scratch[channel * size + source];
    }
}

export const clamp = (value: number): number => (value < 0 ? 0 : value > 1 ? 1 : value);

/** Every number: `share` of itself and the rest of `other`, cut to [0, 1]. */
export function blend({ pixels }: Image, share: number, other: (at: number) => number): void {
  for (let at = 0; at < pixels.length; at++) pixels[at] = clamp(share * pixels[at] + (1 - share) * other(at));
}

/** Luminance by ITU-R 601-2, as torchvision and PIL have it; of one channel the channel itself. */
export function greyAt({ channels, height, width, pixels }: Image, at: number): number {
  if (channels !== 3) return pixels[at];
  const size = height * width;
  return 0.2989 * pixels[at] + 0.587 * pixels[size + at] + 0.114 * pixels[2 * size + at];
}
