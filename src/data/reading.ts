import { fail, ProblemError, type SourceRange } from '../model/problem';
import type { DataSpec } from '../model/spec';
import type { DataFile } from './dataFile';
import type { DataFiles, Dataset, TargetKind } from './dataset';

/** Samples as read, before they are shaped, split and normalised. */
export type Raw = Pick<Dataset, 'train' | 'validation' | 'classes' | 'featureNames' | 'tokens'>;

/** What a reader is asked for. */
export interface Reading {
  spec: DataSpec;
  target: TargetKind;
  /** The path that `file` names. */
  path: string;
  /** The path that `validation` names, where it names one. */
  validation?: string;
  files: DataFiles;
}

/** Where the model file says `key`. */
export const rangeOf = (spec: DataSpec, key: string): SourceRange => spec.ranges[key] ?? spec.range;

/** The content of a file, with the place that names it. */
export async function open({ files }: Reading, path: string, range: SourceRange): Promise<DataFile> {
  return { path, bytes: await located(path, range, files.read(path)), range };
}

/** Who reads knows why it cannot, but not where the model file names what is read. */
export async function located<T>(path: string, range: SourceRange, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    const code = error instanceof ProblemError ? error.problem.code : 'unreadable-file';
    const message =
      error instanceof ProblemError ? error.problem.message : `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    fail(code, message, { range });
  }
}

/** The file that `file` names and the one that `validation` names, where it names one. */
export async function openBoth(reading: Reading): Promise<[train: DataFile, validation?: DataFile]> {
  const { spec, path, validation } = reading;
  const train = await open(reading, path, rangeOf(spec, 'file'));
  return validation === undefined ? [train] : [train, await open(reading, validation, rangeOf(spec, 'validation'))];
}

/** What the model gets of a pixel's byte: 0…255 as 0…1, as of torchvision's ToTensor. */
export const PIXELS = { shift: Float32Array.of(0), scale: Float32Array.of(255) };
