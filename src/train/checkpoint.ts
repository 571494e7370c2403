import * as z from 'zod';
import { float16 } from '../base/float16';
import { product } from '../graph/shape';
import { fail, type SourceRange } from '../model/problem';
import type { Tensors } from './protocol';

const ENTRY = z.object({
  dtype: z.string(),
  shape: z.array(z.number().int().min(0)).max(32),
  data_offsets: z.tuple([z.number().int().min(0), z.number().int().min(0)]),
});

const METADATA = z.record(z.string(), z.string());

type Reader = (view: DataView, offset: number) => number;

const READERS: Record<string, { size: number; read: Reader }> = {
  F32: { size: 4, read: (view, offset) => view.getFloat32(offset, true) },
  F64: { size: 8, read: (view, offset) => view.getFloat64(offset, true) },
  F16: { size: 2, read: (view, offset) => float16(view.getUint16(offset, true)) },
};

/** Typed arrays have the byte order of the machine; a .safetensors file is little-endian. */
const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * Tensors as a .safetensors file, 32-bit floats, in the order given (https://github.com/huggingface/safetensors#format).
 * @param metadata what the header says beside.
 */
export function encodeTensors(tensors: Tensors, metadata: Record<string, string> = {}): Uint8Array {
  let size = 0;
  const entries = Object.entries(tensors).map(([name, { shape, data }]) => {
    const start = size;
    size += data.length * 4;
    return [name, { dtype: 'F32', shape, data_offsets: [start, size] }] as const;
  });
  // PyTorch's own loaders look for this mark.
  const header = JSON.stringify(Object.fromEntries([['__metadata__', { format: 'pt', ...metadata }], ...entries]));
  const text = new TextEncoder().encode(header);
  const start = 8 + Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(start + size).fill(0x20, 8, start);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(start - 8), true);
  bytes.set(text, 8);
  let at = start;
  for (const { data } of Object.values(tensors)) {
    if (IS_LITTLE_ENDIAN) bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    else data.forEach((value, i) => view.setFloat32(at + 4 * i, value, true));
    at += data.byteLength;
  }
  return bytes;
}

/** What the header of a .safetensors file says beside its tensors. Throws a ProblemError like `decodeTensors`. */
export function decodeMetadata(bytes: Uint8Array, path: string): Record<string, string> {
  const { header } = readHeader(bytes, (code, message) => fail(code, `${path}: ${message}`));
  const metadata = METADATA.safeParse(header.__metadata__ ?? {});
  return metadata.success ? metadata.data : fail('bad-safetensors', `${path}: the metadata is not a list of texts by name.`);
}

/**
 * Reads a .safetensors file of 16-, 32- or 64-bit floats. PyTorch's `num_batches_tracked` counters are left out.
 * @param path names the file in messages; `range` is where the model file names it.
 * @throws ProblemError for a file that is damaged, cut short or holds other kinds of numbers; the message names the tensor.
 */
export function decodeTensors(bytes: Uint8Array, path: string, range?: SourceRange): Tensors {
  const broken = (code: string, message: string): never => fail(code, `${path}: ${message}`, { range });
  const { header, start } = readHeader(bytes, broken);
  const size = bytes.length - start;
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, size);

  const entries = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, described]) => ({ name, ...parseEntry(name, described, broken) }))
    .sort((a, b) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1]);
  let end = 0;
  for (const { name, data_offsets } of entries) {
    if (data_offsets[1] > size)
      broken('cut-short', `tensor \`${name}\` ends at byte ${data_offsets[1]} of the data, but there are only ${size}: the file is cut short.`);
    if (data_offsets[0] < end) broken('bad-safetensors', `tensor \`${name}\` overlaps the tensor before it.`);
    if (data_offsets[0] > end) broken('bad-safetensors', `before tensor \`${name}\` there are bytes that belong to no tensor.`);
    end = data_offsets[1];
  }
  if (end < size) broken('bad-safetensors', `behind the last tensor there are ${size - end} bytes that belong to none.`);

  const read = entries
    .filter(({ name }) => !/(^|\.)num_batches_tracked$/.test(name))
    .map(({ name, dtype, shape, data_offsets }) => {
      const reader = Object.hasOwn(READERS, dtype)
        ? READERS[dtype]
        : broken('unsupported-dtype', `tensor \`${name}\` is stored as ${dtype}; only F16, F32 and F64 can be read. Save it as F32.`);
      const count = product(shape);
      if (count * reader.size !== data_offsets[1] - data_offsets[0])
        broken(
          'bad-safetensors',
          `tensor \`${name}\` of shape [${shape.join(', ')}] needs ${count * reader.size} bytes as ${dtype}, but has ${data_offsets[1] - data_offsets[0]}.`,
        );
      if (dtype === 'F32' && IS_LITTLE_ENDIAN) {
        const [from, to] = data_offsets.map((offset) => start + offset);
        return [name, { shape, data: new Float32Array(Uint8Array.prototype.slice.call(bytes, from, to).buffer) }] as const;
      }
      return [name, { shape, data: Float32Array.from({ length: count }, (_, i) => reader.read(view, data_offsets[0] + i * reader.size)) }] as const;
    });
  return Object.fromEntries(read);
}

function readHeader(bytes: Uint8Array, broken: (code: string, message: string) => never): { header: Record<string, unknown>; start: number } {
  if (bytes.length < 10) broken('cut-short', 'the file is too short to be a .safetensors file.');
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  if (length > bytes.length - 8)
    broken(
      'bad-safetensors',
      `the header claims ${length} bytes, but only ${bytes.length - 8} follow: the file is cut short or not in the safetensors format.`,
    );
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length)));
  } catch {
    broken('bad-safetensors', 'the header is not JSON: the file is damaged or not in the safetensors format.');
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) broken('bad-safetensors', 'the header is not a list of tensors by name.');
  return { header: json as Record<string, unknown>, start: 8 + length };
}

function parseEntry(name: string, described: unknown, broken: (code: string, message: string) => never): z.infer<typeof ENTRY> {
  const entry = ENTRY.safeParse(described);
  if (!entry.success) broken('bad-safetensors', `tensor \`${name}\` is described wrongly: it needs dtype, shape and data_offsets.`);
  if (entry.data.data_offsets[0] > entry.data.data_offsets[1]) broken('bad-safetensors', `tensor \`${name}\` ends before it begins.`);
  return entry.data;
}
