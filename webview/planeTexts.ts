import type { Boundary, Outcome } from '../src/train/outcome';
import { formatPercent } from '../src/base/format';
import type { ChartTable } from './chartTable';
import { className, shorten } from './outcomePanel';

/** How the plane is divided. */
export function planeText({ values }: Boundary, classes: string[] | undefined): string {
  const broken = values.filter((value) => value === null).length;
  const parts = broken > 0 ? [`✕ not finite on ${formatPercent(broken / values.length, 0)} of the plane`] : [];
  if (!classes) return parts.join(' · ');
  const shares = classes.map((_, index) => values.filter((value) => value === index).length / values.length);
  const never = classes.filter((_, index) => shares[index] === 0);
  if (never.length === classes.length) return parts.join(' · ');
  if (classes.length <= 4)
    parts.unshift(`${classes.map((name, index) => `${shorten(name, 24)}: ${formatPercent(shares[index], 0)}`).join(' · ')} of the plane`);
  else if (never.length > 0)
    parts.unshift(
      `nowhere predicted: ${never
        .slice(0, 6)
        .map((name) => shorten(name, 16))
        .join(', ')}${never.length > 6 ? ` and ${never.length - 6} more` : ''}`,
    );
  return parts.join(' · ');
}

/** The samples, then the plane point by point. */
export function planeTable(outcome: Outcome | undefined): ChartTable {
  const { boundary, classes } = outcome ?? {};
  if (!boundary) return { columns: ['of'], rows: [] };
  const { names, points, values, confidence, size, x, y } = boundary;
  const named = (value: number | null) => (value === null || !classes ? value : className(classes, value));
  const along = ([from, to]: [number, number], index: number) => from + ((to - from) * index) / (size - 1);
  return {
    columns: ['of', ...names, classes ? 'class' : 'number', ...(confidence ? ['confidence, %'] : [])],
    rows: [
      ...points.map((point) => [point.isValidation ? 'validation sample' : 'training sample', point.x, point.y, named(point.target)]),
      ...values.map((value, index) => [
        'prediction',
        along(x, index % size),
        along(y, Math.floor(index / size)),
        named(value),
        ...(confidence ? [confidence[index]] : []),
      ]),
    ],
  };
}
