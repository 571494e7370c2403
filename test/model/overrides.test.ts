import { describe, expect, test } from 'vitest';
import { applyOverrides } from '../../src/model/overrides';
import { parseModel } from '../../src/model/parse';
import { ProblemError } from '../../src/model/problem';
import { GOOD } from './badFiles';

const FILE = `data: {source: moons} # two half circles
model:
  - Linear: 10
  - Dropout
  - Linear: {out_features: 2, bias: false}
loss: CrossEntropyLoss
optimizer:
  SGD: {lr: 0.1}
train:
  # short
  epochs: 2
  seed: 3
`;

const changedLines = (before: string, after: string) => after.split('\n').filter((line) => !before.split('\n').includes(line));
const set = (...overrides: string[]) => changedLines(FILE, applyOverrides(FILE, overrides));

describe('one value', () => {
  test.each([
    ['train.epochs=7', ['  epochs: 7']],
    ['train.steps=100', ['  steps: 100']],
    ['train.batch_size=8', ['  batch_size: 8']],
    ['data.source=xor', ['data: {source: "xor"} # two half circles']],
    ['data.file=a,b.csv', ['data: {file: "a,b.csv"} # two half circles']],
    ['data.noise=0.3', ['data: {source: moons, noise: 0.3} # two half circles']],
    ['data.shape=[1, 2]', ['data: {source: moons, shape: [1,2]} # two half circles']],
    ['optimizer.SGD.lr=1e-3', ['  SGD: {lr: 1e-3}']],
    ['optimizer.SGD.momentum=0.9', ['  SGD: {lr: 0.1, momentum: 0.9}']],
    ['loss.CrossEntropyLoss.label_smoothing=0.1', ['loss: {CrossEntropyLoss: {label_smoothing: 0.1}}']],
    ['loss=NLLLoss', ['loss: "NLLLoss"']],
    ['model.0.Linear=20', ['  - Linear: 20']],
    ['model.0.Linear.out_features=20', ['  - Linear: 20']],
    ['model.0.Linear.bias=false', ['  - Linear: {out_features: 10, bias: false}']],
    ['model.1.Dropout.p=0.2', ['  - Dropout: 0.2']],
    ['model.2.Linear.out_features=3', ['  - Linear: {out_features: 3, bias: false}']],
    ['regularize.l2=0.01', ['regularize: {l2: 0.01}']],
    ['init.weights=./a.safetensors', ['init: {weights: "./a.safetensors"}']],
    ['scheduler.StepLR.step_size=3', ['scheduler: {StepLR: {step_size: 3}}']],
  ])('%s', (override, lines) => {
    expect(set(override)).toEqual(lines);
    expect(parseModel(applyOverrides(FILE, [override])).problems).toEqual([]);
  });

  test('another optimizer takes the place of the one in the file', () => {
    expect(parseModel(applyOverrides(FILE, ['optimizer.Adam.lr=0.01'])).spec?.optimizer).toMatchObject({ name: 'Adam', args: { lr: 0.01 } });
  });

  test('under a key without a value, and through an alias', () => {
    expect(applyOverrides('train:\nname: x\n', ['train.seed=1'])).toBe('train: {seed: 1}\nname: x\n');
    expect(applyOverrides('model: [{Linear: &l {out_features: 2}}, {Linear: *l}]', ['model.1.Linear.bias=false'])).toBe(
      'model: [{Linear: &l {out_features: 2}}, {Linear: {<<: *l, bias: false}}]',
    );
  });
});

test('several, one after the other', () => {
  const { spec } = parseModel(applyOverrides(GOOD, ['train.steps=5', 'train.steps=6', 'train.seed=4', 'data.samples=64', 'name=tiny']));
  expect(spec).toMatchObject({ name: 'tiny', data: { samples: 64 }, train: { steps: 6, seed: 4, batch_size: 64 } });
});

test('a bad value is the parser’s to tell, at its place', () => {
  const text = applyOverrides(FILE, ['optimizer.SGD.lr=.nan']);
  const [problem] = parseModel(text).problems;
  expect([problem.message, text.slice(problem.range!.start, problem.range!.end)]).toEqual([
    '`lr` of `SGD` must be a number above 0, got `NaN`.',
    '.nan',
  ]);
});

test.each([
  ['train.stepz=3', '`--set train.stepz`: `train` has no `stepz`. Did you mean `steps`?'],
  ['trian.steps=3', '`--set trian.steps`: a model file has no `trian`. Did you mean `train`?'],
  ['optimizer.Adma.lr=3', '`--set optimizer.Adma.lr`: `optimizer` has no `Adma`. Did you mean `Adam`?'],
  ['model.linear1.bias=true', '`--set model.linear1.bias`: `model` is a list; its entries are counted from 0, not `linear1`.'],
  ['model.9.Linear=3', '`model` has 3 entries, counted from 0; there is none at 9.'],
  ['__proto__.x=3', '`--set __proto__.x`: a model file has no `__proto__`.'],
  ['train.steps', '`train.steps` is not of the form `path=value`, for example `train.steps=100`.'],
  ['train.steps=[1', '`--set train.steps`: The closing `]` is missing here.'],
])('%s is refused', (override, message) => {
  expect(() => applyOverrides(FILE, [override])).toThrow(new ProblemError({ code: 'bad-override', level: 'error', message }));
});
