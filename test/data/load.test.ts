import { expect, test } from 'vitest';
import { loadDataset } from '../../src/data/load';
import { ProblemError } from '../../src/model/problem';
import type { DataSpec } from '../../src/model/spec';
import { dataSpec, float32Npy, memory, npyBytes, npzFile, problemOfAsync } from './helpers';

const at = {
  file: { start: 1, end: 2 },
  target: { start: 3, end: 4 },
  shape: { start: 5, end: 6 },
  validation: { start: 7, end: 8 },
  normalize_target: { start: 9, end: 10 },
  source: { start: 11, end: 12 },
};
const spec = (given: Partial<DataSpec>) => dataSpec({ ranges: at, ...given });
const load = (given: Partial<DataSpec>, kind: 'class' | 'number', files: Record<string, string | Uint8Array> = {}) =>
  loadDataset(spec(given), kind, memory(files));

const flowers = 'width,species,height\n1,rose,10\n2,iris,20\n3,rose,30\n4,tulip,40\n';

test('a table: the target column is the label, all others are features, names sorted', async () => {
  expect(await load({ file: 'f.csv', target: 'species' }, 'class', { 'f.csv': flowers })).toEqual({
    train: {
      count: 4,
      x: { sampleShape: [2], data: Float32Array.of(1, 10, 2, 20, 3, 30, 4, 40) },
      y: { sampleShape: [], data: Int32Array.of(1, 0, 1, 2) },
    },
    validation: undefined,
    classes: ['iris', 'rose', 'tulip'],
    featureNames: ['width', 'height'],
  });
});

test('a table: numbers to predict, one column or several, in the order of `target`', async () => {
  const file = 'a,b,c\n1,2,3\n4,5,6\n';
  const one = await load({ file: 'f.csv', target: 'c' }, 'number', { 'f.csv': file });
  expect(one.train.y).toEqual({ sampleShape: [1], data: Float32Array.of(3, 6) });
  expect(one.classes).toBeUndefined();
  const two = await load({ file: 'f.tsv', target: ['c', 'a'] }, 'number', { 'f.tsv': file.replaceAll(',', '\t') });
  expect(two.train.y).toEqual({ sampleShape: [2], data: Float32Array.of(3, 1, 6, 4) });
  expect(two.train.x).toEqual({ sampleShape: [1], data: Float32Array.of(2, 5) });
});

test.each([
  ['0, 1, 2 keep their value', [2, 0, 1, 2], [2, 0, 1, 2], ['0', '1', '2']],
  ['others are numbered in rising order', [10, 9, 200, 9], [1, 0, 2, 0], ['9', '10', '200']],
  ['1.0 is 1', ['1.0', '0.0', '1', '0'], [1, 0, 1, 0], ['0', '1']],
])('whole numbers as labels: %s', async (_what, labels, indices, classes) => {
  const file = `x,y\n${labels.map((label) => `0,${label}`).join('\n')}`;
  const data = await load({ file: 'f.csv', target: 'y' }, 'class', { 'f.csv': file });
  expect([...data.train.y.data]).toEqual(indices);
  expect(data.classes).toEqual(classes);
});

test('a validation file: columns by name, classes and normalisation of the training file', async () => {
  const files = { 'f.csv': flowers, 'v.csv': 'height,width,species\n40,2.5,tulip\n10,1,rose\n' };
  const data = await load({ file: 'f.csv', validation: 'v.csv', target: 'species', normalize: 'minmax' }, 'class', files);
  expect(data.validation).toEqual({
    count: 2,
    x: { sampleShape: [2], data: Float32Array.of(0.5, 1, 0, 0) },
    y: { sampleShape: [], data: Int32Array.of(2, 1) },
  });
  expect(data.normaliser).toEqual({ shift: Float32Array.of(1, 10), scale: Float32Array.of(3, 30) });
});

