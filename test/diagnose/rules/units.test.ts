import { describe, expect, test } from 'vitest';
import { foundBy, levelOf } from '../observe';
import { flat, sample, samples } from '../statistics';

const file = (activation: string, width = 32) => `
data: {source: blobs, classes: 3}
model: [Linear: ${width}, ${activation}, Linear: ${width}, ${activation}, Linear: 3]
loss: CrossEntropyLoss
`;
const run = { losses: flat(1.0986, 60), steps: 100 };

describe('dead-relu', () => {
  const dead = (units: number, count: (i: number) => number) => ({
    ...run,
    samples: samples(7, (i) => sample(i, [{}, {}, {}], { relu1: { dead_units: 2, units }, relu2: { dead_units: count(i), units } })),
  });

  test('a layer of which nothing answers lets no gradient through', () => {
    expect(
      foundBy(
        'dead-relu',
        file('ReLU'),
        dead(32, () => 32),
      ),
    ).toMatchObject({ level: 'error', place: { layer: 'relu2' }, also: [] });
  });
  test('most of a wide layer died since the start', () => {
    const found = foundBy(
      'dead-relu',
      file('ReLU'),
      dead(32, (i) => Math.min(24, 12 * i)),
    );
    expect(found).toMatchObject({ level: 'warning', evidence: { value: 0.75, more: { 'at the start': 0 } } });
  });
  test('near miss: as many as at the start', () =>
    expect(
      levelOf(
        'dead-relu',
        file('ReLU'),
        dead(32, () => 20),
      ),
    ).toBeUndefined());
  test('near miss: a narrow layer that started with most of its units dead', () => {
    expect(
      levelOf(
        'dead-relu',
        file('ReLU', 8),
        dead(8, () => 6),
      ),
    ).toBeUndefined();
  });
  test('near miss: dead on one batch of five', () => {
    expect(
      levelOf(
        'dead-relu',
        file('ReLU'),
        dead(32, (i) => (i === 5 ? 3 : 31)),
      ),
    ).toBeUndefined();
  });
  test('near miss: a net that gets on with the rest', () => {
    const evals = [{ step: 60, train_loss: 0.3, val_loss: 0.3, train_accuracy: 0.9, val_accuracy: 0.9 }];
    expect(levelOf('dead-relu', file('ReLU'), { ...dead(32, (i) => Math.min(24, 12 * i)), evals })).toBeUndefined();
  });
});

describe('saturated-activation', () => {
  const saturated = (first: number, second: number) => ({
    ...run,
    samples: samples(6, (i) => sample(i, [{}, {}, {}], { tanh1: { saturated_fraction: first }, tanh2: { saturated_fraction: second } })),
  });
  test('a hidden layer in its flat part', () => {
    expect(foundBy('saturated-activation', file('Tanh'), saturated(0.9, 0.3))).toMatchObject({
      level: 'warning',
      place: { layer: 'tanh1' },
      also: [],
    });
  });
  test('near miss: half of it', () => expect(levelOf('saturated-activation', file('Tanh'), saturated(0.5, 0.6))).toBeUndefined());
  test('near miss: at the output saturation is what training aims at', () => {
    const text = `
data: {source: moons}
model: [Linear: 8, ReLU, Linear: 1, Sigmoid]
loss: BCELoss
`;
    const certain = samples(6, (i) => sample(i, [{}, {}], { sigmoid1: { saturated_fraction: 0.99 } }));
    expect(levelOf('saturated-activation', text, { losses: flat(0.69, 60), samples: certain })).toBeUndefined();
  });
});
