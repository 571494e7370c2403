import { expect, test } from 'vitest';
import { candidatesOf, combine } from '../../src/diagnose/candidates';
import type { Finding } from '../../src/diagnose/finding';
import type { Fix } from '../../src/diagnose/fix';

const text = `name: m
data: {source: moons}
model:
  - Linear: 8
  - Sigmoid
  - Linear: 2
loss: CrossEntropyLoss
optimizer: {SGD: {lr: 0.5}} # why
train: {epochs: 3}
`;

/** Puts a piece of the text in the place of another. */
function fix(kind: Fix['kind'], piece: string, by: string, needsRestart = false): Fix {
  const start = text.indexOf(piece);
  return { kind, title: `${piece} → ${by}`, edits: [{ range: { start, end: start + piece.length }, text: by }], needsRestart };
}

function finding(rule: Finding['rule'], fixes: Fix[], more: Partial<Finding> = {}): Finding {
  const place = { range: { start: 0, end: 1 } };
  return { rule, level: 'warning', place, also: [], step: 0, message: '', evidence: { quantity: '', value: 0, healthy: '' }, fixes, ...more };
}

const slower = fix('set-learning-rate', '0.5', '0.05');
const muchSlower = fix('set-learning-rate', '0.5', '0.001');
const rectifier = fix('change-activation', 'Sigmoid', 'ReLU');
const init = fix('match-init', 'loss:', 'init: xavier_uniform\nloss:', true);
const longer = fix('train-longer', 'epochs: 3', 'epochs: 9');

test('the fixes of every alarm once, the best of each cause first, those of consequences later', () => {
  const findings = [
    finding('vanishing-gradient', [rectifier, init, slower]),
    finding('loss-plateau', [longer, rectifier], { cause: 'vanishing-gradient' }),
    finding('lr-too-high', [slower, muchSlower], { level: 'error' }),
    finding('undertrained', [fix('train-longer', 'epochs: 3', 'epochs: 30')], { level: 'hint' }),
  ];
  const titles = candidatesOf(findings, text).map(({ title }) => title);
  expect(titles).toEqual(['Sigmoid → ReLU', '0.5 → 0.05', 'loss: → init: xavier_uniform\nloss:', '0.5 → 0.001', 'epochs: 3 → epochs: 9']);
});

test('a candidate has the whole text, its rule and whether it needs a restart', () => {
  expect(candidatesOf([finding('poor-init-scale', [init])], text)).toEqual([
    {
      title: init.title,
      fixes: [{ rule: 'poor-init-scale', kind: 'match-init', title: init.title }],
      edits: init.edits,
      text: text.replace('loss:', 'init: xavier_uniform\nloss:'),
      needsRestart: true,
    },
  ]);
});

test('an edit that leaves no model file, and one that changes nothing, are no candidates', () => {
  const broken = fix('use-loss', 'CrossEntropyLoss', '{');
  expect(candidatesOf([finding('loss-mismatch', [broken, fix('use-adam', 'SGD', 'SGD')])], text)).toEqual([]);
});

test('at most eight are measured', () => {
  const rates = Array.from({ length: 12 }, (_, i) => fix('set-learning-rate', '0.5', String(0.01 * (i + 1))));
  expect(candidatesOf([finding('lr-too-high', rates)], text)).toHaveLength(8);
});

test('the best but more steps are combined in pairs and all three, each with all of its edits', () => {
  const singles = candidatesOf([finding('vanishing-gradient', [longer, rectifier, slower, init])], text);
  const combined = combine(singles, text);
  expect(combined.map(({ fixes }) => fixes.map(({ kind }) => kind))).toEqual([
    ['change-activation', 'set-learning-rate'],
    ['change-activation', 'match-init'],
    ['set-learning-rate', 'match-init'],
    ['change-activation', 'set-learning-rate', 'match-init'],
  ]);
  const all = combined[3];
  expect(all).toMatchObject({ title: `${rectifier.title} + ${slower.title} + ${init.title}`, needsRestart: true });
  expect(all.text).toBe(text.replace('Sigmoid', 'ReLU').replace('0.5', '0.05').replace('loss:', 'init: xavier_uniform\nloss:'));
  expect(combined[0].needsRestart).toBe(false);
});

test('fixes of one kind, and edits of one piece of text, are not combined', () => {
  const alike = candidatesOf([finding('lr-too-high', [slower, muchSlower])], text);
  expect(combine(alike, text)).toEqual([]);
  const clashing = candidatesOf([finding('lr-too-high', [slower, fix('use-adam', '{SGD: {lr: 0.5}}', '{Adam: {lr: 0.01}}')])], text);
  expect(combine(clashing, text)).toEqual([]);
});
