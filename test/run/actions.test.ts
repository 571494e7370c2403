import { expect, test } from 'vitest';
import { ACTIONS, modelLine } from '../../src/run/actions';

test.each([
  ['name: a\ndata: {source: moons}\nmodel:\n  - Linear: 2\n', 2],
  ['# model: not this one\r\ndata: {model: 1}\r\nmodel : [ReLU]\r\n', 2],
  ['data: {source: [}\n  model:\nmodel:\n  - {\n', 2],
  ['name: no layers yet\n', 0],
  ['', 0],
])('the lenses of %j stand above line %d', (text, line) => {
  expect(modelLine(text)).toBe(line);
});

test('Stop and Step keep their places between running and paused', () => {
  for (const action of ['stop', 'step'] as const) expect(ACTIONS.running.indexOf(action)).toBe(ACTIONS.paused.indexOf(action));
});
