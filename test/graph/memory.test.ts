import { expect, test } from 'vitest';
import { Graph } from '../../src/graph/graph';
import { peakBytes } from '../../src/graph/memory';

test('a value is held until its last use, and while a reshape of it is in use', () => {
  const g = new Graph();
  const x = g.input('x', [100]);
  const y = g.exp(x);
  const view = g.reshape(y, [10, 10]);
  const z = g.sum(g.neg(g.exp(g.tanh(x))), [0]);
  g.output('out', g.add(view, z));
  // exp(x) waits for the sum under its view, so at neg there are three arrays of 100: it, the operand and the result.
  expect(peakBytes(g)).toBe(4 * 300);
});
