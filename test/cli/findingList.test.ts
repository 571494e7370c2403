import { expect, test } from 'vitest';
import { report } from '../../src/cli/findingList';
import type { Finding } from '../../src/diagnose/finding';

const text = 'name: m\nmodel:\n  - Linear: 8\n  - Sigmoid\n  - Linear: 2\nloss: CrossEntropyLoss\n';

function finding(rule: Finding['rule'], piece: string, more: Partial<Finding> = {}): Finding {
  const start = text.indexOf(piece);
  const place = { range: { start, end: start + piece.length } };
  return { rule, level: 'warning', place, also: [], step: 0, message: '', evidence: { quantity: '', value: 0, healthy: '' }, fixes: [], ...more };
}

const fix = (title: string) => ({ kind: 'match-init' as const, title, edits: [], needsRestart: false });

test('each finding at its line, its message and first fixes below, what follows from it under it', () => {
  const vanishing = finding('vanishing-gradient', 'Linear: 8', {
    level: 'error',
    step: 20,
    message: 'The gradient of `linear1` is 1.3e−7 of that of `linear4` (healthy: above 0.008): the first layers hardly learn.',
    fixes: ['Sigmoid → ReLU', 'BatchNorm1d after 3 layers', 'init: xavier_uniform', 'lr: 0.01 → 0.1'].map(fix),
  });
  vanishing.place.layer = 'linear1';
  const plateau = finding('loss-plateau', 'CrossEntropyLoss', {
    cause: 'vanishing-gradient',
    step: 200,
    message: 'The loss stays at that of guessing.',
  });
  const underfitting = finding('underfitting', 'name', { cause: 'loss-plateau', step: 400, message: 'Neighbours do better.', fixes: [fix('widen')] });
  expect(report([vanishing, plateau, underfitting], text, [], 400, 60)).toBe(`\
line  level    finding
   3  error    vanishing-gradient, linear1, step 20
               The gradient of \`linear1\` is 1.3e−7 of that
               of \`linear4\` (healthy: above 0.008): the
               first layers hardly learn.
               fix: Sigmoid → ReLU
               fix: BatchNorm1d after 3 layers
               fix: init: xavier_uniform
   6  warning  └ loss-plateau, step 200
                 The loss stays at that of guessing.
   1  warning    └ underfitting, step 400
                   Neighbours do better.
                   fix: widen`);
});

test('a run without an alarm is called healthy, with what was looked at; hints follow', () => {
  const hint = finding('bias-before-batchnorm', 'Linear: 8', { level: 'hint', message: 'The bias does nothing.' });
  expect(report([hint], text, ['gradients reach the first layer', 'the training loss falls'], 400, 60)).toBe(`\
Healthy: 2 checks over 400 steps: gradients reach the first
  layer; the training loss falls.
line  level    finding
   3  hint     bias-before-batchnorm
               The bias does nothing.`);
});
