import { type NamedArray, splitOfArrays } from './arrays';
import { failIn, listed, quoted, type DataFile } from './dataFile';
import type { Split, TargetKind } from './dataset';
import { readNpy } from './npy';
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
  const array = (name: string): NamedArray => {
    const unpack = entries.get(`${name}.npy`) ?? failMissing(file, name, names);
    return { file, name, array: readNpy(file, name, unpack()) };
  };
  const split = (x: string, y: string): Split => splitOfArrays(array(x), array(y), target);
  const train = split('x', 'y');
  const hasValidation = names.includes('x_val') || names.includes('y_val');
  return { train, validation: hasValidation ? split('x_val', 'y_val') : undefined };
}

function failMissing(file: DataFile, name: string, names: readonly string[]): never {
  const there = names.length ? `it holds ${listed(names)}` : 'it holds no arrays';
  failIn(file, 'missing-array', `the archive has no array ${quoted(name)}; ${there}. Save it with numpy.savez('data.npz', x=…, y=…).`);
}
