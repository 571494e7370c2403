import { describe, expect, test } from 'vitest';
import { findingsOf, foundBy, levelOf, textAt } from '../observe';
import { falling, flat, sample, samples } from '../statistics';

const file = ({ model = '[Linear: 16, ReLU, Linear: 16, ReLU, Linear: 3]', optimizer = '{Adam: {lr: 0.001}}', rest = '' } = {}) => `
data: {source: blobs, classes: 3}
model: ${model}
loss: CrossEntropyLoss
optimizer: ${optimizer}
train: {batch_size: 32, steps: 200}
${rest}`;
const GUESSING = Math.log(3);
const evaluations = (count: number, make: (i: number) => object) =>
  Array.from({ length: count }, (_, i) => ({ step: 20 * (i + 1), train_loss: 1, ...make(i) }));
const signal = (score: number, noSkill = 1 / 3) => ({
  signal: { method: 'neighbours', score, noSkill, standardError: 0.02, isNone: false } as const,
});

describe('loss-plateau', () => {
  const level = (losses: number[]) => levelOf('loss-plateau', file(), { losses });
  test('at the loss of guessing after most of the run', () => expect(level(flat(GUESSING, 150))).toBe('warning'));
  test('near miss: half of it', () => expect(level(flat(GUESSING, 90))).toBeUndefined());
  test('near miss: a model that has just taken over in a run that is far', () => {
    const text = file().replace('steps: 200', 'steps: 1000');
    expect(levelOf('loss-plateau', text, { from: 600, losses: flat(GUESSING, 100) })).toBeUndefined();
    expect(levelOf('loss-plateau', text, { from: 600, losses: flat(GUESSING, 250) })).toBe('warning');
  });
  test('near miss: it has begun to fall', () => expect(level([...flat(GUESSING, 100), ...falling(1.09, 0.9, 50)])).toBeUndefined());
  test('near miss: a plateau below', () => expect(level(flat(0.8, 150))).toBeUndefined());
});

describe('undertrained', () => {
  test('the loss fell to the last step', () => {
    const text = file();
    const found = foundBy('undertrained', text, { losses: falling(1.4, 0.6, 200) });
    expect(found).toMatchObject({ level: 'warning', fixes: [{ kind: 'train-longer' }, { kind: 'set-learning-rate' }] });
    expect(textAt(text, found)).toBe('200');
    expect(found!.evidence.value).toBeCloseTo(0.2, 1);
  });
  test('near miss: the run goes on', () => expect(levelOf('undertrained', file(), { losses: falling(1.4, 0.6, 190) })).toBeUndefined());
  test('near miss: it had come to rest', () => {
    expect(levelOf('undertrained', file(), { losses: [...falling(1.4, 0.6, 100), ...flat(0.6, 100)] })).toBeUndefined();
  });
  test('near miss: validation does not get better any more', () => {
    const evals = evaluations(10, (i) => ({ val_loss: 0.7 + 0.01 * i, train_accuracy: 0.6, val_accuracy: 0.5 }));
    expect(levelOf('undertrained', file(), { losses: falling(1.4, 0.6, 200), evals })).toBeUndefined();
  });
  test('near miss: little is left to learn', () => expect(levelOf('undertrained', file(), { losses: falling(1.1, 0.1, 200) })).toBeUndefined());
});

