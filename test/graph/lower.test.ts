import { expect, test } from 'vitest';
import { Graph, type Value } from '../../src/graph/graph';
import { lower } from '../../src/graph/lower';
import { createSession, numbers, tensor } from '../../src/train/session';

const ops = (g: Graph) => g.nodes.map((n) => n.op);

test('equal subexpressions are computed once, unused ones not at all, identities vanish', () => {
  const g = new Graph();
  const x = g.input('x', [4]);
  g.exp(g.log(x));
  g.output('y', g.add(g.identity(g.tanh(x)), g.tanh(g.identity(x))));
  expect(ops(lower(g))).toEqual(['Input', 'Tanh', 'Add']);
});

test('constants of other values or shapes stay apart', () => {
  const g = new Graph();
  const x = g.input('x', [2, 2]);
  g.output('y', g.add(g.add(g.mul(x, 2), g.constant([2, 2])), g.constant([2, 2], [2, 1])));
  expect(ops(lower(g)).filter((op) => op === 'Constant')).toHaveLength(3);
});

test('a subgraph uses what the outer graph computed, and keeps alive what it uses', () => {
  const g = new Graph();
  const x = g.input('x', [3]);
  const y = g.tanh(x);
  const then = new Graph();
  then.output('a', then.sum(then.tanh(x), [0], true));
  const other = new Graph();
  other.output('b', other.constant([0]));
  g.output('z', g.op('If', [g.input('c', [], 'bool')], { then, else: other }));
  g.output('y', y);
  const lowered = lower(g);
  expect(ops(lowered)).toEqual(['Input', 'Tanh', 'Input', 'If']);
  const inner = lowered.nodes[3].attrs.then as Graph;
  expect(ops(inner)).toEqual(['ReduceSum']);
});

/** Runs a graph of one input on the real engine. */
async function run(x: number[], shape: number[], build: (g: Graph, x: Value) => Value): Promise<number[]> {
  const g = new Graph();
  g.output('y', build(g, g.input('x', shape)));
  const session = await createSession(lower(g));
  const { y } = await session.run({ x: tensor(Float32Array.from(x), shape) });
  await session.release();
  return [...numbers(y)];
}

test('max pooling gives a tie to the first position, as PyTorch does, in overlapping windows too', async () => {
  const attrs = { kernel: [2, 2], strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1] };
  const dx = await run([5, 5, 0, 0, 5, 0], [1, 1, 2, 3], (g, x) => {
    const y = g.op('MaxPool', [x], attrs);
    return g.op('MaxPoolGrad', [g.constant([1, 10], [1, 1, 1, 2]), x, y], attrs);
  });
  // Left window: 5 5 / 0 5: the first. Right window: 5 0 / 5 0: its first, which is the second element.
  expect(dx).toEqual([1, 10, 0, 0, 0, 0]);
});

test('so does pooling whose windows tile the input', async () => {
  const attrs = { kernel: [2, 3], strides: [2, 3], pads: [0, 0, 0, 0], dilations: [1, 1] };
  const dx = await run([0, 7, 7, 7, 0, 0, 7, 0, 0, 0, 0, 0], [1, 1, 2, 6], (g, x) =>
    g.op('MaxPoolGrad', [g.constant([1, 10], [1, 1, 1, 2]), x, g.op('MaxPool', [x], attrs)], attrs),
  );
  expect(dx).toEqual([0, 1, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0]);
});

test('max pooling never picks its padding, whatever the sign of the data', async () => {
  const attrs = { kernel: [2, 2], strides: [2, 2], pads: [1, 1, 1, 1], dilations: [1, 1] };
  const y = await run([-1, -2, -3, -4], [1, 1, 2, 2], (g, x) => g.op('MaxPool', [x], attrs));
  expect(y).toEqual([-1, -2, -3, -4]);
});

test('without statistics wanted the If gives an empty vector', async () => {
  const g = new Graph();
  const x = g.input('x', [2]);
  const then = new Graph();
  then.output('s', then.sum(x, [0], true));
  const nothing = new Graph();
  nothing.output('n', nothing.constant([], [0]));
  g.output('y', g.op('If', [g.input('c', [], 'bool')], { then, else: nothing }));
  const session = await createSession(lower(g));
  const feeds = (c: number) => ({ x: tensor(Float32Array.of(1, 2), [2]), c: tensor(Uint8Array.of(c), [], 'bool') });
  expect([...numbers((await session.run(feeds(0))).y)]).toEqual([]);
  expect([...numbers((await session.run(feeds(1))).y)]).toEqual([3]);
});

test('graphs of any size are lowered: nothing is passed as arguments by the thousand', () => {
  const g = new Graph();
  const x = g.input('x', []);
  const then = new Graph();
  let sum = x;
  for (let i = 0; i < 200_000; i++) sum = then.op('Add', [sum, x]);
  then.output('sum', sum);
  const other = new Graph();
  other.output('x', other.identity(x));
  g.output('y', g.op('If', [g.input('c', [], 'bool')], { then, else: other }));
  expect((lower(g).nodes.at(-1)!.attrs.then as Graph).nodes).toHaveLength(200_000);
});
