import { describe, expect, test } from 'vitest';
import { applyEdits } from '../../../src/model/textEdits';
import type { Situation } from '../observe';
import { findingsOf, foundBy, levelOf, textAt } from '../observe';

const model = (layers: string, loss: string, more = '') => `data: {source: moons}\nmodel: [${layers}]\nloss: ${loss}\n${more}`;

/** Ends that a run of 3 classes or 1 number has. */
const three = (end: string) => `{Linear: 8}, ReLU, {Linear: 3}${end && `, ${end}`}`;
const one = (end: string) => `{Linear: 8}, ReLU, {Linear: 1}${end && `, ${end}`}`;

/** Trained to all that simple methods reach. */
const well: Situation = {
  noSkillLoss: 1,
  evals: [{ step: 100, train_loss: 0.1, val_loss: 0.1, val_accuracy: 0.95 }],
  facts: { signal: { method: 'linear', score: 0.95, noSkill: 0.5, standardError: 0.01, isNone: false } },
};

describe('output-activation-mismatch', () => {
  const level = (layers: string, loss: string, situation?: Situation) => levelOf('output-activation-mismatch', model(layers, loss), situation);

  test.each([
    ['CrossEntropyLoss', 'Softmax', 'warning'],
    ['CrossEntropyLoss', 'Sigmoid', 'warning'],
    ['CrossEntropyLoss', 'Tanh', 'warning'],
    ['CrossEntropyLoss', 'ReLU', 'warning'],
    ['CrossEntropyLoss', 'Softmax, {Dropout: 0.1}, Identity', 'warning'],
    ['CrossEntropyLoss', 'LogSoftmax', 'hint'],
    ['CrossEntropyLoss', '', undefined],
    ['CrossEntropyLoss', 'LeakyReLU', undefined],
    ['NLLLoss', '', 'error'],
    ['NLLLoss', 'Softmax', 'warning'],
    ['NLLLoss', 'ReLU, LogSoftmax', 'warning'],
    ['NLLLoss', 'LogSoftmax', undefined],
    ['BCEWithLogitsLoss', 'Sigmoid', 'error'],
    ['BCEWithLogitsLoss', 'ReLU', 'warning'],
    ['BCEWithLogitsLoss', '', undefined],
    ['BCELoss', '', 'error'],
    ['BCELoss', 'Tanh', 'error'],
    ['BCELoss', 'ReLU, Sigmoid', 'warning'],
    ['BCELoss', 'Sigmoid', undefined],
    ['MSELoss', '', undefined],
  ] as const)('%s after `%s`: %s', (loss, end, expected) => expect(level(three(end), loss)).toBe(expected));

  test('a container at the end joins values of any range', () => {
    expect(level('{Linear: 3}, {Parallel: {merge: add, branches: [[Softmax], [Tanh]]}}', 'CrossEntropyLoss')).toBeUndefined();
    expect(level('{Linear: 3}, {Repeat: {times: 2, layers: [{Linear: 3}, Softmax]}}', 'CrossEntropyLoss')).toBe('warning');
  });

  test('what a softmax before cross-entropy leaves in reach', () => {
    const text = model(three('Softmax'), 'CrossEntropyLoss');
    const found = foundBy('output-activation-mismatch', text);
    // 1 of 3 classes with logit 1, the others 0: −log(e / (e + 2))
    expect(found?.evidence.value).toBeCloseTo(-Math.log(Math.E / (Math.E + 2)), 12);
    expect(textAt(text, found)).toBe('Softmax');
    const [finding] = findingsOf(text);
    expect(applyEdits(text, finding.fixes[0].edits)).toBe(model(three(''), 'CrossEntropyLoss'));
  });

  test('a softmax over one unit puts out a constant', () => {
    expect(level(one('Softmax'), 'MSELoss')).toBe('error');
    expect(level(one('Softmax'), 'BCELoss')).toBe('error');
    expect(level(three('Softmax'), 'BCELoss')).toBeUndefined();
  });

  test.each([
    ['Sigmoid', { min: -1.6, max: 2.5, mean: 0, variance: 1 }, 'warning'],
    ['Sigmoid', { min: 31, max: 341, mean: 150, variance: 5800 }, 'error'],
    ['Sigmoid', { min: 0, max: 1, mean: 0.4, variance: 0.05 }, undefined],
    ['Sigmoid', { min: 0, max: 1.015, mean: 0.4, variance: 0.05 }, undefined],
    ['Tanh', { min: -1.6, max: 2.5, mean: 0, variance: 1.5 }, 'warning'],
    ['Tanh', { min: -1, max: 1, mean: 0, variance: 0.3 }, undefined],
    ['ReLU', { min: -1.6, max: 2.5, mean: 0, variance: 1 }, 'warning'],
    ['ReLU', { min: 0, max: 300, mean: 100, variance: 1000 }, undefined],
    ['ReLU', { min: -3, max: -1, mean: -2, variance: 0.1 }, 'error'],
    ['', { min: -1.6, max: 2.5, mean: 0, variance: 1 }, undefined],
  ] as const)('%s against targets %o: %s', (end, targets, expected) => expect(level(one(end), 'MSELoss', { facts: { targets } })).toBe(expected));

  test('a few targets out of reach of a model that does well are a hint, many stay a warning', () => {
    const score = { evals: [{ step: 100, train_loss: 0.1, val_loss: 0.1, val_r2: 0.95 }], noSkillLoss: 1 };
    const few = { min: -0.1, max: 1, mean: 0.5, variance: 0.04 };
    const many = { min: -1.6, max: 2.5, mean: 0, variance: 1 };
    expect(level(one('Sigmoid'), 'MSELoss', { facts: { targets: few } })).toBe('warning');
    expect(level(one('Sigmoid'), 'MSELoss', { ...score, facts: { targets: few } })).toBe('hint');
    expect(level(one('Sigmoid'), 'MSELoss', { ...score, facts: { targets: many } })).toBe('warning');
  });

  test('a ReLU before cross-entropy did no harm where the model does well; a softmax is wrong all the same', () => {
    expect(level(three('ReLU'), 'CrossEntropyLoss', well)).toBe('hint');
    expect(level(three('Softmax'), 'CrossEntropyLoss', well)).toBe('warning');
  });
});

