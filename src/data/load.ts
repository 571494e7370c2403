import { product } from '../graph/shape';
import { fail, ProblemError, type SourceRange } from '../model/problem';
import type { DataSpec } from '../model/spec';
import { readNodeGraph } from './adjacency';
import { readTable } from './csv';
import { failIn, listed, type DataFile } from './dataFile';
import type { Dataset, ReadFile, Split, TargetKind } from './dataset';
import { dataKind, type DataKind } from './dataKind';
import { checkDifficulty } from './difficulty';
import { generate } from './generators';
import { fitNormaliser, normalise } from './normalize';
import { readNpz } from './npz';
import { splitOff } from './split';
import { tabularData, tabularDataLike } from './tabular';

/** Samples as read, before they are shaped, split and normalised. */
type Raw = Pick<Dataset, 'train' | 'validation' | 'classes' | 'featureNames'>;

/**
 * Reads or generates what a model trains on: shaped, split, normalised.
 * Class targets come as Int32Array with sampleShape [] (or the array's own further dimensions), numbers as Float32Array.
 * `data.seed` decides what a generator draws and which samples are held back to validate on, whatever the run's own seed.
 * @throws ProblemError for whatever the data or its description has wrong, with the place in the model file.
 */
export async function loadDataset(spec: DataSpec, target: TargetKind, readFile: ReadFile): Promise<Dataset> {
  const raw = spec.source ? generated(spec, target) : await read(spec, target, readFile);
  checkDifficulty(spec, raw.train);
  const shaped = { ...raw, train: reshape(spec, raw.train, raw.featureNames), validation: raw.validation && reshape(spec, raw.validation) };
  const dataset = normalised(spec, target, typeof spec.validation === 'number' ? { ...shaped, ...split(spec, shaped, spec.validation) } : shaped);
  if (spec.adjacency !== undefined) {
    const { path, bytes, range } = await open(readFile, spec.adjacency, rangeOf(spec, 'adjacency'));
    dataset.nodeGraph = readNodeGraph(path, bytes, range);
  }
  return dataset;
}

const rangeOf = (spec: DataSpec, key: string): SourceRange => spec.ranges[key] ?? spec.range;

function generated(spec: DataSpec, target: TargetKind): Raw {
  if (typeof spec.validation === 'string')
    fail('validation-file', 'A validation file needs a training file. For generated data give a share, e.g. `validation: 0.2`.', {
      range: rangeOf(spec, 'validation'),
    });
  const { classes, ...train } = generate(spec, spec.source!, target);
  return { train, classes };
}

async function read(spec: DataSpec, target: TargetKind, readFile: ReadFile): Promise<Raw> {
  const kind = dataKind(spec.file!, rangeOf(spec, 'file'));
  const file = await open(readFile, spec.file!, rangeOf(spec, 'file'));
  let validation: DataFile | undefined;
  if (typeof spec.validation === 'string') {
    const range = rangeOf(spec, 'validation');
    if (dataKind(spec.validation, range) !== kind)
      fail('validation-file', `The validation file ${spec.validation} has to be of the same kind as ${spec.file}.`, { range });
    validation = await open(readFile, spec.validation, range);
  }
  return kind === 'npz' ? readArrays(spec, target, file, validation) : readColumns(spec, target, kind, file, validation);
}

