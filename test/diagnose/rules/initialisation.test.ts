import { describe, expect, test } from 'vitest';
import { RULES } from '../../../src/diagnose/rules';
import { Subject } from '../../../src/diagnose/subject';
import { foundBy, levelOf, observe, textAt } from '../observe';

const file = (init: string, model = '[Linear: 16, ReLU, Linear: 16, ReLU, Linear: 3]') => `
data: {source: blobs, classes: 3}
model: ${model}
init: ${init}
loss: CrossEntropyLoss
`;
const deep = (activation: string, times: number, norm = '') =>
  `[${Array.from({ length: times }, () => `Linear: 48, ${norm}${activation}, `).join('')}Linear: 3]`;

describe('symmetric-init', () => {
  test.each(['zeros', '{constant: 0.02}'])('%s keeps all units of the hidden layers alike', (init) => {
    const text = file(init);
    const found = foundBy('symmetric-init', text);
    expect(found).toMatchObject({ level: 'error', place: { layer: 'linear1' }, fixes: [{ kind: 'match-init' }] });
    expect(found!.also).toMatchObject([{ layer: 'linear2' }]);
    expect(textAt(text, found)).toBe(init);
  });

  test('one layer alone gets different gradients by the layer behind it: a warning at its own init', () => {
    const text = file('kaiming_normal', '[Linear: {out_features: 16, init: zeros}, ReLU, Linear: 16, ReLU, Linear: 3]');
    expect(foundBy('symmetric-init', text)).toMatchObject({ level: 'warning', place: { layer: 'linear1' } });
  });

  test.each([
    ['a linear model', file('zeros', '[Linear: 3]')],
    ['the last layer alone', file('kaiming_normal', '[Linear: 16, ReLU, Linear: {out_features: 3, init: zeros}]')],
    ['one unit', file('zeros', '[Linear: 1, Linear: 3]')],
    ['random weights', file('{normal: {std: 0.001}}')],
  ])('near miss: %s', (_, text) => expect(levelOf('symmetric-init', text)).toBeUndefined());

  test('an edit while training does not start the weights anew', () => {
    expect(levelOf('symmetric-init', file('zeros'), { from: 100, step: 100 })).toBeUndefined();
  });
});

describe('poor-init-scale', () => {
  test('nine layers of 0.6 instead of √(2/48) = 0.20 let the signal grow a thousandfold', () => {
    const found = foundBy('poor-init-scale', file('{normal: {std: 0.6}}', deep('ReLU', 9)));
    // The first layer has four inputs: √(2/4) = 0.71 fits it, so that it is not to blame.
    expect(found).toMatchObject({ level: 'warning', place: { layer: 'linear2' } });
    expect(found!.evidence.value).toBeCloseTo((0.6 / Math.sqrt(2 / 4)) * (0.6 / Math.sqrt(2 / 48)) ** 8, 0);
  });

  test('eight layers of 0.02 before Tanh let it fade', () => {
    const found = foundBy('poor-init-scale', file('{normal: {std: 0.02}}', deep('Tanh', 8)));
    expect(found!.evidence.value).toBeCloseTo((0.02 / 0.5) * (0.02 * Math.sqrt(48)) ** 7, 9);
    expect(found!.fixes.map(({ kind }) => kind)).toEqual(['match-init', 'insert-normalisation']);
  });

  test('weights around −0.4 add up to the same negative sum in every unit', () => {
    expect(foundBy('poor-init-scale', file('{normal: {mean: -0.4, std: 0.1}}'))!.message).toMatch(
      /around −0\.40, further from 0 than they spread \(0\.10\)/,
    );
  });

  test.each([
    ['the fitting init', file('kaiming_normal', deep('ReLU', 9))],
    ["PyTorch's own start in a net of usual depth", file('default', deep('ReLU', 5))],
    ['half the fitting scale in a shallow net', file('{normal: {std: 0.1}}')],
    ['any scale before normalisations', file('{normal: {std: 0.6}}', deep('ReLU', 9, 'BatchNorm1d, '))],
  ])('near miss: %s', (_, text) => expect(levelOf('poor-init-scale', text)).toBeUndefined());

  test('worth knowing, no alarm, once the model has learned all the same', () => {
    const evals = [{ step: 50, train_loss: 0.05, val_loss: 0.06, train_accuracy: 0.99, val_accuracy: 0.98 }];
    expect(levelOf('poor-init-scale', file('{normal: {std: 0.6}}', deep('ReLU', 9)), { losses: [1.1], evals })).toBe('hint');
  });
});

describe('initial-loss-too-high', () => {
  test('of classes: far above ln 3', () => expect(levelOf('initial-loss-too-high', file('default'), { losses: [7.8] })).toBe('warning'));
  test('near miss: wide logits', () => expect(levelOf('initial-loss-too-high', file('default'), { losses: [3.1] })).toBeUndefined());
  test('near miss: a later step', () => expect(levelOf('initial-loss-too-high', file('default'), { losses: [1.1, 7.8] })).toBeUndefined());
  test('a first loss that is no number', () => expect(levelOf('initial-loss-too-high', file('default'), { losses: [null] })).toBe('warning'));

  const regression = `
data: {source: sine}
model: [Linear: 16, ReLU, Linear: 1]
loss: MSELoss
`;
  test('of numbers: ten times the variance of the targets', () => {
    expect(levelOf('initial-loss-too-high', regression, { losses: [10.5] })).toBe('warning');
    expect(levelOf('initial-loss-too-high', regression, { losses: [9.5] })).toBeUndefined();
    const { facts: _, ...withoutFacts } = observe(regression, { losses: [9.5] });
    expect(RULES['initial-loss-too-high'].check(new Subject(withoutFacts))).toBeUndefined();
  });
});
