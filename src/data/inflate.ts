import { Inflate } from 'fflate';

/** More than this is refused before it is allocated. */
export const MAX_UNPACKED = 1024 * 1024 * 1024;

/** Deflate cannot shrink by more: a larger claim is a lie, found out before memory is set aside for it. */
export const MAX_RATIO = 1032;

/** Packed bytes unpacked at a time: at most 16 MiB come of it. */
const CHUNK = 16 * 1024;

/** Undefined where the stream is malformed or yields more or fewer than `size` bytes; never works on past that. */
export function inflate(packed: Uint8Array, size: number): Uint8Array | undefined {
  const content = new Uint8Array(size);
  let filled = 0;
  const stream = new Inflate((chunk) => {
    if (filled + chunk.length <= size) content.set(chunk, filled);
    filled += chunk.length;
  });
  try {
    for (let at = 0; at < packed.length && filled <= size; at += CHUNK) stream.push(packed.subarray(at, at + CHUNK), at + CHUNK >= packed.length);
  } catch {
    return undefined;
  }
  return filled === size ? content : undefined;
}

const CRC_TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** The checksum of zip, gzip and PNG. */
export function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) crc = CRC_TABLE[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8);
  return ~crc >>> 0;
}
