import { expect, test } from 'vitest';
import type { Finding } from '../../src/diagnose/finding';
import type { Fix } from '../../src/diagnose/fix';
import { findingViews } from '../../src/run/health';
import { encodeSummary, decodeSummary } from '../../src/run/runSummary';
import { RunStore } from '../../src/run/runStore';
import { decodeEvent } from '../../src/run/storedEvent';
import { identity, start, step, steps } from './events';

const text = 'data: {source: moons}\nmodel:\n  - Linear: 2\noptimizer: {SGD: {lr: 0.5}}\n';
const at = (word: string) => ({ start: text.indexOf(word), end: text.indexOf(word) + word.length });

const finding = (more: Partial<Finding>): Finding => ({
  rule: 'lr-too-high',
  level: 'warning',
  place: { range: at('0.5') },
  also: [],
  step: 20,
  message: 'Too high.',
  evidence: { quantity: 'loss', value: 3, healthy: 'below 1' },
  fixes: [],
  ...more,
});

test('a finding is shown with its line and its key or layer, its rule’s reasons and the titles of its fixes', () => {
  const linear = { layer: 'linear1', range: at('Linear') };
  const fix: Fix = { kind: 'set-learning-rate', title: 'lr: 0.5 → 0.1', edits: [], needsRestart: false };
  const [rate, layer, whole] = findingViews(
    [
      finding({ fixes: [fix] }),
      finding({ place: linear, also: [linear, { layer: 'linear2', range: at('Linear') }] }),
      finding({ place: { range: at('{source: moons}') } }),
    ],
    text,
  );
  expect(rate).toMatchObject({ key: 'lr', line: 4, fixes: ['lr: 0.5 → 0.1'], also: [] });
  expect([rate.title, rate.because, rate.formula, rate.reference].every((word) => word.length > 0)).toBe(true);
  expect(rate).not.toHaveProperty('layer');
  expect(layer).toMatchObject({ layer: 'linear1', line: 3, also: ['linear2'] });
  expect(layer).not.toHaveProperty('key');
  expect(whole.key).toBe('data');
});

const model =
  'data: {source: moons}\nmodel: [{Linear: {out_features: 2, name: linear1}}, {Linear: {out_features: 2, name: linear2}}]\nloss: CrossEntropyLoss\noptimizer: {SGD: {lr: 0.1}}\ntrain: {steps: 1000}\n';

test('run.json keeps what was found in short; a history that is read again is judged anew, and what still stands keeps its step', () => {
  const run = RunStore.create({ ...identity, text: model });
  run.apply([start, ...steps(1, 60)], 1);
  expect(run.diagnose()).toBe(true);
  expect(run.diagnose()).toBe(false);
  const summary = run.summary();
  expect(summary.findings!.length).toBeGreaterThan(0);
  expect(summary.findings!.map(({ rule }) => rule)).toEqual(run.findings.map(({ rule }) => rule));
  const stored = decodeSummary(encodeSummary(summary))!;
  expect(stored).toEqual(summary);
  const [first] = stored.findings!;
  expect(decodeSummary(JSON.stringify({ ...summary, findings: [{ ...first, rule: 'of-another-version' }] }))).toEqual({
    ...summary,
    findings: undefined,
  });
  const { findings: _, ...old } = summary;
  expect(decodeSummary(encodeSummary(old))).toEqual(old);
});

test('what was found after the step that a run went back to is told of no more', () => {
  const sound = model.replace('}}, {Linear', '}}, ReLU, {Linear');
  const run = RunStore.create({ ...identity, text: sound });
  run.apply([start, ...steps(1, 20), { ...step(21), loss: null, total_loss: null }], 1);
  run.diagnose();
  const told = () => run.run.health!.findings.map(({ rule }) => rule);
  expect(told()).toContain('non-finite');
  run.goBack({ step: 20, edit: 0, seconds: 1 });
  run.diagnose();
  expect(told()).toEqual([]);
});

test('facts of another version cost a stored run nothing but themselves', () => {
  const facts = { samples: 9, sampleShape: [2], inputs: { rms: null } };
  expect(decodeEvent(JSON.stringify({ ...start, facts }))).toEqual(start);
});

test('a page is told of the health of a run when there is another; too little seen is not called healthy', () => {
  const run = RunStore.create({ ...identity, text: model });
  run.apply([start, ...steps(1, 20)], 1);
  run.diagnose();
  const { message, cursor } = run.since(undefined);
  expect(message).toMatchObject({ type: 'hydrate', run: { health: { passed: [] } } });
  run.apply(steps(21, 60), 1);
  expect(run.since(cursor).message).not.toHaveProperty('health');
  run.diagnose();
  const next = run.since(cursor).message;
  expect(next.type === 'update' && next.health!.passed.length).toBeGreaterThan(0);
});
