import { expect, test } from 'vitest';
import { columnsOfAll, layersOfAll, stripCells, stripTable } from '../../webview/comparedRows';
import { layer, param, snapshot, tensor } from './runView';

const of = (...names: string[]) => ({ layers: names.map((name) => layer(name)) });

test('layers of all runs stand in the order of the first; what only others have follows its predecessor there', () => {
  expect(layersOfAll([of('a', 'b', 'c'), of('a', 'norm', 'b', 'c', 'head'), of('stem', 'a')])).toEqual(['stem', 'a', 'norm', 'b', 'c', 'head']);
});

test('each layer has a number a run, and columns without any are left out', () => {
  // L2 norm 6 over 4 × 9 numbers: RMS 1.
  const stats = { activation: tensor(6, 0.5), gradient: tensor(6) };
  const one = stripCells({ ...of('a', 'b'), losses: [], now: snapshot(10, { a: stats, b: stats }, { 'a.weight': param(1) }) });
  const other = stripCells({ ...of('a'), losses: [], now: snapshot(10, { a: { activation: tensor(6, 2) } }) });
  expect(columnsOfAll([one, other])).toEqual(['gradient', 'activation', 'update']);
  expect(stripTable(['a', 'b'], ['gradient', 'activation'], [one, other], ['x', 'y'])).toEqual({
    columns: ['layer', 'gradient (at output, log₁₀ RMS), x', 'gradient (at output, log₁₀ RMS), y', 'activation (std), x', 'activation (std), y'],
    rows: [
      ['a', 0, undefined, 0.5, 2],
      ['b', 0, undefined, 0.5, undefined],
    ],
  });
});
