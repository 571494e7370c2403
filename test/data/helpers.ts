import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { zipSync, type ZipOptions } from 'fflate';
import { ProblemError, type Problem } from '../../src/model/problem';
import type { DataFile } from '../../src/data/dataFile';
import type { DataFiles } from '../../src/data/dataset';
import { filesOf } from '../../src/train/planFiles';
import type { DataSpec } from '../../src/model/spec';

/** The place that every test file is named at. */
export const range = { start: 10, end: 20 };

export const textFile = (text: string, path = './d.csv'): DataFile => ({ path, bytes: new TextEncoder().encode(text), range });

/** The problem that a call throws; anything else that it does fails the test. */
export function problemOf(run: () => unknown): Problem {
  try {
    run();
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** True where the call returns, false where it throws a ProblemError; other errors pass through. */
export function succeeds(run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch (error) {
    if (error instanceof ProblemError) return false;
    throw error;
  }
}

export async function problemOfAsync(promise: Promise<unknown>): Promise<Problem> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof ProblemError) return outcome.problem;
  throw new Error(`not a ProblemError: ${String(outcome)}`);
}

export const dataSpec = (given: Partial<DataSpec>): DataSpec => ({
  normalize: 'none',
  normalize_target: 'none',
  augment: [],
  samples: 100,
  noise: 0,
  seed: 0,
  range: { start: 0, end: 100 },
  ranges: {},
  ...given,
});

/** Files kept in memory, by path. */
export const memory = (files: Record<string, string | Uint8Array>): DataFiles =>
  filesOf({
    files: Object.fromEntries(
      Object.entries(files).map(([path, content]) => [path, typeof content === 'string' ? new TextEncoder().encode(content) : content]),
    ),
  });

export const fixture = async (name: string): Promise<DataFile> => ({
  path: `./${name}`,
  bytes: new Uint8Array(await readFile(resolve(import.meta.dirname, '../fixtures', name))),
  range,
});

/** A .npy file by the letter of NumPy's format description, independent of our reader. */
export function npyBytes(dtype: string, shape: readonly number[], payload: Uint8Array, fortran = false): Uint8Array {
  const dims = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const dict = `{'descr': '${dtype}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${dims}), }`;
  const header = `${dict.padEnd(Math.ceil((dict.length + 11) / 64) * 64 - 11)}\n`;
  const bytes = new Uint8Array(10 + header.length + payload.length);
  bytes.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, header.length & 0xff, header.length >> 8]);
  bytes.set(new TextEncoder().encode(header), 10);
  bytes.set(payload, 10 + header.length);
  return bytes;
}

export const float32Npy = (shape: readonly number[], values: readonly number[]): Uint8Array =>
  npyBytes('<f4', shape, new Uint8Array(Float32Array.from(values).buffer));

export const float64Npy = (shape: readonly number[], values: readonly number[]): Uint8Array =>
  npyBytes('<f8', shape, new Uint8Array(Float64Array.from(values).buffer));

/** An .npz archive of .npy contents. */
export const npzFile = (arrays: Record<string, Uint8Array>, options: ZipOptions = {}): DataFile => ({
  path: './d.npz',
  bytes: zipSync(Object.fromEntries(Object.entries(arrays).map(([name, bytes]) => [`${name}.npy`, bytes])), options),
  range,
});
