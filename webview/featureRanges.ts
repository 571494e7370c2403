import type { DataCard } from '../src/train/outcome';
import { formatColumn, formatCount, formatNumber } from '../src/base/format';
import { el } from './dom';
import { rangeAxis, rangeTrack } from './rangeTrack';

type Feature = NonNullable<DataCard['features']>[number];

/** How many times as wide as the usual feature, or as narrow, one is out of scale. */
const OUT_OF_SCALE = 10;

const STATISTICS = ['min', 'max', 'mean', 'std'] as const;

/** Rows of a long table that are shown at first; one that has hardly more is shown whole. */
const ROWS = 10;
const MOST_ROWS = 12;

/** Every feature as the model gets it, all on one axis; of many features the button that shows them all follows. */
export function featureRanges(features: readonly Feature[]): HTMLElement[] {
  const axis = rangeAxis(features);
  const usual = usualWidth(features);
  const columns = STATISTICS.map((key) => formatColumn(features.map((feature) => feature[key])));
  const rows = features.map((feature, row) => {
    const { name } = feature;
    const remark = scaleRemark(feature, usual);
    return el(
      'tr',
      { 'data-feature': name, 'data-level': remark === '' ? undefined : 'noted', hidden: features.length > MOST_ROWS && row >= ROWS },
      el('th', { scope: 'row', title: name }, name),
      el('td', { class: 'track-cell' }, rangeTrack(axis, feature)),
      ...columns.map((texts) => el('td', {}, texts[row])),
      el('td', { class: 'remark' }, remark),
    );
  });
  const ends = el('th', { scope: 'col', class: 'track-cell' }, el('span', {}, formatNumber(axis.min, 2)), el('span', {}, formatNumber(axis.max, 2)));
  const names = STATISTICS.map((name) => el('th', { scope: 'col' }, name));
  const head = el(
    'tr',
    {},
    el('th', { scope: 'col' }, 'feature'),
    ends,
    ...names,
    el('th', { scope: 'col' }, el('span', { class: 'spoken' }, 'remark')),
  );
  const table = el(
    'table',
    { class: 'card-table features' },
    el('caption', { class: 'spoken' }, 'Features as the model gets them'),
    el('thead', {}, head),
    el('tbody', {}, ...rows),
  );
  return rows.length > MOST_ROWS ? [table, unfold(rows)] : [table];
}

/** Shows the rows that are folded away, and folds them again. */
function unfold(rows: readonly HTMLElement[]): HTMLElement {
  const button = el('button', { type: 'button', class: 'link', 'data-command': 'allFeatures', 'aria-expanded': 'false' });
  const say = (isOpen: boolean): void => {
    button.textContent = isOpen ? `Show the first ${ROWS}` : `Show all ${formatCount(rows.length)}`;
    button.setAttribute('aria-expanded', String(isOpen));
  };
  button.addEventListener('click', () => {
    const isOpen = button.getAttribute('aria-expanded') !== 'true';
    for (const row of rows.slice(ROWS)) row.hidden = !isOpen;
    say(isOpen);
  });
  say(false);
  return button;
}

/** What stands out in a feature; empty where nothing does. A sign goes before the words: colour is not enough. */
export function scaleRemark({ constant, std }: Feature, usual: number | undefined): string {
  if (constant) return '● constant';
  if (usual === undefined || !Number.isFinite(std)) return '';
  if (std > OUT_OF_SCALE * usual) return `▲ ${formatNumber(std / usual, 2)}× as wide`;
  return std < usual / OUT_OF_SCALE ? `▼ ${formatNumber(usual / std, 2)}× as narrow` : '';
}

/** Median standard deviation of the features that vary; undefined where there is no such thing as usual. */
export function usualWidth(features: readonly Feature[]): number | undefined {
  const widths = features.filter(({ constant, std }) => !constant && std > 0).map(({ std }) => std);
  if (widths.length < 2) return undefined;
  widths.sort((a, b) => a - b);
  // Of an even number the lower middle: of two features the wide one is out of scale.
  return widths[Math.floor((widths.length - 1) / 2)];
}