async function open(readFile: ReadFile, path: string, range: SourceRange): Promise<DataFile> {
  try {
    return { path, bytes: await readFile(path), range };
  } catch (error) {
    // Who reads the file knows why it cannot, but not where the model file names it.
    const code = error instanceof ProblemError ? error.problem.code : 'unreadable-file';
    fail(
      code,
      error instanceof ProblemError ? error.problem.message : `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      { range },
    );
  }
}

function readColumns(spec: DataSpec, target: TargetKind, kind: DataKind, file: DataFile, validation?: DataFile): Raw {
  const delimiter = kind === 'tsv' ? '\t' : ',';
  const table = readTable(file, delimiter);
  if (spec.target === undefined)
    fail('missing-target', `\`target\` is missing: which column of ${file.path} is to be predicted? Its columns: ${listed(table.columns)}.`, {
      range: rangeOf(spec, 'file'),
    });
  const data = tabularData(file, table, [spec.target].flat(), target, rangeOf(spec, 'target'));
  return {
    train: data.split,
    validation: validation && tabularDataLike(data, validation, readTable(validation, delimiter)),
    classes: data.classes,
    featureNames: data.featureNames,
  };
}

function readArrays(spec: DataSpec, target: TargetKind, file: DataFile, validationFile?: DataFile): Raw {
  if (spec.target !== undefined)
    fail('target-of-npz', `\`target\` names a column of a table; the targets of ${file.path} are its array \`y\`. Remove the key.`, {
      range: rangeOf(spec, 'target'),
    });
  const { train, validation: own } = readNpz(file, target);
  if (own && spec.validation !== undefined)
    fail('two-validations', `${file.path} has its own validation split (\`x_val\`, \`y_val\`). Remove \`validation\`.`, {
      range: rangeOf(spec, 'validation'),
    });
  const validation = own ?? (validationFile && readNpz(validationFile, target).train);
  if (validation) checkAlike(validationFile ?? file, train, validation);
  if (target !== 'class') return { train, validation };
  let highest = 0;
  for (const split of [train, ...(validation ? [validation] : [])]) for (const label of split.y.data) highest = Math.max(highest, label);
  return { train, validation, classes: Array.from({ length: highest + 1 }, (_, label) => String(label)) };
}

function checkAlike(file: DataFile, train: Split, validation: Split): void {
  for (const part of ['x', 'y'] as const) {
    const [ours, theirs] = [train, validation].map((split) => split[part].sampleShape.join('×') || 'single number');
    if (ours !== theirs) failIn(file, 'other-shape', `a validation sample's ${part} is a ${theirs}, but a training sample's is a ${ours}.`);
  }
}

function reshape(spec: DataSpec, split: Split, featureNames?: readonly string[]): Split {
  if (!spec.shape) return split;
  const { sampleShape, data } = split.x;
  const [wanted, there] = [product(spec.shape), product(sampleShape)];
  if (wanted !== there) {
    const has = featureNames ? `${there} feature columns` : `${there} numbers (${sampleShape.join('×')})`;
    fail(
      'impossible-shape',
      `\`shape: [${spec.shape.join(', ')}]\` takes ${wanted} numbers for a sample, but a sample of ${spec.file ?? spec.source} has ${has}.`,
      { range: rangeOf(spec, 'shape') },
    );
  }
  return { ...split, x: { sampleShape: spec.shape, data } };
}

function split(spec: DataSpec, { train }: Raw, share: number): { train: Split; validation: Split } {
  const parts = splitOff(train, share, spec.seed);
  if (!parts.validation.count || !parts.train.count)
    fail('empty-split', `\`validation: ${share}\` of ${train.count} samples leaves nothing to ${parts.train.count ? 'validate' : 'train'} on.`, {
      range: rangeOf(spec, 'validation'),
    });
  return parts;
}

function normalised(spec: DataSpec, target: TargetKind, data: Raw): Dataset {
  if (target === 'class' && spec.normalize_target !== 'none')
    fail('normalised-classes', '`normalize_target` is for regression; the loss asks for class labels, which keep their numbers. Remove the key.', {
      range: rangeOf(spec, 'normalize_target'),
    });
  const result: Dataset = { ...data };
  if (spec.normalize !== 'none') apply(result, 'x', (result.normaliser = fitNormaliser(result.train.x, spec.normalize)));
  if (spec.normalize_target !== 'none') apply(result, 'y', (result.targetNormaliser = fitNormaliser(result.train.y, spec.normalize_target)));
  return result;
}

function apply(data: Dataset, part: 'x' | 'y', normaliser: NonNullable<Dataset['normaliser']>): void {
  data.train = { ...data.train, [part]: normalise(data.train[part], normaliser) };
  if (data.validation) data.validation = { ...data.validation, [part]: normalise(data.validation[part], normaliser) };
}
