import { product } from '../graph/shape';
import { failIn, listed, quoted, type DataFile } from './dataFile';
import type { Split, TargetKind } from './dataset';
import { MAX_CLASSES } from './labels';
import { readNpy, type NpyArray } from './npy';
import { readZip } from './zip';

/** What an .npz file holds: `x`, `y` and, where it has them, `x_val`, `y_val`. */
export interface NpzData {
  train: Split;
  validation?: Split;
}

/**
 * Reads samples from NumPy's archive format. Class targets keep their numbers, as PyTorch takes them: 0 is the first output.
 * @throws ProblemError for missing arrays, lengths that differ, numbers that are not finite, labels that are no class indices.
 */
export function readNpz(file: DataFile, target: TargetKind): NpzData {
  const entries = readZip(file);
  const names = [...entries.keys()].filter((name) => name.endsWith('.npy')).map((name) => name.slice(0, -4));
  const array = (name: string): NpyArray | undefined => {
    const unpack = entries.get(`${name}.npy`);
    return unpack && readNpy(file, name, unpack());
  };
  const split = (xName: string, yName: string): Split => {
    const x = array(xName) ?? failMissing(file, xName, names);
    const y = array(yName) ?? failMissing(file, yName, names);
    for (const [name, { shape, count }] of [
      [xName, x],
      [yName, y],
    ] as const) {
      if (!shape.length) failIn(file, 'bad-shape', `${quoted(name)} is a single number; its first dimension has to count the samples.`);
      if (!count) failIn(file, 'empty-file', `${quoted(name)} is empty (${shape.join('×')}).`);
    }
    if (x.shape[0] !== y.shape[0])
      failIn(
        file,
        'length-mismatch',
        `${quoted(xName)} has ${x.shape[0]} samples (${x.shape.join('×')}), but ${quoted(yName)} has ${y.shape[0]} (${y.shape.join('×')}).`,
      );
    // A list of numbers is one feature for each sample; layers count features in the last dimension.
    const xShape = x.shape.length === 1 ? [1] : x.shape.slice(1);
    return {
      count: x.shape[0],
      x: { sampleShape: xShape, data: numbers(file, xName, x) },
      y: { sampleShape: y.shape.slice(1), data: target === 'class' ? labels(file, yName, y) : numbers(file, yName, y) },
    };
  };
  const train = split('x', 'y');
  const hasValidation = names.includes('x_val') || names.includes('y_val');
  return { train, validation: hasValidation ? split('x_val', 'y_val') : undefined };
}

function failMissing(file: DataFile, name: string, names: readonly string[]): never {
  const there = names.length ? `it holds ${listed(names)}` : 'it holds no arrays';
  failIn(file, 'missing-array', `the archive has no array ${quoted(name)}; ${there}. Save it with numpy.savez('data.npz', x=…, y=…).`);
}

/** `x[12, 3]`: an element as NumPy writes it. */
function elementName(name: string, shape: readonly number[], position: number): string {
  const index = shape.map((size, axis) => Math.floor(position / product(shape.slice(axis + 1))) % size);
  return quoted(`${name}[${index.join(', ')}]`);
}

function numbers(file: DataFile, name: string, array: NpyArray): Float32Array {
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

function labels(file: DataFile, name: string, array: NpyArray): Int32Array {
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
