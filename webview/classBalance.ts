import type { Outcome } from '../src/train/outcome';
import { formatCount, formatPercent } from '../src/base/format';
import { el } from './dom';
import { className, shorten } from './outcomePanel';

/** How many samples of each class there are in both splits; a bar is a share of its split. */
export function classBalance({ training, validation }: NonNullable<Outcome['data']['counts']>, classes: readonly string[] | undefined): HTMLElement {
  const splits = [{ name: 'training', counts: training }, ...(validation ? [{ name: 'validation', counts: validation }] : [])].map((split) => ({
    ...split,
    total: split.counts.reduce((sum, count) => sum + count, 0),
  }));
  const widest = Math.max(...splits.flatMap(({ counts, total }) => counts.map((count) => count / (total || 1))));
  const rows = training.map((_, index) =>
    el(
      'tr',
      {},
      el('th', { scope: 'row', title: className(classes, index) }, shorten(className(classes, index), 20)),
      ...splits.flatMap(({ name, counts, total }) => cells(name, counts[index] ?? 0, total, widest)),
    ),
  );
  const heads = splits.map(({ name, total }) => el('th', { scope: 'colgroup', colspan: 3 }, `${name} ${formatCount(total)}`));
  return el(
    'table',
    { class: 'card-table classes' },
    el('caption', { class: 'spoken' }, 'Samples of each class'),
    el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, 'class'), ...heads)),
    el('tbody', {}, ...rows),
  );
}

function cells(split: string, count: number, total: number, widest: number): HTMLElement[] {
  const share = total > 0 ? count / total : 0;
  const bar = el('i', { class: `share-bar ${split}` });
  bar.style.width = `${widest > 0 ? ((100 * share) / widest).toFixed(1) : 0}%`;
  return [
    el('td', { class: 'bar-cell', 'aria-hidden': 'true' }, bar),
    el('td', { 'data-level': count === 0 ? 'noted' : undefined }, count === 0 ? '▼ none' : formatCount(count)),
    el('td', { class: 'muted' }, formatPercent(share)),
  ];
}
