/** An image as it is decoded: rows from the top, channels interleaved. */
export interface Pixels {
  width: number;
  height: number;
  channels: 1 | 3;
  data: Uint8Array;
}

/** What the head of an image file says of it. */
export type ImageSize = Pick<Pixels, 'width' | 'height' | 'channels'>;

/** Copies an image as channels × height × width. Colour becomes grey as ITU-R 601 weighs it (as in PIL), grey becomes three equal channels. */
export function writePlanes({ width, height, channels, data }: Pixels, to: Uint8Array, wanted: 1 | 3): void {
  const size = width * height;
  for (let i = 0; i < size; i++) {
    if (wanted === channels) for (let c = 0; c < wanted; c++) to[c * size + i] = data[i * channels + c];
    else if (wanted === 3) to[i] = to[size + i] = to[2 * size + i] = data[i];
    else to[i] = (data[3 * i] * 19595 + data[3 * i + 1] * 38470 + data[3 * i + 2] * 7471 + 32768) >> 16;
  }
}

/** The same image in another size: each pixel is the mean of the area that it covers (PIL's BOX filter). */
export function resized(image: Pixels, width: number, height: number): Pixels {
  if (image.width === width && image.height === height) return image;
  const { channels } = image;
  const across = sharesOf(image.width, width);
  const down = sharesOf(image.height, height);
  const rows = new Float64Array(image.height * width * channels);
  for (let y = 0; y < image.height; y++)
    across.forEach((shares, x) => {
      for (const [from, share] of shares)
        for (let c = 0; c < channels; c++) rows[(y * width + x) * channels + c] += share * image.data[(y * image.width + from) * channels + c];
    });
  const data = new Uint8Array(width * height * channels);
  const row = width * channels;
  const sums = new Float64Array(row);
  down.forEach((shares, y) => {
    sums.fill(0);
    for (const [from, share] of shares) for (let i = 0; i < row; i++) sums[i] += share * rows[from * row + i];
    for (let i = 0; i < row; i++) data[y * row + i] = Math.round(sums[i]);
  });
  return { width, height, channels, data };
}

/** For each of `to` places the places of `from` that lie in it, with the share that each has of it. */
function sharesOf(from: number, to: number): [place: number, share: number][][] {
  const scale = from / to;
  return Array.from({ length: to }, (_, at) => {
    const [start, end] = [at * scale, Math.min(from, (at + 1) * scale)];
    const shares: [number, number][] = [];
    for (let place = Math.floor(start); place < end; place++) {
      const covered = Math.min(end, place + 1) - Math.max(start, place);
      if (covered > 1e-9) shares.push([place, covered / (end - start)]);
    }
    return shares;
  });
}
