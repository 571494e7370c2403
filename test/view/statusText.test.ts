import { expect, test } from 'vitest';
import { statusLevel, statusText, statusTooltip, type StatusFigures } from '../../src/view/statusText';

const digits = (more: Partial<StatusFigures> = {}): StatusFigures => ({
  name: 'digits',
  file: 'examples/digits.nn.yaml',
  state: 'running',
  step: 1240,
  steps: 4500,
  stepsPerSecond: 812.4,
  lastLoss: 0.031248,
  ahead: 1,
  isElsewhere: false,
  ...more,
});

test('while it trains: step, loss and speed', () => {
  expect(statusText(digits())).toEqual({ icon: 'pulse', line: 'digits: step 1,240 / 4,500 · loss 0.0312 · 812 steps/s' });
});

test('a loss that is not a number is said in words', () => {
  expect(statusText(digits({ lastLoss: null })).line).toBe('digits: step 1,240 / 4,500 · loss not finite · 812 steps/s');
});

test('before the first event', () => {
  expect(statusText(digits({ state: 'starting', step: 0, steps: 0, lastLoss: undefined })).line).toBe('digits: starting…');
});

test('in the queue: for how many it waits', () => {
  expect(statusText(digits({ state: 'queued' })).line).toBe('digits: waits for 1 run');
  expect(statusText(digits({ state: 'queued', ahead: 3 })).line).toBe('digits: waits for 3 runs');
});

test('every state has a word, and what ended the run is in the tooltip', () => {
  expect(statusText(digits({ state: 'paused' }))).toEqual({ icon: 'debug-pause', line: 'digits: paused · step 1,240 / 4,500 · loss 0.0312' });
  const failed = digits({ state: 'failed', message: 'It ran out of memory.' });
  expect(statusText(failed)).toEqual({ icon: 'error', line: 'digits: failed · step 1,240 / 4,500 · loss 0.0312' });
  expect(statusTooltip(failed).split('\n')).toEqual(['examples/digits.nn.yaml · failed', 'It ran out of memory.', 'Select to open the dashboard.']);
  expect(statusLevel(failed)).toBe('error');
});

test('a run of another window says so, and its speed is not known here', () => {
  expect(statusText(digits({ isElsewhere: true, lastLoss: undefined })).line).toBe('digits: in another window · step 1,240 / 4,500');
});

test('a text that cannot take over is a warning with its reason', () => {
  const message = 'Line 12: Unknown layer `Lineer`. Training goes on with the last valid text.';
  const run = digits({ message });
  expect(statusLevel(run)).toBe('warning');
  expect(statusText(run)).toEqual({ icon: 'warning', line: 'digits: last valid text · step 1,240 / 4,500 · loss 0.0312 · 812 steps/s' });
  expect(statusTooltip(run)).toContain(message);
  expect(statusLevel(digits())).toBeUndefined();
  expect(statusLevel(digits({ state: 'interrupted', message: 'The window closed.' }))).toBeUndefined();
});

test('a text that takes over later is said in the tooltip alone', () => {
  const run = digits({ waitsUntil: 'onSave' });
  expect(statusTooltip(run)).toContain('takes over when it is saved');
  expect(statusTooltip(digits({ waitsUntil: 'never' }))).toContain('takes over with the next run');
  expect(statusText(run)).toEqual(statusText(digits()));
  expect(statusLevel(run)).toBeUndefined();
});
