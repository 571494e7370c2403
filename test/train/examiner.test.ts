import { expect, test } from 'vitest';
import { Examiner } from '../../src/train/examiner';
import { Trainer } from '../../src/train/trainer';
import { examined, type Given, scattered } from './examined';

/** Logits x, y and 0: the softmax of (ln 2, ln 3, 0) is 2/6, 3/6, 1/6. */
const threeClasses: Given = {
  text: 'data: {file: ./d.csv, target: class}\nmodel: [{Linear: 3}]\nloss: CrossEntropyLoss\n',
  files: {
    './d.csv': ['x,y,class', '0.69314718,1.0986123,ant', '0.69314718,1.0986123,bee', '0.69314718,1.0986123,cow', '-3,-2,cow', '4,-2,ant', ''].join(
      '\n',
    ),
  },
  tensor: (name) => (name === 'linear1.weight' ? [1, 0, 0, 1, 0, 0] : [0, 0, 0]),
};

test('classes: confusion, probabilities and losses are those worked out by hand', async () => {
  const outcome = await examined(threeClasses);
  expect(outcome).toMatchObject({ step: 7, split: 'training', count: 5, measure: 'accuracy', classes: ['ant', 'bee', 'cow'] });
  // Actual by predicted.
  expect(outcome.confusion).toEqual([
    [1, 1, 0],
    [0, 1, 0],
    [0, 1, 1],
  ]);
  const samples = outcome.samples!.map(({ row, actual, predicted, probability, loss }) => [
    row,
    actual,
    predicted,
    probability!.toFixed(3),
    loss!.toFixed(3),
  ]);
  const sure = 1 + Math.exp(-3) + Math.exp(-2);
  const surer = 1 + Math.exp(-6) + Math.exp(-4);
  expect(samples).toEqual([
    [2, 2, 1, '0.500', Math.log(6).toFixed(3)],
    [0, 0, 1, '0.500', Math.log(3).toFixed(3)],
    [1, 1, 1, '0.500', Math.log(2).toFixed(3)],
    [3, 2, 2, (1 / sure).toFixed(3), Math.log(sure).toFixed(3)],
    [4, 0, 0, (1 / surer).toFixed(3), Math.log(surer).toFixed(3)],
  ]);
  expect(outcome.samples![3].features).toEqual([
    { name: 'x', value: -3 },
    { name: 'y', value: -2 },
  ]);
  expect(outcome.outputs).toEqual({
    layer: 'linear1',
    type: 'Linear',
    min: -3,
    max: 4,
    mean: expect.closeTo((3 * Math.log(6) - 5 + 2) / 15, 4),
    reach: [null, null],
  });
});

test('numbers: pairs, losses and targets beside what the last layer can put out', async () => {
  const outcome = await examined({
    text: 'data: {file: ./d.csv, target: t, validation: ./v.csv}\nmodel: [{Linear: 1}, Sigmoid, Flatten]\nloss: MSELoss\n',
    files: { './d.csv': 'x,t\n0,0.5\n', './v.csv': 'x,t\n0,-1\n0,3\n1.0986123,0.5\n' },
    tensor: (name) => (name === 'linear1.weight' ? [1] : [0]),
  });
  expect(outcome).toMatchObject({ split: 'validation', count: 3, measure: 'r2' });
  expect(outcome.classes).toBeUndefined();
  expect(outcome.confusion).toBeUndefined();
  // σ(0) = 1/2, σ(ln 3) = 3/4.
  expect(outcome.regression).toEqual([
    { target: -1, prediction: 0.5 },
    { target: 3, prediction: 0.5 },
    { target: 0.5, prediction: 0.75 },
  ]);
  expect(outcome.samples!.map(({ row, loss }) => [row, loss])).toEqual([
    [1, 6.25],
    [0, 2.25],
    [2, 0.0625],
  ]);
  const target = { min: -1, max: 3, mean: expect.closeTo(2.5 / 3, 3) as number };
  expect(outcome.outputs).toEqual({ layer: 'sigmoid1', type: 'Sigmoid', min: 0.5, max: 0.75, mean: 0.5833, reach: [0, 1], target });
});

test('one output for two classes: the side of the threshold is the class', async () => {
  const outcome = await examined({
    text: 'data: {file: ./d.csv, target: sick}\nmodel: [{Linear: 1}]\nloss: BCEWithLogitsLoss\n',
    files: { './d.csv': 'x,sick\n1.0986123,1\n-1.0986123,1\n-1.0986123,0\n2,0\n' },
    tensor: (name) => (name === 'linear1.weight' ? [1] : [0]),
  });
  expect(outcome.classes).toEqual(['0', '1']);
  expect(outcome.confusion).toEqual([
    [1, 1],
    [1, 1],
  ]);
  const of = (row: number) => outcome.samples!.find((sample) => sample.row === row);
  expect(of(1)).toMatchObject({ actual: 1, predicted: 0, probability: 0.75, loss: expect.closeTo(Math.log(4), 3) as number });
  expect(of(0)).toMatchObject({ actual: 1, predicted: 1, probability: 0.75, loss: expect.closeTo(Math.log(4 / 3), 3) as number });
  expect(outcome.data.counts).toEqual({ training: [2, 2] });
});

