import { expect, test } from 'vitest';
import type { StartedLayer } from '../../src/train/protocol';
import type { RuleId } from '../../src/diagnose/finding';
import { layerRows } from '../../webview/layerHealth';
import { StripFolds } from '../../webview/stripFolds';
import { stripRows, worstOf } from '../../webview/stripRows';
import { finding, layer, param, snapshot, tensor } from './runView';

const inBlock = (name: string, block: string | undefined, type = 'Linear'): StartedLayer => ({
  ...layer(name, type),
  inputs: [],
  ...(block && { block }),
});

const LAYERS = [
  inBlock('stem', undefined),
  inBlock('residual1', undefined, 'Residual'),
  inBlock('linear1', 'residual1'),
  inBlock('relu1', 'residual1', 'ReLU'),
  inBlock('repeat1', undefined, 'Repeat'),
  inBlock('inner.0', 'repeat1.0'),
  inBlock('inner.1', 'repeat1.1'),
  inBlock('head', undefined),
];
const rows = stripRows(LAYERS);
const rowOf = (id: string) => rows.find((row) => row.id === id)!;

test('rows stand in source order, those of a block under it, copies of a Repeat as blocks of their own', () => {
  expect(rows.map(({ id, level, isBlock }) => `${'.'.repeat(level)} ${id}${isBlock ? ' +' : ''}`)).toEqual([
    '. stem',
    '. residual1 +',
    '.. linear1',
    '.. relu1',
    '. repeat1 +',
    '.. repeat1.0 +',
    '... inner.0',
    '.. repeat1.1 +',
    '... inner.1',
    '. head',
  ]);
  expect(rowOf('repeat1.0').layer).toBeUndefined();
  expect(rowOf('repeat1').inside).toEqual([4, 5, 6]);
});

test('a closed block shows the worst of each column, of all layers in it', () => {
  const stats = (std: number | null, gradient: number) => ({ activation: tensor(1, std), gradient: tensor(gradient) });
  const numbers = layerRows(
    LAYERS,
    snapshot(
      1,
      {
        stem: stats(1e-9, 1),
        residual1: stats(1, 1),
        linear1: { ...stats(1, 0.2), dead_units: 9, units: 36 },
        relu1: { ...stats(1e-5, 1), dead_units: 3, units: 36 },
        head: stats(1, 1),
      },
      { 'linear1.weight': param(1, 1e-3), 'head.weight': param(1, 1e-3) },
    ),
  );
  const worst = worstOf(LAYERS, numbers, rowOf('residual1'));
  // 36 elements: RMS 0.2 / 6, a logarithm of −1.5.
  expect(worst.gradient.text).toBe('−1.5');
  expect(worst.activation).toMatchObject({ level: 'low', text: '1e−5' });
  expect(worst.dead.text).toBe('25');
  expect(worst.saturated.text).toBe('–');
  expect(worst.update.text).toBe('−3.0');
  expect(worst.activation.explain()).toContain('relu1');
  const broken = layerRows(LAYERS, snapshot(1, { linear1: stats(null, 1), relu1: stats(1e-9, 1) }));
  expect(worstOf(LAYERS, broken, rowOf('residual1')).activation.level).toBe('broken');
});

const hidden = (folds: StripFolds) => rows.filter((row) => folds.isHidden(row)).map(({ id }) => id);

test('few layers are open, of many all blocks are closed', () => {
  const folds = new StripFolds();
  folds.adopt('a', LAYERS, rows);
  expect(hidden(folds)).toEqual([]);
  folds.adopt('b', Array.from({ length: 31 }, () => LAYERS[0]), rows); // prettier-ignore
  expect(hidden(folds)).toEqual(['linear1', 'relu1', 'repeat1.0', 'inner.0', 'repeat1.1', 'inner.1']);
});

test('what the reader closed stays closed through an edit, and is open again in another run', () => {
  const folds = new StripFolds();
  folds.adopt('a', LAYERS, rows);
  folds.set(rowOf('residual1'), false);
  folds.adopt('a', LAYERS, rows);
  expect(hidden(folds)).toEqual(['linear1', 'relu1']);
  folds.adopt('b', LAYERS, rows);
  expect(hidden(folds)).toEqual([]);
});

test('a selected layer opens every block that it is in', () => {
  const folds = new StripFolds();
  folds.adopt('a', LAYERS, rows);
  for (const row of rows) if (row.isBlock) folds.set(row, false);
  expect(folds.reveal(rowOf('inner.1'))).toBe(true);
  expect(hidden(folds)).toEqual(['linear1', 'relu1', 'inner.0']);
  expect(folds.reveal(rowOf('inner.1'))).toBe(false);
  expect(folds.reveal(undefined)).toBe(false);
});

test('a finding opens the block of its layer once: who closes it has seen it', () => {
  const folds = new StripFolds();
  folds.adopt('a', LAYERS, rows);
  folds.set(rowOf('residual1'), false);
  const marks = (...rules: RuleId[]) => new Map([['relu1', rules.map((rule) => finding(rule, { layer: 'relu1' }))]]);
  expect(folds.revealFound(rows, marks('dead-relu'))).toBe(true);
  folds.set(rowOf('residual1'), false);
  expect(folds.revealFound(rows, marks('dead-relu'))).toBe(false);
  expect(hidden(folds)).toEqual(['linear1', 'relu1']);
  expect(folds.revealFound(rows, marks('dead-relu', 'vanishing-gradient'))).toBe(true);
  expect(hidden(folds)).toEqual([]);
});
