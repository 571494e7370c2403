import { product } from '../graph/shape';
import { failIn, type DataFile } from './dataFile';
import { gunzip, isGzip } from './gzip';
import { type NumberArray, READERS } from './npy';

/** Element types by the third byte of the file. */
const TYPES: Record<number, keyof typeof READERS> = { 0x08: 'u1', 0x09: 'i1', 0x0b: 'i2', 0x0c: 'i4', 0x0d: 'f4', 0x0e: 'f8' };

/**
 * Reads an array in the format of MNIST's files (http://yann.lecun.com/exdb/mnist/), packed with gzip or not: two zeros, the element type, the number of
 * dimensions, each dimension as a 32-bit number, the elements, all with the highest byte first.
 * @throws ProblemError for what is no such array, or is shorter or longer than it claims.
 */
export function readIdx(file: DataFile): NumberArray {
  const bytes = isGzip(file) ? gunzip(file) : file.bytes;
  const dtype = TYPES[bytes[2]];
  const rank = bytes[3];
  const start = 4 + 4 * rank;
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0 || !dtype || rank === 0)
    failIn(file, 'bad-idx', 'this is no file in the IDX format: it does not begin with 0, 0, an element type and the number of dimensions.');
  if (bytes.length < start) failIn(file, 'cut-short', 'the file is cut short in its header. Copy or download it again.');
  const header = new DataView(bytes.buffer, bytes.byteOffset);
  const shape = Array.from({ length: rank }, (_, axis) => header.getUint32(4 + 4 * axis));
  const { size, read } = READERS[dtype];
  const count = product(shape);
  const there = bytes.length - start;
  if (count * size !== there)
    failIn(
      file,
      'cut-short',
      `its header says ${shape.join('×')} elements of ${size === 1 ? 'a byte' : `${size} bytes`}, which is not the ${there} bytes that follow. Copy or download it again.`,
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, there);
  return { shape, count, at: (index) => read(view, index * size, false), ...(dtype === 'u1' && { bytes: bytes.subarray(start) }) };
}
