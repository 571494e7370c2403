import { concatenate } from '../base/bytes';
import { convertIndexedToRgb, decode, type DecodedPng } from 'fast-png';
import { failIn, type DataFile } from './dataFile';
import { inflate, MAX_RATIO } from './inflate';
import type { ImageSize, Pixels } from './pixels';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** What the pixels are made of; the others (profiles, texts) may be packed, and would be unpacked whatever comes of it. */
const WANTED = ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'];
const COLOUR = { grey: 0, rgb: 2, indexed: 3, greyAlpha: 4, rgbAlpha: 6 };
const SAMPLES: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

interface Head extends ImageSize {
  depth: number;
  colour: number;
  isInterlaced: boolean;
}

export const isPng = ({ bytes }: DataFile): boolean => SIGNATURE.every((byte, i) => bytes[i] === byte);

/** What the head of a PNG file says. @throws ProblemError for what is none. */
export const pngSize = (file: DataFile): ImageSize => headOf(file);

function headOf(file: DataFile): Head {
  const { bytes } = file;
  if (!isPng(file) || bytes.length < 33 || nameAt(bytes, 12) !== 'IHDR') broken(file, 'it does not begin as a PNG file does');
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const colour = bytes[25];
  if (!Object.hasOwn(SAMPLES, colour)) broken(file, `its colour type is ${colour}`);
  const channels = colour === COLOUR.grey || colour === COLOUR.greyAlpha ? 1 : 3;
  return { width: view.getUint32(16), height: view.getUint32(20), channels, depth: bytes[24], colour, isInterlaced: bytes[28] === 1 };
}

/** The pixels of a PNG file in 8 bits, without transparency. @throws ProblemError for a damaged file. */
export function readPng(file: DataFile): Pixels {
  const head = headOf(file);
  const chunks = chunksOf(file);
  checkContent(file, head, chunks);
  let image: DecodedPng;
  try {
    image = decode(concatenate([Uint8Array.from(SIGNATURE), ...chunks]), { checkCrc: true });
    if (head.colour === COLOUR.indexed) image = withColours(image);
  } catch (error) {
    broken(file, error instanceof Error ? error.message : String(error));
  }
  return { width: head.width, height: head.height, channels: head.channels, data: samplesOf(image, head) };
}

function broken(file: DataFile, why: string): never {
  failIn(file, 'damaged-image', `the image is damaged (${why}). Save or copy the file again.`);
}

const nameAt = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));

/** Those that are wanted, each as a whole. */
function chunksOf(file: DataFile): Uint8Array[] {
  const { bytes } = file;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const chunks: Uint8Array[] = [];
  for (let at = SIGNATURE.length; ;) {
    if (at + 12 > bytes.length) broken(file, 'it is cut short');
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) broken(file, 'it is cut short');
    const name = nameAt(bytes, at + 4);
    if (WANTED.includes(name)) chunks.push(bytes.subarray(at, end));
    if (name === 'IEND') return chunks;
    at = end;
  }
}

/** The decoder unpacks all that there is and takes too little for black: both are found out here. */
function checkContent(file: DataFile, head: Head, chunks: readonly Uint8Array[]): void {
  if (head.isInterlaced && head.depth < 8)
    failIn(file, 'unsupported-image', 'interlaced images of fewer than 8 bits cannot be read. Save it without interlacing.');
  const packed = concatenate(chunks.filter((chunk) => nameAt(chunk, 4) === 'IDAT').map((chunk) => chunk.subarray(8, -4)));
  const size = contentSize(head);
  if (size > packed.length * MAX_RATIO || !inflate(packed.subarray(2, -4), size)) broken(file, 'it does not unpack to the size it claims');
}

/** Where the pixels of each of Adam7's passes begin, and how far they are apart. */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

/** Bytes of all rows, each with one that names its filter. */
function contentSize({ width, height, depth, colour, isInterlaced }: Head): number {
  const passes = isInterlaced ? PASSES : [[0, 0, 1, 1]];
  return passes.reduce((sum, [left, top, across, down]) => {
    const [columns, rows] = [Math.ceil((width - left) / across), Math.ceil((height - top) / down)];
    return columns > 0 && rows > 0 ? sum + rows * (1 + Math.ceil((columns * SAMPLES[colour] * depth) / 8)) : sum;
  }, 0);
}

function withColours(image: DecodedPng): DecodedPng {
  return { ...image, data: convertIndexedToRgb(image), depth: 8, channels: image.palette![0].length as DecodedPng['channels'] };
}

/** The first of two samples is grey, the first three of four are colour; the last is how opaque a pixel is. */
function samplesOf({ data, depth, channels: there }: DecodedPng, { width, height, channels }: Head): Uint8Array {
  const samples = new Uint8Array(width * height * channels);
  const rowBytes = Math.ceil((width * depth) / 8);
  for (let i = 0; i < samples.length; i++) {
    const place = Math.floor(i / channels) * there + (i % channels);
    if (depth === 8) samples[i] = data[place];
    else if (depth === 16) samples[i] = data[place] >> 8;
    else {
      // Grey of fewer bits: several pixels in a byte, the first in the highest bits.
      const [row, bit] = [Math.floor(i / width), (i % width) * depth];
      const level = (data[row * rowBytes + (bit >> 3)] >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
      samples[i] = (255 * level) / ((1 << depth) - 1);
    }
  }
  return samples;
}