describe('overfitting', () => {
  const run = (val: (i: number) => number, train: (i: number) => number) => ({
    losses: falling(1.1, 0.01, 200),
    evals: evaluations(10, (i) => ({ train_loss: train(i), val_loss: val(i), train_accuracy: 0.9, val_accuracy: 0.6 })),
  });
  test('validation lost what it had while training went on', () => {
    const found = foundBy(
      'overfitting',
      file(),
      run(
        (i) => Math.abs(i - 3) * 0.15 + 0.6,
        (i) => 0.9 ** (4 * i),
      ),
    );
    expect(found).toMatchObject({ level: 'warning', evidence: { more: { 'at step': 80 } } });
    expect(found!.evidence.value).toBeCloseTo((6 * 0.15) / GUESSING);
    expect(found!.fixes[0]).toEqual({ kind: 'early-stopping', patience: 3 });
    expect(found!.fixes).toContainEqual({ kind: 'set-weight-decay', value: 0.003 });
  });
  test('a weight decay that is stronger already is not made weaker', () => {
    const decayed = file({ optimizer: '{Adam: {lr: 0.001, weight_decay: 0.01}}' });
    const found = foundBy(
      'overfitting',
      decayed,
      run(
        () => 0.9,
        (i) => 0.5 ** i,
      ),
    );
    expect(found!.fixes.map(({ kind }) => kind)).not.toContain('set-weight-decay');
  });
  test('validation never had what training has', () => {
    expect(
      levelOf(
        'overfitting',
        file(),
        run(
          () => 0.9,
          (i) => 0.5 ** i,
        ),
      ),
    ).toBe('warning');
  });
  test('near miss: a gap that stays small beside what guessing costs', () => {
    expect(
      levelOf(
        'overfitting',
        file(),
        run(
          (i) => 0.1 + 0.02 * i,
          (i) => 0.5 ** i,
        ),
      ),
    ).toBeUndefined();
  });
  test('near miss: training stands still too', () => {
    expect(
      levelOf(
        'overfitting',
        file(),
        run(
          (i) => Math.abs(i - 3) * 0.15 + 0.6,
          () => 0.5,
        ),
      ),
    ).toBeUndefined();
  });
  test('near miss: surer than it should be, and as good as anything on these data', () => {
    const evals = evaluations(10, (i) => ({ train_loss: 0.5 ** i, val_loss: 0.2 + 0.05 * i, train_accuracy: 1, val_accuracy: 0.92 }));
    expect(levelOf('overfitting', file(), { losses: falling(1.1, 0.01, 200), evals, facts: signal(0.93) })).toBeUndefined();
  });
});

describe('underfitting', () => {
  const run = (train: number, val: number, score: number) => ({
    losses: falling(1.1, 0.6, 200),
    evals: [{ step: 200, train_loss: 0.6, val_loss: 0.65, train_accuracy: train, val_accuracy: val }],
    facts: signal(score),
  });
  test('behind a vote of neighbours, on its training data too', () => {
    const found = foundBy('underfitting', file(), run(0.62, 0.6, 0.95));
    expect(found).toMatchObject({ level: 'warning', fixes: [{ kind: 'widen', layers: ['linear1', 'linear2'] }, {}, {}] });
    expect(found!.message).toMatch(/reaches 60\.0 % \(62\.0 % on its training data\) where a vote of the nearest neighbours reaches 95\.0 %/);
  });
  test('near miss: as hard for others', () => expect(levelOf('underfitting', file(), run(0.62, 0.6, 0.66))).toBeUndefined());
  test('near miss: good on its training data, so that something else is wrong', () => {
    expect(levelOf('underfitting', file(), run(0.99, 0.6, 0.95))).toBeUndefined();
  });
  test('near miss: it is on its way', () => {
    expect(levelOf('underfitting', file(), { ...run(0.62, 0.6, 0.95), losses: falling(1.1, 0.6, 150), step: 150 })).toBeUndefined();
  });
  test('near miss: the run has only begun', () => {
    expect(levelOf('underfitting', file(), { ...run(0.62, 0.6, 0.95), step: 60 })).toBeUndefined();
  });
});

describe('over-regularized', () => {
  const weights = (norm: number) => [sample(1, [{ norm }, { norm }, { norm }])];
  const at = (total: number) => [{ step: 1, loss: 1.1, total_loss: total, lr: 0.001, grad_norm: 1 }];
  test('a penalty that costs more than guessing from the first step on', () => {
    const text = file({ rest: 'regularize: {l2: 1.0}' });
    const found = foundBy('over-regularized', text, { losses: at(99), samples: weights(6) });
    expect(found).toMatchObject({ level: 'warning', fixes: [{ kind: 'set-penalty', name: 'l2', value: 1e-4 }, { value: 0 }] });
    expect(textAt(text, found)).toBe('regularize');
  });
  test('near miss: one that is felt', () => {
    expect(levelOf('over-regularized', file({ rest: 'regularize: {l2: 0.01}' }), { losses: at(2.1), samples: weights(6) })).toBeUndefined();
    // What a teacher's predictions cost is no penalty on the weights.
    const taught = (l2: number) => file({ rest: `regularize: {l2: ${l2}, distill: ./big.nn.yaml}` });
    expect(levelOf('over-regularized', taught(0.001), { losses: at(99), samples: weights(6) })).toBeUndefined();
    expect(levelOf('over-regularized', taught(3), { losses: at(99), samples: weights(6) })).toBe('warning');
  });
  test('weight decay of SGD is half its factor times ‖w‖²', () => {
    const level = (decay: number) =>
      levelOf('over-regularized', file({ optimizer: `{SGD: {lr: 0.1, weight_decay: ${decay}}}` }), { losses: at(1.1), samples: weights(4) });
    // ½ · λ · 48 against 3 · ln 3
    expect(level(0.15)).toBe('warning');
    expect(level(0.13)).toBeUndefined();
  });
  test('AdamW holds weights below 1 / weight_decay', () => {
    const level = (decay: number) =>
      levelOf('over-regularized', file({ optimizer: `{AdamW: {lr: 0.01, weight_decay: ${decay}}}` }), { losses: at(1.1), samples: weights(4) });
    // RMS of the 4·16 + 16·16 + 16·3 weights: √(48 / 368) = 0.36
    expect(level(3)).toBe('warning');
    expect(level(2.5)).toBeUndefined();
    expect(level(0.01)).toBeUndefined();
  });
});