describe('output-width-mismatch', () => {
  const classes = (outputs: number, counts: number[], situation: Situation = {}) =>
    foundBy('output-width-mismatch', model(`{Linear: 8}, ReLU, {Linear: ${outputs}}`, 'CrossEntropyLoss'), {
      ...situation,
      facts: { ...situation.facts, targets: { counts } },
    });

  test('one output for classes', () => {
    const found = classes(1, [50, 50]);
    expect(found).toMatchObject({ level: 'error', fixes: [{ layer: 'linear2', argument: 'out_features', value: 2 }] });
  });

  test('exactly as many as there are classes', () => expect(classes(3, [50, 50, 50])).toBeUndefined());

  test('a few more are a hint, many more a warning unless the model does well', () => {
    expect(classes(4, [50, 50, 50])?.level).toBe('hint');
    expect(classes(100, [50, 50, 50])?.level).toBe('warning');
    expect(classes(100, [50, 50, 50], well)?.level).toBe('hint');
  });

  test('a regression with another width than its targets', () => {
    const level = (columns: number) => levelOf('output-width-mismatch', model('{Linear: 3}', 'MSELoss'), { facts: { targets: { columns } } });
    expect(level(2)).toBe('error');
    expect(level(3)).toBeUndefined();
  });
});

describe('loss-mismatch', () => {
  const numbers = (targets: { distinct: number; min: number; max: number; isInteger: boolean }, situation: Situation = {}) =>
    levelOf('loss-mismatch', model(one(''), 'MSELoss'), { ...situation, facts: { ...situation.facts, targets } });

  test('class numbers as amounts', () => expect(numbers({ distinct: 3, min: 0, max: 2, isInteger: true })).toBe('warning'));
  test('0 and 1: a class, for which there is a loss', () => {
    const text = model(one(''), 'MSELoss');
    const [finding] = findingsOf(text, { facts: { targets: { distinct: 2, min: 0, max: 1, isInteger: true } } });
    expect(finding).toMatchObject({ rule: 'loss-mismatch', level: 'warning' });
    expect(applyEdits(text, finding.fixes[0].edits)).toContain('loss: BCEWithLogitsLoss');
  });
  test.each([
    ['amounts', { distinct: 50, min: 0, max: 300, isInteger: true }],
    ['fractions', { distinct: 3, min: 0, max: 2, isInteger: false }],
    ['numbers with gaps', { distinct: 3, min: 0, max: 50, isInteger: true }],
    ['a rating from 3 to 8', { distinct: 6, min: 3, max: 8, isInteger: true }],
  ])('%s are for regression', (_what, targets) => expect(numbers(targets)).toBeUndefined());
  test('few samples of each number', () =>
    expect(numbers({ distinct: 3, min: 0, max: 2, isInteger: true }, { facts: { samples: 20 } })).toBeUndefined());

  test('amounts as classes: hundreds of them, of a sample or two', () => {
    const level = (counts: number[]) => levelOf('loss-mismatch', model('{Linear: 40}', 'CrossEntropyLoss'), { facts: { targets: { counts } } });
    expect(level(Array.from({ length: 40 }, (_, i) => 1 + (i % 3)))).toBe('warning');
    expect(level(Array.from({ length: 40 }, () => 20))).toBeUndefined();
  });
});

