import { expect, test } from 'vitest';
import { afterAnalysis, noticeOf, type SwapMoment } from '../../src/editor/afterAnalysis';
import { parseModel } from '../../src/model/parse';
import type { Problem } from '../../src/model/problem';

const trained = { text: 'loss: CrossEntropyLoss\n', files: '[]' };
const edited = { ...trained, text: 'loss: MSELoss\n' };
const newData = { ...trained, files: '[["a.csv",{"mtime":2}]]' };
const error: Problem = { code: 'unknown-loss', level: 'error', message: 'Unknown loss `MSE`.', range: { start: 6, end: 9 } };
const hint: Problem = { ...error, level: 'hint' };

const after = (version: typeof edited, isSaved: boolean, moment: SwapMoment, problems: Problem[] = []): string =>
  afterAnalysis(version, isSaved, problems, trained, moment).type;

test('the text that trains asks for nothing, whatever is wrong with it by now', () => {
  for (const moment of ['onEdit', 'onSave', 'never'] as const) expect(after(trained, false, moment, [error])).toBe('none');
});

test.each<[SwapMoment, boolean, string]>([
  ['onEdit', false, 'swap'],
  ['onEdit', true, 'swap'],
  ['onSave', false, 'wait'],
  ['onSave', true, 'swap'],
  ['never', false, 'wait'],
  ['never', true, 'wait'],
])('an edited text %s, saved: %s → %s', (moment, isSaved, reaction) => {
  expect(after(edited, isSaved, moment)).toBe(reaction);
});

test('another content of a data file counts as an edit that is saved', () => {
  expect(after(newData, false, 'onEdit')).toBe('swap');
  expect(after(newData, false, 'onSave')).toBe('swap');
  expect(after(newData, true, 'never')).toBe('wait');
});

test('a text with errors does not take over, one with hints does; nobody is told before it would', () => {
  expect(after(edited, false, 'onEdit', [hint, error])).toBe('refuse');
  expect(after(edited, true, 'onSave', [error])).toBe('refuse');
  expect(after(edited, false, 'onSave', [error])).toBe('wait');
  expect(after(edited, false, 'onEdit', [hint])).toBe('swap');
});

test('the notice says where, what, and that training goes on', () => {
  const text = 'data: {source: moons}\nmodel:\n  - Lineer: 8\nloss: CrossEntropyLoss\n';
  const { problems } = parseModel(text);
  const reaction = afterAnalysis({ text, files: '' }, false, problems, trained, 'onEdit');
  expect(reaction).toEqual({
    type: 'refuse',
    notice: 'Line 3: Unknown layer `Lineer`. Did you mean `Linear`? Training goes on with the last valid text.',
  });
  const withoutPlace: Problem = { code: 'out-of-memory', level: 'error', message: 'It is too large' };
  expect(noticeOf(withoutPlace, text)).toBe('It is too large. Training goes on with the last valid text.');
});
