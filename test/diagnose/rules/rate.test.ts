import { describe, expect, test } from 'vitest';
import { foundBy, levelOf, textAt } from '../observe';
import { falling, flat, sample, samples } from '../statistics';

const file = (optimizer: string, rest = '') => `
data: {source: blobs, classes: 3}
model: [Linear: 16, ReLU, Linear: 16, ReLU, Linear: 3]
loss: CrossEntropyLoss
optimizer: ${optimizer}
train: {batch_size: 32, steps: 200}
${rest}`;
const moving = (ratio: number, count = 6) => samples(count, (i) => sample(i, [{ ratio }, { ratio }, { ratio }]));

describe('lr-too-high', () => {
  const text = file('{Adam: {lr: 0.6}}');

  test('steps of twice the weights that threw the loss up', () => {
    const found = foundBy('lr-too-high', text, { losses: [1.1, 40, 12, ...flat(1.2, 30)], samples: moving(2) });
    expect(found).toMatchObject({ level: 'warning', fixes: [{ kind: 'set-learning-rate' }, { kind: 'clip-gradient-norm' }] });
    expect(textAt(text, found)).toBe('0.6');
    // 0.6 · 0.003 / 2: the step that sound training makes.
    expect(found!.fixes[0]).toEqual({ kind: 'set-learning-rate', lr: 9e-4 });
  });

  test('a run that such steps leave at the loss of guessing cannot learn', () => {
    expect(levelOf('lr-too-high', text, { losses: flat(1.1, 150), samples: moving(0.5) })).toBe('error');
  });

  test('steps of a few percent count where the loss went up tenfold', () => {
    expect(levelOf('lr-too-high', text, { losses: [1.1, 40, ...flat(3, 30)], samples: moving(0.04) })).toBe('warning');
    expect(levelOf('lr-too-high', text, { losses: [1.1, 4, ...flat(3, 30)], samples: moving(0.04) })).toBeUndefined();
  });

  test('plain SGD is offered Adam', () => {
    const found = foundBy('lr-too-high', file('{SGD: {lr: 6}}'), { losses: [1.1, null], samples: moving(3) });
    expect(found!.fixes.map(({ kind }) => kind)).toEqual(['set-learning-rate', 'use-adam', 'clip-gradient-norm']);
    expect(found!.level).toBe('error');
  });

  test('near miss: large steps that do no harm', () => {
    expect(levelOf('lr-too-high', text, { losses: falling(1.1, 0.2, 150), samples: moving(0.2) })).toBeUndefined();
  });
  test('near miss: the first fifty steps at guessing', () => {
    expect(levelOf('lr-too-high', text, { losses: flat(1.1, 50), samples: moving(0.2) })).toBeUndefined();
  });
  test('near miss: fifty steps at guessing of a model that took over in the middle of the run', () => {
    const late = { from: 100, losses: flat(1.1, 50), samples: moving(0.2).map((sample) => ({ ...sample, step: sample.step + 100 })) };
    expect(levelOf('lr-too-high', text, late)).toBeUndefined();
  });
  test('near miss: usual steps and a noisy loss', () => {
    expect(levelOf('lr-too-high', text, { losses: [1.1, 20, ...flat(1, 150)], samples: moving(0.01) })).toBeUndefined();
  });
});

describe('lr-too-low', () => {
  test('within fifty steps: at this rate no weight will have moved by a twentieth of itself', () => {
    const text = file('{Adam: {lr: 1e-6}}');
    const found = foundBy('lr-too-low', text, { losses: flat(1.3, 20), samples: moving(4e-6, 3) });
    expect(found).toMatchObject({ level: 'warning', fixes: [{ kind: 'set-learning-rate', lr: 8e-4 }] });
    expect(found!.evidence.value).toBeCloseTo(200 * 4e-6);
    expect(textAt(text, found)).toBe('1e-6');
  });
  test('a rate that is out of all proportion is no fix', () => {
    const found = foundBy('lr-too-low', file('{SGD: {lr: 0.1}}'), { losses: flat(1.3, 20), samples: moving(1e-12, 3) });
    expect(found!.fixes.map(({ kind }) => kind)).toEqual(['use-adam']);
  });
  test('near miss: a model that took over for the last steps of a run', () => {
    const late = { from: 180, losses: flat(1.3, 10), samples: moving(4e-4, 2).map((sample) => ({ ...sample, step: sample.step + 180 })) };
    expect(levelOf('lr-too-low', file('{Adam: {lr: 1e-4}}'), late)).toBeUndefined();
  });
  test('near miss: a run long enough for it', () => {
    expect(levelOf('lr-too-low', file('{Adam: {lr: 1e-6}}'), { losses: flat(1.3, 20), samples: moving(4e-4, 3) })).toBeUndefined();
  });
  test('near miss: a warm-up has only just begun', () => {
    const text = file('{Adam: {lr: 0.001}}', 'scheduler: [{LinearLR: {start_factor: 0.001, total_iters: 100}}]\n');
    expect(levelOf('lr-too-low', text, { losses: flat(1.3, 2), samples: [sample(1, [{ ratio: 3e-6 }, {}, {}])] })).toBeUndefined();
  });
  test('near miss: it has learned already', () => {
    const evals = [{ step: 20, train_loss: 0.2, train_accuracy: 0.9 }];
    expect(levelOf('lr-too-low', file('{Adam: {lr: 1e-6}}'), { losses: flat(0.2, 20), evals, samples: moving(4e-6, 3) })).toBeUndefined();
  });
});

describe('loss-diverging', () => {
  const level = (losses: (number | null)[]) => levelOf('loss-diverging', file('{Adam: {lr: 0.01}}'), { losses });
  test('worse than guessing after it was better', () => expect(level([...falling(1.1, 0.5, 50), ...falling(0.5, 5, 50)])).toBe('warning'));
  test('no number any more', () => expect(level([...falling(1.1, 0.5, 50), ...Array<null>(20).fill(null)])).toBe('error'));
  test('near miss: back at guessing', () => expect(level([...falling(1.1, 0.5, 50), ...flat(1.1, 50)])).toBeUndefined());
  test('near miss: one jump', () => expect(level([...falling(1.1, 0.5, 50), 30, ...flat(0.4, 90)])).toBeUndefined());
});

describe('oscillating-loss', () => {
  const swinging = (size: number, mean: number) => Array.from({ length: 100 }, (_, i) => mean + (i % 2 ? size : -size));
  const level = (losses: number[]) => levelOf('oscillating-loss', file('{SGD: {lr: 1.0}}'), { losses });
  test('jumps as large as what guessing costs', () => expect(level(swinging(1, 1.5))).toBe('warning'));
  test('near miss: the noise of sound training', () => expect(level(swinging(0.2, 0.5))).toBeUndefined());
  test('near miss: a steep fall', () => expect(level(falling(20, 1, 100))).toBeUndefined());
});
