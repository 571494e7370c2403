import { failIn, quoted, type DataFile } from './dataFile';
import { crc32, inflate, MAX_RATIO, MAX_UNPACKED } from './inflate';

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;

/**
 * The entries of a zip archive by name; each is unpacked when its function is called.
 * The directory is read here and not by fflate, because fflate unpacks all that a stream yields whatever the directory claims, and
 * does not compare checksums: a bomb would hang, a damaged file would train.
 * @throws ProblemError for what is no archive or is cut short; on unpacking, for damaged or too large entries.
 */
export function readZip(file: DataFile): Map<string, () => Uint8Array> {
  const { bytes } = file;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = findEnd(view);
  if (end === undefined) failIn(file, 'cut-short', 'the file is cut short or is not an .npz archive: it has no end. Save or copy it again.');
  const entries = new Map<string, () => Uint8Array>();
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    if (at + 46 > end || view.getUint32(at, true) !== ENTRY)
      failIn(file, 'cut-short', 'the archive is damaged: its directory is incomplete. Save or copy it again.');
    const nameLength = view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    const header = at;
    entries.set(name, () => unpack(file, name, view, header));
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

/** The end record stands last, before a comment of at most 64 KiB. */
function findEnd(view: DataView): number | undefined {
  const lowest = Math.max(0, view.byteLength - 22 - 0xffff);
  for (let at = view.byteLength - 22; at >= lowest; at--) if (view.getUint32(at, true) === END) return at;
  return undefined;
}

function unpack(file: DataFile, name: string, view: DataView, header: number): Uint8Array {
  const encrypted = view.getUint16(header + 8, true) & 1;
  const method = view.getUint16(header + 10, true);
  const checksum = view.getUint32(header + 16, true);
  const packedSize = view.getUint32(header + 20, true);
  const size = view.getUint32(header + 24, true);
  const local = view.getUint32(header + 42, true);
  const broken: (what: string) => never = (what) =>
    failIn(file, 'cut-short', `${quoted(name)} in the archive is damaged: ${what}. Save or copy the file again.`);
  if (encrypted || (method !== 0 && method !== 8))
    failIn(
      file,
      'unsupported-zip',
      `${quoted(name)} is ${encrypted ? 'encrypted' : 'packed in an unusual way'}. Save it with numpy.savez_compressed.`,
    );
  if (size > MAX_UNPACKED)
    failIn(
      file,
      'file-too-large',
      `${quoted(name)} claims ${Math.ceil(size / 2 ** 20)} MiB unpacked; at most ${MAX_UNPACKED / 2 ** 20} MiB can be read.`,
    );
  if (local + 30 > view.byteLength || view.getUint32(local, true) !== LOCAL) broken('its content is not where the directory says');
  const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  if (start + packedSize > view.byteLength) broken('it is cut short');
  if (method === 0 ? size !== packedSize : size > packedSize * MAX_RATIO) broken('its sizes contradict each other');
  const packed = file.bytes.subarray(start, start + packedSize);
  const content = method === 0 ? packed : (inflate(packed, size) ?? broken('it does not unpack to the size it claims'));
  if (crc32(content) !== checksum) broken('its checksum is wrong');
  return content;
}
