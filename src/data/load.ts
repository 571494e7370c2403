import { product } from '../graph/shape';
import { fail } from '../model/problem';
import type { DataSpec } from '../model/spec';
import { readNodeGraph } from './adjacency';
import type { DataFiles, Dataset, Split, TargetKind } from './dataset';
import { checkDifficulty } from './difficulty';
import { generate } from './generators';
import { augmentedDraws } from './augment/draws';
import { fitNormaliser, normalise } from './normalize';
import { readData } from './read';
import { located, type Raw, rangeOf } from './reading';
import { splitOff } from './split';

/**
 * Reads or generates what a model trains on: shaped, split, normalised.
 * Class targets come as Int32Array with sampleShape [] (or the array's own further dimensions), numbers as Float32Array.
 * `data.seed` decides what a generator draws and which samples are held back to validate on, whatever the run's own seed.
 * @throws ProblemError for whatever the data or its description has wrong, with the place in the model file.
 */
export async function loadDataset(spec: DataSpec, target: TargetKind, files: DataFiles): Promise<Dataset> {
  const raw = spec.source ? generated(spec, target) : await readData(spec, target, files);
  checkDifficulty(spec, raw.train);
  const shaped = { ...raw, train: reshape(spec, raw.train, raw.featureNames), validation: raw.validation && reshape(spec, raw.validation) };
  const dataset = normalised(spec, target, typeof spec.validation === 'number' ? { ...shaped, ...split(spec, shaped, spec.validation) } : shaped);
  if (spec.adjacency !== undefined) {
    const range = rangeOf(spec, 'adjacency');
    dataset.nodeGraph = readNodeGraph(spec.adjacency, await located(spec.adjacency, range, files.read(spec.adjacency)), range);
  }
  return dataset;
}

function generated(spec: DataSpec, target: TargetKind): Raw {
  if (typeof spec.validation === 'string')
    fail('validation-file', 'A validation file needs a training file. For generated data give a share, e.g. `validation: 0.2`.', {
      range: rangeOf(spec, 'validation'),
    });
  for (const key of ['target', 'labels'] as const)
    if (spec[key] !== undefined)
      fail('stray-key', `\`${key}\` is for a file; what \`${spec.source}\` generates has its targets. Remove the key.`, {
        range: rangeOf(spec, key),
      });
  return generate(spec, spec.source!, target);
}

function reshape(spec: DataSpec, split: Split, featureNames?: readonly string[]): Split {
  if (!spec.shape) return split;
  const { sampleShape } = split.x;
  const [wanted, there] = [product(spec.shape), product(sampleShape)];
  if (wanted !== there) {
    const has = featureNames ? `${there} feature columns` : `${there} numbers (${sampleShape.join('×')})`;
    fail(
      'impossible-shape',
      `\`shape: [${spec.shape.join(', ')}]\` takes ${wanted} numbers for a sample, but a sample of ${spec.file ?? spec.source} has ${has}.`,
      { range: rangeOf(spec, 'shape') },
    );
  }
  return { ...split, x: { ...split.x, sampleShape: spec.shape } };
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
  if (data.tokens && spec.normalize !== 'none')
    fail(
      'normalised-tokens',
      '`normalize` is for numbers that measure something; tokens keep their numbers, by which an Embedding finds them. Remove the key.',
      {
        range: rangeOf(spec, 'normalize'),
      },
    );
  const result: Dataset = { ...data };
  if (spec.normalize !== 'none')
    apply(result, 'x', (result.normaliser = fitNormaliser(augmentedDraws(spec, result.train) ?? result.train.x, spec.normalize)));
  if (spec.normalize_target !== 'none') apply(result, 'y', (result.targetNormaliser = fitNormaliser(result.train.y, spec.normalize_target)));
  return result;
}

function apply(data: Dataset, part: 'x' | 'y', normaliser: NonNullable<Dataset['normaliser']>): void {
  data.train = { ...data.train, [part]: normalise(data.train[part], normaliser) };
  if (data.validation) data.validation = { ...data.validation, [part]: normalise(data.validation[part], normaliser) };
}
