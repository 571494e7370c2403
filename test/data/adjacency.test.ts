import { describe, expect, test } from 'vitest';
import { readNodeGraph } from '../../src/data/adjacency';
import { float32Npy, problemOf, range } from './helpers';

const text = (lines: string) => readNodeGraph('./edges.csv', new TextEncoder().encode(lines), range);

/** D^-½(A + I)D^-½, Kipf & Welling 2017, by its elements. */
function expected(a: number[][]): number[] {
  const withLoops = a.map((row, i) => row.map((value, j) => value + (i === j ? 1 : 0)));
  const degrees = withLoops.map((row) => row.reduce((sum, value) => sum + value, 0));
  return withLoops.flatMap((row, i) => row.map((value, j) => value / Math.sqrt(degrees[i]) / Math.sqrt(degrees[j])));
}

const path = [
  [0, 1, 0],
  [1, 0, 2.5],
  [0, 2.5, 0],
];

describe('a graph of nodes', () => {
  test.each([
    ['lines', '0,1,0\n1,0,2.5\n0,2.5,0\n'],
    ['blanks, other ends of lines, an empty one', ' 0, 1 ,0\r\n1,0,2.5\r\n\r\n0,2.5,0'],
  ])('of a table: %s', (_, lines) => {
    const { nodes, propagation } = text(lines);
    expect(nodes).toBe(3);
    expected(path).forEach((value, i) => expect(propagation[i]).toBeCloseTo(value, 12));
  });

  test('of an array; the sums of rows count where it is not symmetric, and a node without edges keeps its own', () => {
    const directed = [
      [0, 3],
      [0, 0],
    ];
    const { propagation } = readNodeGraph('./edges.npy', float32Npy([2, 2], directed.flat()), range);
    expected(directed).forEach((value, i) => expect(propagation[i]).toBeCloseTo(value, 12));
    expect(text('0').propagation).toEqual([1]);
  });

  test.each([
    ['0,1\n1,0\n0,0', 'an adjacency matrix is square, N×N, but this one is 3×2.'],
    ['0,1\n1', 'row 2 has 1 numbers, row 1 has 2. It needs N rows of N numbers.'],
    ['a,b\n0,1', 'row 1, column 1 is `a`, which is no number. There is no header and no column of names.'],
    ['0,-1\n1,0', 'row 1, column 2 is -1. An edge is a number from 0 on; 0 is none.'],
    ['0,\n1,0', 'row 1, column 2 is ``, which is no number. There is no header and no column of names.'],
    ['', 'an adjacency matrix is square, N×N, but this one is 0×0.'],
  ])('%j is none', (lines, message) => {
    expect(problemOf(() => text(lines))).toMatchObject({ code: 'bad-adjacency', message: `./edges.csv: ${message}`, range });
  });

  test('what is not finite, three-dimensional or too large is none', () => {
    const npy = (shape: number[], data: number[]) => problemOf(() => readNodeGraph('./e.npy', float32Npy(shape, data), range)).message;
    expect(npy([1, 1], [Infinity])).toBe('./e.npy: row 1, column 1 is Infinity. An edge is a number from 0 on; 0 is none.');
    expect(npy([1, 1, 1], [0])).toBe('./e.npy: an adjacency matrix is square, N×N, but this one is 1×1×1.');
    expect(npy([1025, 1025], Array<number>(1025 ** 2).fill(0))).toBe('./e.npy: a graph may have 1024 nodes; this one has more.');
  });
});
