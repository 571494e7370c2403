import { fail } from '../model/problem';
import type { DataSpec } from '../model/spec';
import { asPixels, readArchive, readPair } from './arrayFiles';
import { readTable } from './csv';
import { listed } from './dataFile';
import { dataKind, type DataKind } from './dataKind';
import type { DataFiles, TargetKind } from './dataset';
import { readIdx } from './idx';
import { readImages } from './imageFolder';
import { readJsonLines } from './jsonLines';
import { readNpy } from './npy';
import { difficultyOf, withoutDifficulty } from './difficulty';
import { openBoth, type Raw, rangeOf, type Reading } from './reading';
import { tabularData, tabularDataLike } from './tabular';
import { readText } from './text';

/**
 * Reads the samples that `data.file` and `data.validation` name.
 * @throws ProblemError for what cannot be read, and for keys that say nothing about a file of this kind.
 */
export async function readData(spec: DataSpec, target: TargetKind, files: DataFiles): Promise<Raw> {
  const path = spec.file!;
  const kind = dataKind(path, rangeOf(spec, 'file'));
  const validation = typeof spec.validation === 'string' ? spec.validation : undefined;
  if (validation !== undefined && dataKind(validation, rangeOf(spec, 'validation')) !== kind)
    fail('validation-file', `The validation file ${validation} has to be of the same kind as ${path}.`, { range: rangeOf(spec, 'validation') });
  if (spec.target !== undefined && !TAKES_TARGET[kind])
    fail('target-of-arrays', `\`target\` names a column of a table; ${TARGETS[kind].replace('%', path)} Remove the key.`, {
      range: rangeOf(spec, 'target'),
    });
  if (spec.labels !== undefined && kind !== 'idx' && kind !== 'npy')
    fail('stray-labels', `\`labels\` names the second file of .idx and .npy data; ${TARGETS[kind].replace('%', path)} Remove the key.`, {
      range: rangeOf(spec, 'labels'),
    });
  return READERS[kind]({ spec, target, path, validation, files });
}

const TAKES_TARGET: Record<DataKind, boolean> = { csv: true, tsv: true, jsonl: true, npz: false, npy: false, idx: false, images: false, txt: false };

/** Where the targets of each kind are, `%` standing for the path. */
const TARGETS: Record<DataKind, string> = {
  csv: 'the targets of % are the column that `target` names.',
  tsv: 'the targets of % are the column that `target` names.',
  npz: 'the targets of % are its array `y`.',
  npy: 'the targets of % are in the file that `labels` names.',
  idx: 'the targets of % are in the file that `labels` names.',
  images: 'the targets of the images in % are the names of their folders.',
  txt: 'the targets of % are its own next characters.',
  jsonl: 'the targets of % are the values of `label` in its lines.',
};

const READERS: Record<DataKind, (reading: Reading) => Raw | Promise<Raw>> = {
  csv: (reading) => readColumns(reading, ','),
  tsv: (reading) => readColumns(reading, '\t'),
  npz: readArchive,
  npy: (reading) => readPair(reading, (file) => readNpy(file, 'array', file.bytes)),
  idx: (reading) => readPair(reading, readIdx, asPixels),
  images: readImages,
  txt: readText,
  jsonl: readJsonLines,
};

async function readColumns(reading: Reading, delimiter: ',' | '\t'): Promise<Raw> {
  const { spec, target } = reading;
  const [file, validation] = await openBoth(reading);
  const table = readTable(file, delimiter);
  if (spec.target === undefined)
    fail('missing-target', `\`target\` is missing: which column of ${file.path} is to be predicted? Its columns: ${listed(table.columns)}.`, {
      range: rangeOf(spec, 'file'),
    });
  const data = tabularData(file, withoutDifficulty(spec, table), [spec.target].flat(), target, rangeOf(spec, 'target'));
  return {
    train: { ...data.split, ...difficultyOf(spec, file, table) },
    validation: validation && tabularDataLike(data, validation, withoutDifficulty(spec, readTable(validation, delimiter))),
    classes: data.classes,
    featureNames: data.featureNames,
  };
}
