import { expect, test } from 'vitest';
import { stepTable } from '../../webview/stepTable';

test('series side by side: a row for every step, gaps stay empty, what has no number has no column', () => {
  const series = [
    {
      name: 'loss',
      points: [
        [1, 3],
        [2, null],
      ] as const,
    },
    {
      name: 'validation',
      points: [
        [2, 5],
        [10, 4],
      ] as const,
    },
    { name: 'gap', points: [[2, undefined]] as const },
  ];
  expect(stepTable(series)).toEqual({
    columns: ['step', 'loss', 'validation'],
    rows: [
      [1, 3, undefined],
      [2, null, 5],
      [10, undefined, 4],
    ],
  });
});
