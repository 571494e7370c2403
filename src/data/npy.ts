import { float16 } from '../base/float16';
import { product } from '../graph/shape';
import { failIn, quoted, type DataFile } from './dataFile';

/** An array of a file; elements are converted as they are read, in C order. */
export interface NumberArray {
  shape: number[];
  count: number;
  /** The element at a C-order position. 64-bit integers beyond ±2⁵³ are rounded. */
  at(index: number): number;
  /** All elements as they lie in the file, where they are unsigned bytes in C order. */
  bytes?: Uint8Array;
}

/** One of a NumPy file. */
export interface NpyArray extends NumberArray {
  /** NumPy's type code, e.g. `<f4`. */
  dtype: string;
}

type Reader = (view: DataView, offset: number, little: boolean) => number;

/** How an element is read, by NumPy's type code without its byte order. */
export const READERS: Record<'f2' | 'f4' | 'f8' | 'i1' | 'i2' | 'i4' | 'i8' | 'u1' | 'u2' | 'u4' | 'u8' | 'b1', { size: number; read: Reader }> = {
  f2: { size: 2, read: (v, o, le) => float16(v.getUint16(o, le)) },
  f4: { size: 4, read: (v, o, le) => v.getFloat32(o, le) },
  f8: { size: 8, read: (v, o, le) => v.getFloat64(o, le) },
  i1: { size: 1, read: (v, o) => v.getInt8(o) },
  i2: { size: 2, read: (v, o, le) => v.getInt16(o, le) },
  i4: { size: 4, read: (v, o, le) => v.getInt32(o, le) },
  i8: { size: 8, read: (v, o, le) => Number(v.getBigInt64(o, le)) },
  u1: { size: 1, read: (v, o) => v.getUint8(o) },
  u2: { size: 2, read: (v, o, le) => v.getUint16(o, le) },
  u4: { size: 4, read: (v, o, le) => v.getUint32(o, le) },
  u8: { size: 8, read: (v, o, le) => Number(v.getBigUint64(o, le)) },
  b1: { size: 1, read: (v, o) => (v.getUint8(o) ? 1 : 0) },
};

const MAX_HEADER = 64 * 1024;

/**
 * Reads an array in NumPy's .npy format, versions 1 to 3 (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
 * @param name the array's name within the file, for messages.
 * @throws ProblemError for what is no such array, has an element type other than numbers and booleans, or is shorter than it claims.
 */
export function readNpy(file: DataFile, name: string, bytes: Uint8Array): NpyArray {
  const { header, start } = readHeader(file, name, bytes);
  const dtype = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  const dims = /'shape'\s*:\s*\(([\d, ]*)\)/.exec(header)?.[1];
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  if (dims === undefined || fortran === undefined) failIn(file, 'bad-npy', `the header of array ${quoted(name)} is damaged.`);
  const reader = dtype && Object.hasOwn(READERS, dtype.slice(1)) && READERS[dtype.slice(1) as keyof typeof READERS];
  if (!reader) {
    const what = dtype === undefined ? 'records' : `elements of type ${quoted(dtype)}`;
    failIn(file, 'unsupported-dtype', `array ${quoted(name)} has ${what}. Store it as numbers or booleans, e.g. with .astype('float32').`);
  }
  const shape = dims
    .split(',')
    .map((d) => d.trim())
    .filter(Boolean)
    .map(Number);
  const count = product(shape);
  const available = bytes.length - start;
  // Infinity and inexact products fail this too: no file is that long.
  if (!(count * reader.size <= available))
    failIn(
      file,
      'cut-short',
      `array ${quoted(name)} is cut short: ${shape.join('×')} elements of ${reader.size} bytes do not fit in the ${available} bytes that are there.`,
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, available);
  const little = !dtype.startsWith('>');
  const isFortran = fortran === 'True' && shape.length > 1;
  const position = isFortran ? fortranPosition(shape) : (index: number) => index;
  return {
    shape,
    dtype,
    count,
    at: (index) => reader.read(view, position(index) * reader.size, little),
    ...(reader === READERS.u1 && !isFortran && { bytes: bytes.subarray(start, start + count) }),
  };
}

function readHeader(file: DataFile, name: string, bytes: Uint8Array): { header: string; start: number } {
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
  if (bytes.length < 12 || !magic.every((byte, i) => bytes[i] === byte)) failIn(file, 'bad-npy', `array ${quoted(name)} is not in NumPy's format.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const version = bytes[6];
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const start = (version === 1 ? 10 : 12) + length;
  if (version < 1 || version > 3 || length > MAX_HEADER || start > bytes.length)
    failIn(file, 'bad-npy', `the header of array ${quoted(name)} is damaged.`);
  return { header: new TextDecoder().decode(bytes.subarray(start - length, start)), start };
}

/** Where the element at a C-order position stands in an array whose first index runs fastest. */
function fortranPosition(shape: readonly number[]): (index: number) => number {
  const strides = shape.map((_, axis) => product(shape.slice(0, axis)));
  return (index) => {
    let rest = index;
    let position = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position += (rest % shape[axis]) * strides[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    return position;
  };
}