test('a share is split off before the normaliser is fitted', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => `${i},${i % 2}`).join('\n');
  const data = await load({ file: 'f.csv', validation: 0.25, target: 'y', normalize: 'zscore' }, 'class', { 'f.csv': `x,y\n${rows}` });
  expect([data.train.count, data.validation?.count]).toEqual([30, 10]);
  const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
  expect(mean(data.train.x.data)).toBeCloseTo(0, 6);
  expect(mean(Array.from(data.train.x.data, (v) => v * v))).toBeCloseTo(1, 5);
  const original = (values: ArrayLike<number>) =>
    Array.from(values, (v) => Math.round(v * data.normaliser!.scale[0] + data.normaliser!.shift[0]) + 0);
  expect([...original(data.train.x.data), ...original(data.validation!.x.data)].sort((a, b) => a - b)).toEqual(
    Array.from({ length: 40 }, (_, i) => i),
  );
});

test('the data’s seed decides what is drawn and what is held back', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => `${i},${i % 2}`).join('\n');
  const held = async (seed: number) => {
    const data = await load({ file: 'f.csv', validation: 0.25, target: 'y', seed }, 'class', { 'f.csv': `x,y\n${rows}` });
    return [...data.validation!.x.data];
  };
  expect(await held(0)).toEqual(await held(0));
  expect(await held(0)).not.toEqual(await held(1));
  const drawn = async (seed: number) => [...(await load({ source: 'moons', noise: 0.1, seed }, 'class')).train.x.data];
  expect(await drawn(0)).toEqual(await drawn(0));
  expect(await drawn(0)).not.toEqual(await drawn(1));
});

test('normalize_target is fitted on the training targets and kept', async () => {
  const files = { 'f.csv': 'x,y\n1,10\n2,20\n3,60\n', 'v.csv': 'x,y\n9,35\n' };
  const data = await load({ file: 'f.csv', validation: 'v.csv', target: 'y', normalize_target: 'minmax' }, 'number', files);
  expect(data.targetNormaliser).toEqual({ shift: Float32Array.of(10), scale: Float32Array.of(50) });
  expect(data.train.y.data).toEqual(Float32Array.of(0, 0.2, 1));
  expect(data.validation?.y.data).toEqual(Float32Array.of(0.5));
  expect(data.normaliser).toBeUndefined();
  expect(data.train.x.data).toEqual(Float32Array.of(1, 2, 3));
});

const x = float32Npy([2, 4], [1, 2, 3, 4, 5, 6, 7, 8]);
const y = npyBytes('|i1', [2], Uint8Array.of(0, 2));
const npz = (arrays: Record<string, Uint8Array>) => npzFile(arrays).bytes;

test('shape reshapes the samples of both parts', async () => {
  const data = await load({ file: 'f.npz', shape: [1, 2, 2] }, 'class', { 'f.npz': npz({ x, y, x_val: x, y_val: y }) });
  expect(data.train.x.sampleShape).toEqual([1, 2, 2]);
  expect(data.validation?.x.sampleShape).toEqual([1, 2, 2]);
  expect(data.classes).toEqual(['0', '1', '2']);
});

test('an .npz as validation file', async () => {
  const data = await load({ file: 'f.npz', validation: 'v.npz' }, 'number', {
    'f.npz': npz({ x, y }),
    'v.npz': npz({ x: float32Npy([1, 4], [9, 9, 9, 9]), y: float32Npy([1], [7]) }),
  });
  expect(data.validation).toEqual({
    count: 1,
    x: { sampleShape: [4], data: Float32Array.of(9, 9, 9, 9) },
    y: { sampleShape: [], data: Float32Array.of(7) },
  });
});

