import { expect, test } from 'vitest';
import { readNodeGraph } from '../../../src/data/adjacency';
import { Graph } from '../../../src/graph/graph';
import { lower } from '../../../src/graph/lower';
import { buildForward, scratchForward } from '../../../src/model/build';
import { parseModel } from '../../../src/model/parse';
import { createSession, tensor } from '../../../src/train/session';
import { NdArray, sum } from './array';

const specOf = (entry: string) => parseModel(`data: {source: blobs, adjacency: ./edges.csv}\nmodel: [${entry}]\nloss: MSELoss\n`).spec!;
const edges = [
  [0, 1, 0],
  [1, 0, 2],
  [0, 2, 0],
];

test('GraphConv: D^-½(A + I)D^-½·X·Wᵀ + b (Kipf & Welling 2017, equation 2)', async () => {
  const nodeGraph = readNodeGraph('./edges.csv', new TextEncoder().encode(edges.join('\n')), { start: 0, end: 0 });
  const value = (at: number) => Math.sin(3 * at + 1);
  const arrays: Record<string, NdArray> = {};
  const input = (g: Graph, name: string, shape: number[]) => {
    arrays[name] = NdArray.of(shape, (...index) => value(index.reduce((at, i) => 7 * at + i, name.length)));
    return g.input(name, shape);
  };
  const g = new Graph();
  const parameter = ({ name, shape }: { name: string; shape: number[] }) => input(g, name, shape);
  const x = input(g, 'x', [2, 3, 4]);
  const { output } = buildForward(g, specOf('{GraphConv: 2}'), x, { training: true, parameter, buffer: parameter, nodeGraph });
  g.output('y', output);
  const session = await createSession(lower(g), 'float64');
  const { y } = await session.run(
    Object.fromEntries(Object.entries(arrays).map(([name, { data, shape }]) => [name, tensor(data, shape, 'float64')])),
  );
  await session.release();

  const withLoops = (i: number, j: number) => edges[i][j] + (i === j ? 1 : 0);
  const degree = (i: number) => sum(3, (j) => withLoops(i, j));
  const expected = NdArray.of([2, 3, 2], (n, i, f) => {
    const spread = (j: number) => withLoops(i, j) / Math.sqrt(degree(i) * degree(j));
    const projected = (j: number) => sum(4, (c) => arrays.x.at(n, j, c) * arrays['graphconv1.weight'].at(f, c));
    return arrays['graphconv1.bias'].at(f) + sum(3, (j) => spread(j) * projected(j));
  });
  [...(y.data as Float64Array)].forEach((v, i) => expect(v).toBeCloseTo(expected.data[i], 10));
});

test('parameters are a Linear’s; without the data only the shapes are known', () => {
  const { parameters, output } = scratchForward(specOf('{GraphConv: {out_features: 5, bias: false}}'), [10, 4]);
  expect(parameters.map(({ name, shape }) => [name, shape])).toEqual([['graphconv1.weight', [5, 4]]]);
  expect(output.shape).toEqual([2, 10, 5]);
});