describe('loss-reduction-sum', () => {
  const level = (optimizer: string, batch: number, reduction = 'sum', situation?: Situation) =>
    levelOf(
      'loss-reduction-sum',
      model(three(''), `{CrossEntropyLoss: {reduction: ${reduction}}}`, `optimizer: ${optimizer}\ntrain: {batch_size: ${batch}}`),
      situation,
    );

  test('under SGD the step grows with the batch', () => expect(level('{SGD: {lr: 0.1}}', 32)).toBe('warning'));
  test('Adam evens it out', () => expect(level('Adam', 32)).toBe('hint'));
  test('a batch of one is its own mean', () => expect(level('{SGD: {lr: 0.1}}', 1)).toBeUndefined());
  test('a mean', () => expect(level('{SGD: {lr: 0.1}}', 32, 'mean')).toBeUndefined());
  test('a model that does well was not hurt', () => expect(level('{SGD: {lr: 0.001}}', 32, 'sum', { ...well, noSkillLoss: undefined })).toBe('hint'));
});

describe('label-shape-or-range', () => {
  const binary = (min: number, max: number, distinct = 2) =>
    foundBy('label-shape-or-range', model(one(''), 'BCEWithLogitsLoss'), { facts: { targets: { min, max, distinct } } });

  test('binary targets of −1 and 1 are mapped to 0 and 1', () =>
    expect(binary(-1, 1)).toMatchObject({ level: 'error', fixes: [{ kind: 'normalise-target', how: 'minmax' }] }));
  test('amounts are for regression', () => expect(binary(3, 90, 50)?.fixes[0]).toEqual({ kind: 'use-loss', name: 'MSELoss' }));
  test('0 and 1, and soft labels between them', () => {
    expect(binary(0, 1)).toBeUndefined();
    expect(binary(0.1, 0.9, 9)).toBeUndefined();
  });
  test('class labels from 1 on leave an output unused', () => {
    const found = (counts: number[]) => foundBy('label-shape-or-range', model('{Linear: 4}', 'CrossEntropyLoss'), { facts: { targets: { counts } } });
    expect(found([0, 50, 50, 50])).toMatchObject({ level: 'hint', message: expect.stringContaining('begin at 1') as string });
    expect(found([50, 50, 50, 50])).toBeUndefined();
  });
});
