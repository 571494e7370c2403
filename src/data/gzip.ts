import { failIn, type DataFile } from './dataFile';
import { crc32, inflate, MAX_RATIO, MAX_UNPACKED } from './inflate';

const HEADER = 10;
const TRAILER = 8;
const FLAG = { headerChecksum: 2, extra: 4, name: 8, comment: 16 };

export const isGzip = ({ bytes }: DataFile): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/**
 * Unpacks a gzip file of one member (RFC 1952). Its last four bytes say how much comes of it; a file that lies about that is refused
 * before more than that is unpacked.
 * @throws ProblemError for a damaged file and for one that is too large.
 */
export function gunzip(file: DataFile): Uint8Array {
  const { bytes } = file;
  const broken: (what: string) => never = (what) => failIn(file, 'cut-short', `the packed file is damaged: ${what}. Copy or download it again.`);
  const start = endOfHeader(bytes);
  const packedSize = bytes.length - TRAILER - (start ?? bytes.length);
  if (start === undefined || packedSize < 0 || bytes[2] !== 8) broken('it is cut short');
  const trailer = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - TRAILER, TRAILER);
  const size = trailer.getUint32(4, true);
  if (size > packedSize * MAX_RATIO) broken('its sizes contradict each other');
  if (size > MAX_UNPACKED)
    failIn(file, 'file-too-large', `it claims ${Math.ceil(size / 2 ** 20)} MiB unpacked; at most ${MAX_UNPACKED / 2 ** 20} MiB can be read.`);
  const content = inflate(bytes.subarray(start, start + packedSize), size) ?? broken('it does not unpack to the size it claims');
  if (crc32(content) !== trailer.getUint32(0, true)) broken('its checksum is wrong');
  return content;
}

/** Where the packed data begins; undefined where the header does not end. */
function endOfHeader(bytes: Uint8Array): number | undefined {
  const flags = bytes[3];
  let at = HEADER;
  if (flags & FLAG.extra) at += 2 + bytes[at] + 256 * bytes[at + 1];
  for (const flag of [FLAG.name, FLAG.comment]) {
    if (!(flags & flag)) continue;
    const end = bytes.indexOf(0, at);
    if (end < 0) return undefined;
    at = end + 1;
  }
  if (flags & FLAG.headerChecksum) at += 2;
  return at <= bytes.length ? at : undefined;
}
