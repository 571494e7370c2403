import { decode } from 'jpeg-js';
import { failIn, type DataFile } from './dataFile';
import type { ImageSize, Pixels } from './pixels';

const MEGABYTES = 512;

const isJpeg = ({ bytes }: DataFile): boolean => bytes[0] === 0xff && bytes[1] === 0xd8;

/** What the frame header of a JPEG file says. @throws ProblemError for what has none. */
export function jpegSize(file: DataFile): ImageSize {
  const { bytes } = file;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (isJpeg(file))
    for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff; at += 2 + view.getUint16(at + 2)) {
      const marker = bytes[at + 1];
      // Frames of all kinds; between them lie the markers of tables (C4, C8, CC).
      if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
        return { height: view.getUint16(at + 5), width: view.getUint16(at + 7), channels: bytes[at + 9] === 1 ? 1 : 3 };
    }
  broken(file, 'it has no frame header');
}

/** The pixels of a JPEG file. @throws ProblemError for a damaged file. */
export function readJpeg(file: DataFile): Pixels {
  const size = jpegSize(file);
  try {
    const { width, height, data } = decode(file.bytes, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      maxMemoryUsageInMB: MEGABYTES,
    });
    if (width !== size.width || height !== size.height) broken(file, 'it has two frame headers');
    return { ...size, data: size.channels === 3 ? data : data.filter((_, i) => i % 3 === 0) };
  } catch (error) {
    broken(file, error instanceof Error ? error.message : String(error));
  }
}

function broken(file: DataFile, why: string): never {
  failIn(file, 'damaged-image', `the image is damaged (${why}). Save or copy the file again.`);
}