test('weights that are not finite give nulls, and no picture of them', async () => {
  const flat = await examined({ ...threeClasses, tensor: (name) => (name === 'linear1.weight' ? [NaN, 0, 0, 1, 0, 0] : [0, 0, 0]) });
  expect(flat.confusion!.flat().every((n) => n === 0)).toBe(true);
  expect(flat.samples!.every(({ predicted, probability, loss }) => predicted === null && probability === undefined && loss === null)).toBe(true);
  expect(flat.boundary!.values.every((value) => value === null)).toBe(true);
  expect(flat.boundary!.confidence!.every((percent) => percent === 0)).toBe(true);
  const image = await examined({
    text: 'data: {file: ./d.csv, target: class, shape: [1, 3, 3]}\nmodel: [{Conv2d: {out_channels: 2, kernel_size: 2}}, Flatten, {Linear: 2}]\nloss: CrossEntropyLoss\n',
    files: { './d.csv': `${'abcdefghi'.split('').join(',')},class\n1,2,3,4,5,6,7,8,9,0\n9,8,7,6,5,4,3,2,1,1\n` },
    tensor: (name) => Array.from({ length: { 'conv2d1.weight': 8, 'conv2d1.bias': 2, 'linear1.weight': 16 }[name] ?? 2 }, () => NaN),
  });
  expect(image.filters).toBeUndefined();
  expect(image.outputs).toMatchObject({ min: null, max: null, mean: null });
  expect(Object.keys(image.samples![0])).toEqual(['row', 'actual', 'predicted', 'loss', 'image']);
});

test('a sample that a model is infinitely wrong about is the worst', async () => {
  const outcome = await examined({
    text: 'data: {file: ./d.csv, target: t}\nmodel: [{Linear: 1}]\nloss: L1Loss\n',
    files: { './d.csv': 'x,t\n1,0\n3e38,0\n2,0\n' },
    tensor: (name) => (name === 'linear1.weight' ? [5] : [0]),
  });
  expect(outcome.samples!.map(({ row, predicted, loss }) => [row, predicted, loss])).toEqual([
    [1, null, null],
    [2, 10, 10],
    [0, 5, 5],
  ]);
});

test('of many samples those looked at are from all over, and few are shown', async () => {
  const rows = Array.from({ length: 5000 }, (_, i) => `${i},${Math.floor(i / 1000)}`);
  const outcome = await examined({
    text: 'data: {file: ./d.csv, target: class}\nmodel: [{Linear: 5}]\nloss: CrossEntropyLoss\n',
    files: { './d.csv': ['x,class', ...rows, ''].join('\n') },
    tensor: (name) => (name === 'linear1.weight' ? [1, 0, 0, 0, 0] : [0, 0, 0, 0, 0]),
  });
  expect(outcome.count).toBe(2000);
  expect(outcome.confusion!.map((row) => row.reduce((a, b) => a + b))).toEqual([400, 400, 400, 400, 400]);
  expect(outcome.samples).toHaveLength(12);
  // The logit of class 0 is the row: the last rows are the farthest from right.
  expect(Math.min(...outcome.samples!.map(({ row }) => row))).toBeGreaterThan(4900);
});

test('a run that is examined has the numbers of one that is not', async () => {
  const text =
    'data: {source: moons, samples: 60, validation: 0.3}\nmodel: [{Linear: 8}, BatchNorm1d, ReLU, {Dropout: 0.2}, {Linear: 2}]\nloss: CrossEntropyLoss\n';
  const losses = async (isExamined: boolean) => {
    const trainer = await Trainer.create({ text, files: {}, statsEvery: 0 });
    const examiner = new Examiner(trainer.prepared, trainer.sessions);
    const seen: unknown[] = [];
    for (let step = 0; step < 12; step++) {
      seen.push(await trainer.next());
      if (isExamined) await examiner.examine(await trainer.state());
    }
    const tensors = await trainer.tensors();
    await examiner.release();
    await trainer.release();
    return { seen, tensors };
  };
  expect(await losses(true)).toEqual(await losses(false));
});

test('targets of many numbers: what there is to see of outputs and data', async () => {
  const outcome = await examined({
    text: 'data: {file: ./d.csv, target: [u, v]}\nmodel: [{Linear: 2}, Tanh]\nloss: MSELoss\n',
    files: { './d.csv': 'x,u,v\n0,1,2\n0,3,-6\n' },
    tensor: (name) => scattered(name === 'linear1.weight' ? 2 : 2),
  });
  expect(Object.keys(outcome)).toEqual(['step', 'split', 'count', 'measure', 'outputs', 'data']);
  expect(outcome.outputs).toMatchObject({ type: 'Tanh', reach: [-1, 1], target: { min: -6, max: 3, mean: 0 } });
});