const wide = `${Array.from({ length: 20 }, (_, i) => `p${i}`).join()},digit\n${'1,'.repeat(20)}0\n`;
const F = { 'f.csv': flowers, 'wide.csv': wide };
const iris = { file: 'f.csv', target: 'species' } as const;
type Case = [
  what: string,
  given: Partial<DataSpec>,
  kind: 'class' | 'number',
  files: Record<string, string | Uint8Array>,
  key: keyof typeof at,
  code: string,
  message: string,
];
const cases: Case[] = [
  [
    'no target',
    { file: 'f.csv' },
    'class',
    F,
    'file',
    'missing-target',
    '`target` is missing: which column of f.csv is to be predicted? Its columns: `width`, `species`, `height`.',
  ],
  [
    'a misspelt target',
    { file: 'f.csv', target: 'specis' },
    'class',
    F,
    'target',
    'unknown-target',
    'f.csv has no column `specis` for `target`. Did you mean `species`? Its columns: `width`, `species`, `height`.',
  ],
  [
    'a target far from all columns',
    { file: 'wide.csv', target: 'label' },
    'class',
    F,
    'target',
    'unknown-target',
    'wide.csv has no column `label` for `target`. Its columns: `p0`, `p1`, `p2`, `p3`, `p4`, `p5`, `p6`, `p7`, `p8`, `p9`, `p10`, `p11` and 9 more.',
  ],
  [
    'two label columns',
    { file: 'f.csv', target: ['species', 'width'] },
    'class',
    F,
    'target',
    'one-target',
    'Class labels stand in one column, but `target` names 2. Name one, or use a loss for numbers (MSELoss, BCEWithLogitsLoss).',
  ],
  [
    'nothing but targets',
    { file: 'f.csv', target: ['species', 'width', 'height'] },
    'number',
    F,
    'target',
    'no-features',
    'Every column of f.csv is a target, so no feature is left to predict it from.',
  ],
  [
    'text as a number to predict',
    iris,
    'number',
    F,
    'file',
    'not-a-number',
    'f.csv: row 2, column `species`: `rose` is not a number. Features have to be numbers; encode a category as numbers or remove the column.',
  ],
  [
    'a missing label',
    iris,
    'class',
    { 'f.csv': 'a,species\n1,rose\n\n2,\n' },
    'file',
    'missing-value',
    'f.csv: row 4, column `species`: the class label is missing. Fill it in or remove the row.',
  ],
  [
    'a fraction as label',
    iris,
    'class',
    { 'f.csv': 'a,species\n1,1\n2,0.5\n' },
    'file',
    'non-integer-label',
    'f.csv: row 3, column `species`: `0.5` is not a whole number, and class labels have to be. To predict a number, use MSELoss.',
  ],
  [
    'a negative label',
    iris,
    'class',
    { 'f.csv': 'a,species\n1,1\n2,-1\n' },
    'file',
    'negative-label',
    'f.csv: row 3, column `species`: `-1` is negative; class labels count from 0.',
  ],
  [
    'a name among numbers',
    iris,
    'class',
    { 'f.csv': 'a,species\n1,1\n2,0\n3,x7\n' },
    'file',
    'mixed-labels',
    'f.csv: row 4, column `species`: `x7` does not fit the other class labels: they have to be all whole numbers or all names.',
  ],
  [
    'a number among names',
    iris,
    'class',
    { 'f.csv': 'a,species\n1,u\n2,7\n3,v\n' },
    'file',
    'mixed-labels',
    'f.csv: row 3, column `species`: `7` does not fit the other class labels: they have to be all whole numbers or all names.',
  ],
  [
    '65,537 classes',
    iris,
    'class',
    { 'f.csv': `a,species\n${Array.from({ length: 65537 }, (_, i) => `0,${i}`).join('\n')}` },
    'file',
    'too-many-classes',
    'f.csv: column `species` has more than 65536 different labels. Is it a number to predict? Then use MSELoss.',
  ],
  [
    'a validation label unknown to training',
    { ...iris, validation: 'v.csv' },
    'class',
    { ...F, 'v.csv': 'width,species,height\n1,rose,1\n1,oak,1\n' },
    'validation',
    'unknown-label',
    "v.csv: row 3, column `species`: `oak` is not among the training data's classes.",
  ],
  [
    'a validation file without a column',
    { ...iris, validation: 'v.csv' },
    'class',
    { ...F, 'v.csv': 'species,height\nrose,1\n' },
    'validation',
    'other-columns',
    'v.csv: the validation file lacks `width`, which the training file has.',
  ],
  [
    'a validation file with a column more',
    { ...iris, validation: 'v.csv' },
    'class',
    { ...F, 'v.csv': 'width,species,height,depth\n1,rose,1,1\n' },
    'validation',
    'other-columns',
    'v.csv: the validation file has `depth`, which the training file lacks.',
  ],
  [
    'a validation file of another kind',
    { ...iris, validation: 'v.npz' },
    'class',
    F,
    'validation',
    'validation-file',
    'The validation file v.npz has to be of the same kind as f.csv.',
  ],
  [
    'a validation file for a generator',
    { source: 'moons', validation: 'v.csv' },
    'class',
    F,
    'validation',
    'validation-file',
    'A validation file needs a training file. For generated data give a share, e.g. `validation: 0.2`.',
  ],
  [
    'a share that leaves nothing',
    { ...iris, validation: 0.05 },
    'class',
    F,
    'validation',
    'empty-split',
    '`validation: 0.05` of 4 samples leaves nothing to validate on.',
  ],
  [
    'an impossible shape of a table',
    { ...iris, shape: [1, 8, 8] },
    'class',
    F,
    'shape',
    'impossible-shape',
    '`shape: [1, 8, 8]` takes 64 numbers for a sample, but a sample of f.csv has 2 feature columns.',
  ],
  [
    'an impossible shape of an array',
    { file: 'f.npz', shape: [3] },
    'class',
    { 'f.npz': npz({ x: float32Npy([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]), y }) },
    'shape',
    'impossible-shape',
    '`shape: [3]` takes 3 numbers for a sample, but a sample of f.npz has 4 numbers (2×2).',
  ],
  [
    'normalize_target of classes',
    { ...iris, normalize_target: 'zscore' },
    'class',
    F,
    'normalize_target',
    'normalised-classes',
    '`normalize_target` is for regression; the loss asks for class labels, which keep their numbers. Remove the key.',
  ],
  [
    'a target for .npz',
    { file: 'f.npz', target: 'y' },
    'class',
    { 'f.npz': npz({ x, y }) },
    'target',
    'target-of-arrays',
    '`target` names a column of a table; the targets of f.npz are its array `y`. Remove the key.',
  ],
  [
    'two validation parts',
    { file: 'f.npz', validation: 0.5 },
    'class',
    { 'f.npz': npz({ x, y, x_val: x, y_val: y }) },
    'validation',
    'two-validations',
    'f.npz has its own validation split (`x_val`, `y_val`). Remove `validation`.',
  ],
  [
    'validation samples of another shape',
    { file: 'f.npz' },
    'class',
    { 'f.npz': npz({ x, y, x_val: float32Npy([2, 3], [1, 2, 3, 4, 5, 6]), y_val: y }) },
    'file',
    'other-shape',
    "f.npz: a validation sample's x is a 3, but a training sample's is a 4.",
  ],
  [
    '.idx.gz without labels',
    { file: 'train.idx.gz' },
    'class',
    {},
    'file',
    'missing-labels',
    '`labels` has to name the file with the targets of train.idx.gz: `labels: <file>`.',
  ],
  [
    'a folder without images',
    { file: './images' },
    'class',
    {},
    'file',
    'no-images',
    'There are no images to be found in ./images. It has to be a folder with a folder for each class, which holds its .png, .jpg or .jpeg files.',
  ],
  [
    'another ending',
    { file: 'sheet.xlsx' },
    'class',
    {},
    'file',
    'unsupported-data',
    '`.xlsx` is not a kind of data that is read here. Use .csv, .tsv, .npz, .npy, .idx, .idx.gz, .txt, .jsonl or a folder of class folders with images.',
  ],
];
test.each(cases)('%s is refused at its place', async (_what, given, kind, files, key, code, message) => {
  expect(await problemOfAsync(load(given, kind, files))).toEqual({ code, level: 'error', message, range: at[key] });
});

test('a file that is not there: its problem at the place that names it', async () => {
  const refusing = (error: Error) => ({ read: () => Promise.reject(error), list: () => Promise.reject(error) });
  const missing = refusing(new ProblemError({ code: 'missing-file', level: 'error', message: './no.csv is not there.' }));
  expect(await problemOfAsync(loadDataset(spec({ file: './no.csv', target: 'y' }), 'class', missing))).toEqual({
    code: 'missing-file',
    level: 'error',
    message: './no.csv is not there.',
    range: at.file,
  });
  const denied = refusing(new Error('permission denied'));
  expect(await problemOfAsync(loadDataset(spec({ file: './no.csv', target: 'y' }), 'class', denied))).toEqual({
    code: 'unreadable-file',
    level: 'error',
    message: './no.csv cannot be read: permission denied',
    range: at.file,
  });
});
