import { fail } from '../model/problem';
import { classesOf, type NamedArray, splitOfArrays } from './arrays';
import { failIn, type DataFile } from './dataFile';
import type { Split, TargetKind } from './dataset';
import { readNpz } from './npz';
import { open, openBoth, PIXELS, type Raw, rangeOf, type Reading } from './reading';

/** An .npz file. */
export async function readArchive(reading: Reading): Promise<Raw> {
  const { spec, target } = reading;
  const [file, validationFile] = await openBoth(reading);
  const { train, validation: own } = readNpz(file, target);
  if (own && spec.validation !== undefined)
    fail('two-validations', `${file.path} has its own validation split (\`x_val\`, \`y_val\`). Remove \`validation\`.`, {
      range: rangeOf(spec, 'validation'),
    });
  return ofArrays(target, train, own ?? (validationFile && readNpz(validationFile, target).train), validationFile ?? file);
}

/** Data whose inputs and targets are in a file each: `labels` names the second ones. */
export async function readPair(reading: Reading, read: (file: DataFile) => NamedArray['array'], samples = (split: Split) => split): Promise<Raw> {
  const { spec, target, validation } = reading;
  const range = rangeOf(spec, spec.labels === undefined ? 'file' : 'labels');
  const wanted = validation === undefined ? 'labels: <file>' : 'labels: [<of the training file>, <of the validation file>]';
  const labels = spec.labels === undefined ? [] : [spec.labels].flat();
  if (labels.length !== (validation === undefined ? 1 : 2))
    fail('missing-labels', `\`labels\` has to name the file with the targets of ${validation ? 'each file' : reading.path}: \`${wanted}\`.`, {
      range,
    });
  const files = await openBoth(reading);
  const [train, held] = await Promise.all(
    files.map(async (file, i) => {
      const targets = await open(reading, labels[i], range);
      const named = (from: DataFile, name: string) => ({ file: from, name, array: read(from) });
      return samples(splitOfArrays(named(file!, 'x'), named(targets, 'y'), target));
    }),
  );
  return ofArrays(target, train, held, files[1] ?? files[0]);
}

/** Images N×H×W of bytes are pixels: they have one channel. */
export function asPixels(split: Split): Split {
  const { sampleShape, data } = split.x;
  if (!(data instanceof Uint8Array) || sampleShape.length !== 2) return split;
  return { ...split, x: { sampleShape: [1, ...sampleShape], data, map: PIXELS } };
}

function ofArrays(target: TargetKind, train: Split, validation: Split | undefined, file: DataFile): Raw {
  if (validation) checkAlike(file, train, validation);
  return { train, validation, ...(target === 'class' && { classes: classesOf(train, ...(validation ? [validation] : [])) }) };
}

function checkAlike(file: DataFile, train: Split, validation: Split): void {
  for (const part of ['x', 'y'] as const) {
    const [ours, theirs] = [train, validation].map((split) => split[part].sampleShape.join('×') || 'single number');
    if (ours !== theirs) failIn(file, 'other-shape', `a validation sample's ${part} is a ${theirs}, but a training sample's is a ${ours}.`);
  }
}
