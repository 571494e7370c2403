import { expect, test } from 'vitest';
import { Graph, type Node } from '../../src/graph/graph';
import { lower } from '../../src/graph/lower';
import { portable } from '../../src/graph/portable';
import { subgraphs } from '../../src/graph/rewrite';
import { createSession, type Feeds } from '../../src/train/session';
import { differences, figuresOf, PORTABLE_TABLE, rowGraph } from './portableTable';

async function run(graph: Graph, feeds: Feeds): Promise<number[]> {
  const session = await createSession(graph);
  const outputs = await session.run(feeds);
  await session.release();
  return figuresOf(outputs);
}

const nodes = (g: Graph): Node[] => g.nodes.flatMap((n) => [n, ...subgraphs(n).flatMap(nodes)]);
const written = (g: Graph) => nodes(g).map(({ op, inputs, outputs }) => `${op}(${inputs.map((x) => x.dtype).join()}) ${outputs.length}`);

test.each(Object.entries(PORTABLE_TABLE))('%s: something else takes its place and computes the same', async (_, row) => {
  const { graph, feeds } = rowGraph(row);
  const lowered = lower(graph);
  const spelled = portable(lowered);
  expect(written(spelled)).not.toEqual(written(lowered));
  expect(differences(await run(spelled, feeds), await run(lowered, feeds), row.tolerance)).toEqual([]);
});

test('what the GPU has stays as it is', () => {
  const g = new Graph();
  const x = g.input('x', [3, 4]);
  g.output('y', g.softmax(g.add(g.tanh(g.gemm(x, x, undefined, true)), 1), 1));
  const lowered = lower(g);
  expect(written(portable(lowered))).toEqual(written(lowered));
});

test('constants of infinity and NaN are not taken for each other', () => {
  const g = new Graph();
  const x = g.input('x', [1]);
  for (const [i, n] of [Infinity, -Infinity, NaN].entries()) g.output(`y${i}`, g.max(x, n));
  expect(lower(g).nodes.filter(({ op }) => op === 'Constant')).toHaveLength(3);
});
