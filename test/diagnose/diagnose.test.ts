import { expect, test } from 'vitest';
import { diagnose } from '../../src/diagnose/diagnose';
import { observe } from './observe';
import { flat, sample, samples } from './statistics';

const text = `
data: {source: blobs, classes: 3}
model: [Linear: 16, ReLU, Linear: 16, ReLU, Linear: 3, Softmax]
init: zeros
loss: CrossEntropyLoss
train: {batch_size: 32, steps: 200}
`;
const stuck = {
  losses: flat(Math.log(3), 200),
  samples: samples(21, (i) => sample(i, [{ zeros: 1 }, { zeros: 1 }, {}])),
  evals: [{ step: 200, train_loss: Math.log(3), train_accuracy: 0.33 }],
};

test('errors before warnings, and what follows from each right behind it', () => {
  const findings = diagnose(observe(text, stuck));
  expect(findings.map(({ rule, level, cause }) => [rule, level, cause])).toEqual([
    ['symmetric-init', 'error', undefined],
    ['zero-gradient', 'warning', 'symmetric-init'],
    ['output-activation-mismatch', 'warning', undefined],
    ['loss-plateau', 'warning', 'output-activation-mismatch'],
  ]);
});

test('what the file says is known before the first step, what training shows when it shows', () => {
  const before = diagnose(observe(text));
  expect(before.map(({ rule, step }) => [rule, step])).toEqual([
    ['symmetric-init', 0],
    ['output-activation-mismatch', 0],
  ]);
  expect(diagnose(observe(text, stuck)).find(({ rule }) => rule === 'zero-gradient')!.step).toBe(200);
});

test('a finding that still stands keeps its step; one that was a hint is news as an alarm', () => {
  const stepAfter = (level: 'warning' | 'hint') =>
    diagnose(observe(text, stuck), [{ rule: 'zero-gradient', level, step: 30 }]).find(({ rule }) => rule === 'zero-gradient')!.step;
  expect(stepAfter('warning')).toBe(30);
  expect(stepAfter('hint')).toBe(200);
});

test('evidence is a small chart, up to the newest step', () => {
  const [, , , plateau] = diagnose(observe(text, { ...stuck, losses: flat(Math.log(3), 199) }));
  expect(plateau.rule).toBe('loss-plateau');
  expect(plateau.evidence.series!.map(({ step }) => step)).toEqual(Array.from({ length: 100 }, (_, i) => 1 + 2 * i));
});

test('fixes are edits of this very text', () => {
  const [, softmax] = diagnose(observe(text));
  expect(softmax.fixes[0].edits.map(({ range }) => text.slice(range.start, range.end)).join('')).toContain('Softmax');
});

test('of a long series as many points are told as a small chart has room for, the newest among them', () => {
  const long = text.replace('steps: 200', 'steps: 4000');
  const plateau = diagnose(observe(long, { losses: flat(Math.log(3), 4000) })).find(({ rule }) => rule === 'loss-plateau')!;
  const { series } = plateau.evidence;
  expect(series!.length).toBeGreaterThan(60);
  expect(series!.length).toBeLessThanOrEqual(120);
  expect(series!.at(-1)!.step).toBe(4000);
});
