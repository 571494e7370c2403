import type { SourceRange } from '../model/problem';
import { failIn, quoted, type DataFile } from './dataFile';
import { readNpy } from './npy';

/** How a GraphConv spreads features over a graph of nodes. */
export interface NodeGraph {
  nodes: number;
  /** D^-½(A + I)D^-½, row by row. */
  propagation: readonly number[];
}

/** The graph is a constant of every computation, N×N numbers. */
const MOST_NODES = 1024;

/**
 * Reads which nodes are joined: N×N numbers, not negative, 0 where two are not joined; in a .csv one row a line, without a header. Gives what a
 * graph convolution multiplies with, D^-½(A + I)D^-½ with the sums of rows in D.
 * @throws ProblemError for what is not square, too large or no such numbers.
 */
export function readNodeGraph(path: string, bytes: Uint8Array, range: SourceRange): NodeGraph {
  const file: DataFile = { path, bytes, range };
  const { nodes, at } = /\.npy$/i.test(path) ? fromNpy(file) : fromText(file);
  const degree = new Float64Array(nodes).fill(1);
  for (let i = 0; i < nodes; i++)
    for (let j = 0; j < nodes; j++) {
      const value = at(i, j);
      if (!Number.isFinite(value) || value < 0)
        failIn(file, 'bad-adjacency', `row ${i + 1}, column ${j + 1} is ${value}. An edge is a number from 0 on; 0 is none.`);
      degree[i] += value;
    }
  const propagation = Array<number>(nodes * nodes);
  for (let i = 0; i < nodes; i++)
    for (let j = 0; j < nodes; j++) propagation[i * nodes + j] = (at(i, j) + (i === j ? 1 : 0)) / Math.sqrt(degree[i] * degree[j]);
  return { nodes, propagation };
}

interface Square {
  nodes: number;
  at: (row: number, column: number) => number;
}

function fromNpy(file: DataFile): Square {
  const { shape, at } = readNpy(file, file.path, file.bytes);
  const [nodes] = shape;
  checkSquare(file, shape);
  return { nodes, at: (row, column) => at(row * nodes + column) };
}

function fromText(file: DataFile): Square {
  if (file.bytes.length > 32 * MOST_NODES ** 2) failTooLarge(file);
  const lines = new TextDecoder().decode(file.bytes).split(/\r?\n|\r/);
  const rows = lines.filter((line) => line.trim() !== '').map((line) => line.split(',').map((cell) => cell.trim()));
  const ragged = rows.findIndex((row) => row.length !== rows[0].length);
  if (ragged >= 0)
    failIn(file, 'bad-adjacency', `row ${ragged + 1} has ${rows[ragged].length} numbers, row 1 has ${rows[0].length}. It needs N rows of N numbers.`);
  checkSquare(file, [rows.length, rows[0]?.length ?? 0]);
  const numbers = rows.map((row, i) =>
    row.map((cell, j) => {
      if (cell === '' || Number.isNaN(Number(cell)))
        failIn(
          file,
          'bad-adjacency',
          `row ${i + 1}, column ${j + 1} is ${quoted(cell)}, which is no number. There is no header and no column of names.`,
        );
      return Number(cell);
    }),
  );
  return { nodes: rows.length, at: (row, column) => numbers[row][column] };
}

function checkSquare(file: DataFile, shape: readonly number[]): void {
  if (shape.length !== 2 || shape[0] !== shape[1] || shape[0] === 0)
    failIn(file, 'bad-adjacency', `an adjacency matrix is square, N×N, but this one is ${shape.join('×') || 'a single number'}.`);
  if (shape[0] > MOST_NODES) failTooLarge(file);
}

const failTooLarge = (file: DataFile): never => failIn(file, 'bad-adjacency', `a graph may have ${MOST_NODES} nodes; this one has more.`);
