import { describe, expect, test } from 'vitest';
import { affinePairs } from '../../../src/diagnose/affinePaths';
import { parseModel } from '../../../src/model/parse';
import { applyEdits } from '../../../src/model/textEdits';
import { findingsOf, foundBy, levelOf, type Situation, textAt } from '../observe';

const model = (layers: string, more = '') => `data: {source: moons}\nmodel: [${layers}]\nloss: CrossEntropyLoss\n${more}`;
const image: Situation = { facts: { sampleShape: [1, 8, 8] } };
const well: Situation = {
  noSkillLoss: 1,
  evals: [{ step: 100, train_loss: 0.1, val_loss: 0.1, val_accuracy: 0.95 }],
};

describe('missing-nonlinearity', () => {
  const level = (layers: string, situation?: Situation) => levelOf('missing-nonlinearity', model(layers), situation);

  test('a model that is one linear map', () => {
    const text = model('{Linear: 8}, {Dropout: 0.1}, {Linear: 8}, BatchNorm1d, {Linear: 2}');
    const found = foundBy('missing-nonlinearity', text);
    expect(found).toMatchObject({ level: 'warning', evidence: { value: 3 }, place: { layer: 'linear2' } });
    expect(textAt(text, found)).toBe('Linear');
    const [finding] = findingsOf(text);
    expect(applyEdits(text, finding.fixes[0].edits)).toBe(model('{Linear: 8}, ReLU, {Dropout: 0.1}, {Linear: 8}, BatchNorm1d, ReLU, {Linear: 2}'));
  });

  test.each([
    ['one weighted layer', '{Linear: 2}'],
    ['an activation between', '{Linear: 8}, Tanh, {Linear: 2}'],
    ['a LayerNorm between', '{Linear: 8}, LayerNorm, {Linear: 2}'],
  ])('%s', (_what, layers) => expect(level(layers)).toBeUndefined());

  test('a single pair in a model with activations may be a bottleneck', () =>
    expect(level('{Linear: 8}, ReLU, {Linear: 4}, {Linear: 8}, ReLU, {Linear: 2}')).toBe('hint'));

  test('however well it does: one layer would do as well', () => expect(level('{Linear: 8}, {Linear: 2}', well)).toBe('warning'));

  test('pooling: averages are linear, maxima are not', () => {
    const pooled = (pool: string) => level(`{Conv2d: {out_channels: 4, kernel_size: 3}}, {${pool}: 2}, Flatten, {Linear: 2}`, image);
    expect(pooled('AvgPool2d')).toBe('warning');
    expect(pooled('MaxPool2d')).toBeUndefined();
  });

  const pairs = (layers: string) => affinePairs(parseModel(model(layers)).spec!.model).pairs.map(({ earlier, later }) => `${earlier}-${later}`);

  test.each([
    ['a linear branch around a shortcut is linear', '{Linear: 8}, ReLU, {Residual: [{Linear: 8}]}, {Linear: 2}', ['linear2-linear3']],
    [
      'a sum of a bent branch and the stream is no one matrix',
      '{Linear: 8}, {Residual: [{Linear: 8}, ReLU, {Linear: 8}]}, {Linear: 2}',
      ['linear1-linear2'],
    ],
    [
      'blocks of a residual stream',
      '{Residual: [{Linear: 4}, ReLU, {Linear: 4}]}, {Residual: [{Linear: 4}, ReLU, {Linear: 4}]}, ReLU, {Linear: 2}',
      [],
    ],
    ['copies meet each other', '{Repeat: {times: 3, layers: [{Linear: 8}]}}, ReLU, {Linear: 2}', ['linear1-linear1']],
    ['copies that end bent', '{Repeat: {times: 3, layers: [{Linear: 8}, ReLU]}}, {Linear: 2}', []],
    ['linear branches side by side', '{Parallel: [[{Linear: 4}], [{Linear: 4}]]}, {Linear: 2}', ['linear2-linear3']],
    ['one of the branches is bent', '{Parallel: [[{Linear: 4}], [{Linear: 4}, ReLU]]}, {Linear: 2}', []],
    ['parts that are put side by side', '{DenseBlock: [{Linear: 4}, [{Linear: 4}, ReLU]]}, ReLU, {Linear: 2}', ['linear1-linear2']],
    ['what is gated is no sum', '{Linear: 8}, {Highway: [{Linear: 8}]}, {Linear: 2}', []],
    ['a linear flow', '{NeuralODE: [{Linear: 8}]}, {Linear: 2}', ['linear1-linear2']],
    ['noise changes nothing in evaluation', '{Linear: 8}, {GaussianNoise: 0.1}, AlphaDropout, {Linear: 2}', ['linear1-linear2']],
    ['a product of branches is no sum', '{Parallel: {merge: mul, branches: [[{Linear: 4}], [{Linear: 4}]]}}, {Linear: 2}', []],
    ['a join with an earlier layer', '{Linear: {out_features: 4, name: a}}, ReLU, {Linear: 4}, {Add: [a]}, {Linear: 2}', []],
  ])('%s', (_what, layers, expected) => expect(pairs(layers)).toEqual(expected));
});

