import { expect, test } from 'vitest';
import { interruptedText } from '../../src/editor/interruptedText';

const digits = { name: 'digits', step: 1240, steps: 4500 };

test('one run', () => {
  expect(interruptedText([digits])).toBe('digits was training when the window closed, at step 1,240 of 4,500.');
});

test('several in one message', () => {
  expect(interruptedText([digits, { name: 'moons', step: 3, steps: 10 }])).toBe(
    '2 runs were training when the window closed: digits (at step 1,240 of 4,500), moons (at step 3 of 10).',
  );
});

test('one that had not begun yet', () => {
  const queued = { name: 'moons', step: 0, steps: 0 };
  expect(interruptedText([queued])).toBe('moons was about to train when the window closed.');
  expect(interruptedText([digits, queued])).toContain('moons (about to begin)');
});