describe('excess-dropout', () => {
  const model = (p: number, times: number) => `[${`Linear: 16, ReLU, Dropout: ${p}, `.repeat(times)}Linear: 3]`;
  test('nine of ten units dropped', () => {
    const text = file({ model: model(0.9, 1) });
    const found = foundBy('excess-dropout', text);
    expect(found).toMatchObject({ level: 'warning', place: { layer: 'dropout1' } });
    expect(textAt(text, found)).toBe('0.9');
  });
  test('half of them four times over', () => expect(levelOf('excess-dropout', file({ model: model(0.5, 4) }))).toBe('warning'));
  test('many weak ones: each is lowered that can be', () => {
    const mixed = `[${'Linear: 16, ReLU, Dropout: 0.3, '.repeat(7)}Linear: 16, ReLU, Dropout: 0.1, Linear: 3]`;
    const layers = Array.from({ length: 7 }, (_, i) => `dropout${i + 1}`);
    expect(foundBy('excess-dropout', file({ model: mixed }))!.fixes[0]).toEqual({ kind: 'set-dropout', layers, p: 0.2 });
  });
  test('near miss: half of them three times', () => expect(levelOf('excess-dropout', file({ model: model(0.5, 3) }))).toBeUndefined());
  test('a hint once the model has learned through it', () => {
    const evals = [{ step: 200, train_loss: 0.1, val_loss: 0.1, train_accuracy: 0.97, val_accuracy: 0.97 }];
    expect(levelOf('excess-dropout', file({ model: model(0.9, 1) }), { evals, losses: flat(0.3, 200) })).toBe('hint');
  });
});

describe('train-eval-mismatch', () => {
  const model = '[Linear: 16, BatchNorm1d: {momentum: 0.001}, ReLU, Linear: 3]';
  const run = (evaluated: number) => ({
    losses: falling(1.1, 0.1, 200),
    evals: evaluations(10, () => ({ train_loss: evaluated, train_accuracy: 0.4 })),
  });
  test('evaluation sees another model', () => {
    const text = file({ model });
    const found = foundBy('train-eval-mismatch', text, run(1.5));
    expect(found).toMatchObject({ level: 'warning', place: { layer: 'batchnorm1d1' } });
    expect(found!.fixes[0]).toEqual({ kind: 'set-layer-argument', layer: 'batchnorm1d1', argument: 'momentum', value: 0.1 });
    expect(textAt(text, found)).toBe('0.001');
  });
  test('near miss: better in evaluation, as with dropout', () => {
    expect(levelOf('train-eval-mismatch', file({ model: '[Linear: 16, ReLU, Dropout: 0.5, Linear: 3]' }), run(0.05))).toBeUndefined();
  });
  test('near miss: nothing in the model that could differ', () => expect(levelOf('train-eval-mismatch', file(), run(1.5))).toBeUndefined());
});

test('what learns nothing for a reason is told once', () => {
  const evals = [{ step: 200, train_loss: GUESSING, val_loss: GUESSING, train_accuracy: 0.33, val_accuracy: 0.33 }];
  const zeros = samples(21, (i) => sample(i, [{ zeros: 1 }, { zeros: 1 }, {}]));
  const findings = findingsOf(file({ rest: 'init: zeros' }), { losses: flat(GUESSING, 200), evals, samples: zeros, facts: signal(0.95) });
  expect(findings.map(({ rule, cause }) => [rule, cause])).toEqual([
    ['symmetric-init', undefined],
    ['zero-gradient', 'symmetric-init'],
    ['loss-plateau', 'symmetric-init'],
    ['underfitting', 'symmetric-init'],
  ]);
});
