import { product } from '../graph/shape';
import { failIn, quoted, type DataFile } from './dataFile';
import type { Split, TargetKind } from './dataset';
import { MAX_CLASSES } from './labels';
import type { NumberArray } from './npy';

/** An array with the file it is from and what messages call it. */
export interface NamedArray {
  file: DataFile;
  name: string;
  array: NumberArray;
}

/**
 * Samples of two arrays whose first dimension counts them. Class targets keep their numbers, as PyTorch takes them: 0 is the first output.
 * @throws ProblemError for lengths that differ, numbers that are not finite, labels that are no class indices.
 */
export function splitOfArrays(x: NamedArray, y: NamedArray, target: TargetKind): Split {
  for (const { file, name, array } of [x, y]) {
    if (!array.shape.length) failIn(file, 'bad-shape', `${quoted(name)} is a single number; its first dimension has to count the samples.`);
    if (!array.count) failIn(file, 'empty-file', `${quoted(name)} is empty (${array.shape.join('×')}).`);
  }
  const [ours, theirs] = [x.array.shape, y.array.shape];
  if (ours[0] !== theirs[0])
    failIn(
      y.file,
      'length-mismatch',
      `${quoted(x.name)} has ${ours[0]} samples (${ours.join('×')}), but ${quoted(y.name)} has ${theirs[0]} (${theirs.join('×')}).`,
    );
  return {
    count: ours[0],
    // A list of numbers is one feature for each sample; layers count features in the last dimension.
    x: { sampleShape: ours.length === 1 ? [1] : ours.slice(1), data: x.array.bytes ?? numbers(x) },
    y: { sampleShape: theirs.slice(1), data: target === 'class' ? labels(y) : numbers(y) },
  };
}

/** The classes that labels of a split are of: 0 to the highest. */
export function classesOf(...splits: Split[]): string[] {
  let highest = 0;
  for (const { y } of splits) for (const label of y.data) highest = Math.max(highest, label);
  return Array.from({ length: highest + 1 }, (_, label) => String(label));
}

/** `x[12, 3]`: an element as NumPy writes it. */
function elementName(name: string, shape: readonly number[], position: number): string {
  const index = shape.map((size, axis) => Math.floor(position / product(shape.slice(axis + 1))) % size);
  return quoted(`${name}[${index.join(', ')}]`);
}

function numbers({ file, name, array }: NamedArray): Float32Array {
  const data = new Float32Array(array.count);
  for (let i = 0; i < data.length; i++) {
    data[i] = array.at(i);
    if (!Number.isFinite(data[i])) {
      const why = Number.isFinite(array.at(i)) ? 'is too large for a 32-bit float' : 'cannot be trained on';
      failIn(file, 'not-finite', `${elementName(name, array.shape, i)} is ${array.at(i)}, which ${why}.`);
    }
  }
  return data;
}

function labels({ file, name, array }: NamedArray): Int32Array {
  const data = new Int32Array(array.count);
  for (let i = 0; i < data.length; i++) {
    const label = array.at(i);
    if (Number.isInteger(label) && label >= 0 && label < MAX_CLASSES) data[i] = label;
    else failLabel(file, elementName(name, array.shape, i), label);
  }
  return data;
}

function failLabel(file: DataFile, element: string, label: number): never {
  if (!Number.isInteger(label))
    failIn(file, 'non-integer-label', `${element} is ${label}, and class labels have to be whole numbers. To predict a number, use MSELoss.`);
  if (label < 0) failIn(file, 'negative-label', `${element} is ${label}; class labels count from 0.`);
  failIn(
    file,
    'too-many-classes',
    `${element} is ${label}; class labels above ${MAX_CLASSES - 1} are not supported. Is it a number to predict? Then use MSELoss.`,
  );
}