describe('frozen-layer', () => {
  test('at random', () => {
    const text = model('{Linear: {out_features: 8, freeze: true}}, ReLU, {Linear: 2}');
    const found = foundBy('frozen-layer', text);
    expect(found).toMatchObject({ level: 'warning', evidence: { value: 32 } });
    expect(textAt(text, found)).toBe('true');
    expect(applyEdits(text, findingsOf(text)[0].fixes[0].edits)).not.toContain('freeze: true');
  });
  test('loaded weights are meant to stay', () =>
    expect(
      levelOf('frozen-layer', model('{Linear: {out_features: 8, freeze: true, init: {weights: ./w.safetensors}}}, ReLU, {Linear: 2}')),
    ).toBeUndefined());
  test('a frozen normalisation starts as the identity', () =>
    expect(levelOf('frozen-layer', model('{Linear: 8}, {BatchNorm1d: {freeze: true}}, ReLU, {Linear: 2}'))).toBeUndefined());
  test('random features were enough', () =>
    expect(levelOf('frozen-layer', model('{Linear: {out_features: 8, freeze: true}}, ReLU, {Linear: 2}'), well)).toBe('hint'));
});

describe('bias-before-batchnorm', () => {
  test.each([
    ['{Linear: 8}, BatchNorm1d, ReLU, {Linear: 2}', 'hint'],
    ['{Linear: 8}, ReLU, {Residual: [{Linear: 8}, Identity, BatchNorm1d]}, {Linear: 2}', 'hint'],
    ['{Linear: {out_features: 8, bias: false}}, BatchNorm1d, ReLU, {Linear: 2}', undefined],
    ['{Linear: 8}, ReLU, BatchNorm1d, {Linear: 2}', undefined],
    ['{Linear: 8}, LayerNorm, ReLU, {Linear: 2}', undefined],
  ])('%s: %s', (layers, expected) => expect(levelOf('bias-before-batchnorm', model(layers))).toBe(expected));
});

describe('batch-too-small', () => {
  const normed = '{Linear: 8}, BatchNorm1d, ReLU, {Linear: 2}';
  const plain = '{Linear: 8}, ReLU, {Linear: 2}';
  const level = (layers: string, size: number, situation?: Situation) =>
    levelOf('batch-too-small', model(layers, `train: {batch_size: ${size}}`), situation);

  test.each([
    [normed, 8, undefined],
    [normed, 7, 'warning'],
    [normed, 2, 'warning'],
    [plain, 4, undefined],
    [plain, 2, 'hint'],
  ] as const)('%s with %i samples a batch: %s', (layers, size, expected) => expect(level(layers, size)).toBe(expected));
  test('one sample under BatchNorm2d', () =>
    expect(level('{Conv2d: {out_channels: 2, kernel_size: 3}}, BatchNorm2d, Flatten, {Linear: 2}', 1, image)).toBe('error'));
  test('few samples in all', () => expect(level(plain, 2, { facts: { samples: 80 } })).toBeUndefined());
  test('a model that does well', () => expect(level(normed, 4, well)).toBe('hint'));
});
