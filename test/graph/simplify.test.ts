import { expect, test } from 'vitest';
import { Graph, type Value } from '../../src/graph/graph';
import { lower } from '../../src/graph/lower';
import { createSession, numbers, tensor } from '../../src/train/session';

type Build = (g: Graph, x: Value, y: Value) => Value;

/** x is 2×3, y 1×3. What is left of it, and what it gives, as it stands and simplified. */
async function both(build: Build): Promise<{ ops: string[]; before: number[]; after: number[] }> {
  const g = new Graph();
  g.output('z', build(g, g.input('x', [2, 3]), g.input('y', [1, 3])));
  const lowered = lower(g);
  const feeds = { x: tensor(Float32Array.of(1, -2, 3, 0.5, 5, -6), [2, 3]), y: tensor(Float32Array.of(10, 20, 30), [1, 3]) };
  const run = async (graph: Graph) => {
    const session = await createSession(graph);
    const { z } = await session.run(feeds);
    await session.release();
    return [...numbers(z)];
  };
  return { ops: lowered.nodes.map(({ op }) => op).filter((op) => op !== 'Input'), before: await run(g), after: await run(lowered) };
}

test.each<[name: string, build: Build, ops: string[]]>([
  ['a shape that is there already', (g, x) => g.tanh(g.reshape(x, [2, 3])), ['Tanh']],
  ['shapes on the way to another', (g, x) => g.reshape(g.reshape(x, [6]), [3, 2]), ['Reshape']],
  ['what broadcasts anyway', (g, x, y) => g.mul(x, g.op('Expand', [y], { shape: [2, 3] })), ['Mul']],
  ['what gives the shape', (g, _x, y) => g.add(g.op('Expand', [y], { shape: [2, 3] }), y), ['Expand', 'Add']],
  ['two transpositions', (g, x) => g.tanh(g.transpose(g.transpose(x, [1, 0]), [1, 0])), ['Tanh']],
  ['a sign turned twice', (g, x) => g.tanh(g.neg(g.neg(x))), ['Tanh']],
  ['scalars that are known', (g, x) => g.mul(x, g.div(g.neg(g.constant(1)), g.constant(8))), ['Constant', 'Mul']],
  ['nothing added, nothing multiplied', (g, x) => g.tanh(g.sub(g.div(g.mul(g.add(x, 0), 1), 1), 0)), ['Tanh']],
  ['0 − x and 1 / x', (g, x) => g.div(1, g.sub(0, x)), ['Constant', 'Sub', 'Constant', 'Div']],
])('%s', async (_, build, ops) => {
  const { ops: left, before, after } = await both(build);
  expect(left.sort()).toEqual([...ops].sort());
  expect(after).toEqual(before);
});
