import { expect, test } from 'vitest';
import type { Finding } from '../../src/diagnose/finding';
import type { Fix } from '../../src/diagnose/fix';
import { findingsInEditor, fixAll, placesOf } from '../../src/editor/placedFindings';
import { parseModel } from '../../src/model/parse';

const text = `data: {source: moons}
model:
  - Linear: 16
  - Sigmoid
  - Linear: 2
loss: CrossEntropyLoss
optimizer: {SGD: {lr: 0.1}}
train: {steps: 100}
`;

const rangeOf = (of: string, word: string) => ({ start: of.indexOf(word), end: of.indexOf(word) + word.length });
const specOf = (of: string) => parseModel(of).spec!;

const replace = (of: string, word: string, by: string): Fix => ({
  kind: 'change-activation',
  title: `${word} → ${by}`,
  edits: [{ range: rangeOf(of, word), text: by }],
  needsRestart: false,
});

const finding = (more: Partial<Finding> = {}): Finding => ({
  rule: 'vanishing-gradient',
  level: 'warning',
  place: { layer: 'linear1', range: rangeOf(text, 'Linear') },
  also: [],
  step: 30,
  message: 'It vanishes.',
  evidence: { quantity: 'ratio', value: 0, healthy: 'above 0.008' },
  fixes: [replace(text, 'Sigmoid', 'ReLU')],
  ...more,
});

const judged = (more: Partial<Parameters<typeof findingsInEditor>[1] & object> = {}) => ({
  text,
  findings: [finding()],
  isActive: true,
  isSameModel: true,
  ...more,
});

/** What the found places and edits cover in the text that they are said to be of. */
const covered = (of: string, findings: readonly Finding[]): string[][] =>
  findings.map((one) => [...placesOf(one), ...one.fixes.flatMap(({ edits }) => edits)].map(({ range }) => of.slice(range.start, range.end)));

test('a comment above moves places and fixes along', () => {
  const edited = `# What this is for\n${text}`;
  const findings = findingsInEditor({ text: edited, spec: specOf(edited), findings: [] }, judged());
  expect(covered(edited, findings)).toEqual([['Linear', 'Sigmoid']]);
  expect(findings[0].place.range.start).toBe(edited.indexOf('Linear'));
});

test('a fix of a piece that was changed since is dropped, its finding stays', () => {
  const edited = text.replace('- Sigmoid', '- Tanh');
  const findings = findingsInEditor({ text: edited, spec: specOf(edited), findings: [] }, judged());
  expect(covered(edited, findings)).toEqual([['Linear']]);
});

test('what was typed right beside an edit makes the fix unsure', () => {
  const edited = text.replace('- Sigmoid', '- Sigmoid # flat');
  expect(findingsInEditor({ text: edited, spec: specOf(edited), findings: [] }, judged())[0].fixes).toEqual([]);
});

test('a layer whose own text was changed is found by its name; a key that is gone takes its finding along', () => {
  const edited = text.replace('Linear: 16', "'Linear': 16");
  const moved = findingsInEditor(
    { text: edited, spec: specOf(edited), findings: [] },
    judged({ findings: [finding(), finding({ rule: 'lr-too-high', place: { range: rangeOf(text, 'Linear') } })] }),
  );
  expect(moved.map(({ rule }) => rule)).toEqual(['vanishing-gradient']);
  expect(edited.slice(moved[0].place.range.start, moved[0].place.range.end)).toContain('Linear');
});

test('of another model the text itself tells what is wrong before training; what training found stands while that goes on', () => {
  const edited = text.replace('0.1', '0.2');
  const ofText = finding({ rule: 'missing-nonlinearity', place: { range: rangeOf(edited, 'model') } });
  const before = { ...ofText, message: 'As it was.' };
  const own = { text: edited, spec: specOf(edited), findings: [ofText] };
  const found = [before, finding({ cause: 'poor-init-scale' })];
  const training = findingsInEditor(own, judged({ isSameModel: false, findings: found }));
  expect(training.map(({ rule, message, cause }) => [rule, message, cause])).toEqual([
    ['missing-nonlinearity', 'It vanishes.', undefined],
    ['vanishing-gradient', 'It vanishes.', undefined],
  ]);
  expect(findingsInEditor(own, judged({ isSameModel: false, isActive: false, findings: found }))).toEqual([ofText]);
});

test('a place that is named twice is marked once', () => {
  const { place } = finding();
  expect(placesOf(finding({ also: [place, { range: rangeOf(text, 'Sigmoid') }] }))).toHaveLength(2);
});

test('fixes of one kind at several places are made at once; those that are alike count as one', () => {
  const two = [finding(), finding({ rule: 'dead-relu', fixes: [replace(text, 'Linear', 'Linear')] })];
  expect(fixAll(text, two, 'change-activation')).toMatchObject({ title: 'Fix all: Sigmoid → ReLU; Linear → Linear', edits: [{}, {}] });
  expect(fixAll(text, [finding(), finding({ rule: 'dead-relu' })], 'change-activation')).toBeUndefined();
  const clash = [finding(), finding({ rule: 'dead-relu', fixes: [replace(text, 'Sigmoid', 'GELU')] })];
  expect(fixAll(text, clash, 'change-activation')).toBeUndefined();
});
