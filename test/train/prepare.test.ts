import { describe, expect, test } from 'vitest';
import { prepare } from '../../src/train/prepare';
import { ProblemError } from '../../src/model/problem';

/** The message, and the text that it points at. */
async function problem(text: string): Promise<string> {
  try {
    await prepare({ text, files: {}, statsEvery: 1 });
    return 'no problem';
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { range, message } = error.problem;
    return `${range ? text.slice(range.start, range.end) : '-'} | ${message}`;
  }
}

const blobs = (model: string, loss = 'CrossEntropyLoss') => `data: {source: blobs, samples: 60, classes: 3}\nmodel: ${model}\nloss: ${loss}\n`;

describe('what cannot be is refused in the words of the file', () => {
  test.each([
    [
      'a convolution on features',
      blobs('[{Conv2d: {out_channels: 4, kernel_size: 3}}, Flatten, {Linear: 3}]'),
      'Conv2d | `conv2d1`: expects an image C×H×W, got 2 (from the input)',
    ],
    ['an impossible flatten', blobs('[{Unflatten: {sizes: [3, 5]}}, Flatten, {Linear: 3}]'), 'Unflatten | `unflatten1`: cannot split 2 into 3×5'],
    [
      'a pool that is too large',
      blobs('[{Linear: 16}, {Unflatten: [1, 4, 4]}, {MaxPool2d: 5}, Flatten, {Linear: 3}]'),
      'MaxPool2d | `maxpool2d1`: a window of 5×5 does not fit into 4×4: use a smaller kernel, more padding, or pool less before',
    ],
    [
      'a residual of another width',
      blobs('[{Residual: [{Linear: 5}]}, {Linear: 3}]'),
      'Residual | `residual1`: its layers give 5, its shortcut 2: make them equal, or give it a `shortcut` that is',
    ],
    [
      'too few outputs for the labels',
      blobs('[{Linear: {out_features: 2, name: out}}]'),
      '{Linear: {out_features: 2, name: out}} | The model puts out 2 classes, but the data has 3',
    ],
    ['a target of another width', blobs('[{Linear: 3}]', 'MSELoss'), 'MSELoss |'],
    ['a model without parameters', blobs('[ReLU]'), 'model | The model has no parameter to train'],
    ['a batch larger than the data', `${blobs('[{Linear: 3}]')}train: {batch_size: 100}`, '100 | `batch_size: 100` is more than the 60 samples'],
    [
      'class weights of another count',
      blobs('[{Linear: 3}]', '{CrossEntropyLoss: {weight: [1, 2]}}'),
      '`weight` has 2 entries, but there are 3 classes',
    ],
    ['a model out of memory', blobs('[{Linear: 100000}, {Linear: 100000}, {Linear: 3}]'), '`linear2.weight` alone has 10,000,000,000 numbers'],
    [
      'a last batch of one under BatchNorm',
      `data: {source: moons, samples: 65}\nmodel: [{Linear: 4}, BatchNorm1d, {Linear: 2}]\nloss: CrossEntropyLoss\ntrain: {batch_size: 32, drop_last: false}`,
      '`batchnorm1d1`: needs more than one value per channel in training',
    ],
    [
      'a concatenation along nothing',
      blobs('[{Linear: {out_features: 3, name: a}}, {Concat: {layers: [a], dim: 7}}]'),
      '`concat1`: 3 a sample has no dimension 7',
    ],
    [
      'a flatten that is back to front',
      blobs('[{Unflatten: [1, 2]}, {Flatten: {start_dim: 2, end_dim: 1}}, {Linear: 3}]'),
      '`flatten1`: cannot merge dimensions 2 to 1 of 1×2',
    ],
    ['dropout on a layer out of memory', blobs('[{Linear: 200000000}, Dropout, {Linear: 3}]'), 'GiB'],
    [
      'a batch of one under BatchNorm',
      `${blobs('[{Linear: 4}, BatchNorm1d, {Linear: 3}]')}train: {batch_size: 1}`,
      '`batchnorm1d1`: needs more than one value per channel in training: use a larger batch',
    ],
  ])('%s', async (_name, text, expected) => {
    expect(await problem(text)).toContain(expected);
  });
});

test('activations count into the estimate: a huge batch is refused before anything is allocated', async () => {
  const text = `data: {source: blobs, samples: 200000}\nmodel: [{Linear: 4000}, ReLU, {Linear: 3}]\nloss: CrossEntropyLoss\ntrain: {batch_size: 200000}`;
  expect(await problem(text)).toMatch(/Training this model takes about \d+\.\d GiB, more than the 3\.0 GiB there are. Lower `batch_size`/);
});
