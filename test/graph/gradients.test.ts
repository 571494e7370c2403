import { describe, expect, test } from 'vitest';
import { OPS } from '../../src/graph/ops';
import { gradientOf, maxRelativeError } from './gradientOf';
import { gradientTable } from './gradientTable';

describe('gradient rules', () => {
  test.each(gradientTable)('$op $shapes: analytic = central differences', async (row) => {
    const { analytic, numeric } = await gradientOf(row);
    expect(analytic).toHaveLength(numeric.length);
    expect(maxRelativeError(analytic, numeric)).toBeLessThan(row.precision !== 'float32' ? 1e-7 : row.linear ? 1e-5 : 1e-3);
  });

  test.each(gradientTable)('$op $shapes: of second order too', async (row) => {
    const { analytic, numeric } = await gradientOf(row, 2);
    expect(maxRelativeError(analytic, numeric)).toBeLessThan(row.precision !== 'float32' ? 1e-6 : row.linear ? 1e-5 : 2e-3);
  });

  test('every differentiable op has a row', () => {
    const differentiable = Object.entries(OPS).flatMap(([op, { grad }]) => (grad ? [op] : []));
    expect([...new Set(gradientTable.map((row) => row.op))].sort()).toEqual(differentiable.sort());
  });
});
