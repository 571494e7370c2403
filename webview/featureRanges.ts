import type { DataCard } from '../src/train/outcome';
import { formatNumber } from '../src/base/format';
import { el } from './dom';
import { rangeAxis, rangeTrack } from './rangeTrack';

type Feature = NonNullable<DataCard['features']>[number];

/** How many times as wide as the usual feature, or as narrow, one is out of scale. */
const OUT_OF_SCALE = 10;

/** Every feature as the model gets it, all on one axis. */
export function featureRanges(features: readonly Feature[]): HTMLElement {
  const axis = rangeAxis(features);
  const usual = usualWidth(features);
  const rows = features.map((feature) => {
    const { name, min, max, mean, std } = feature;
    const remark = scaleRemark(feature, usual);
    return el(
      'tr',
      { 'data-feature': name, 'data-level': remark === '' ? undefined : 'noted' },
      el('th', { scope: 'row', title: name }, name),
      el('td', { class: 'track-cell' }, rangeTrack(axis, feature)),
      ...[min, max, mean, std].map((value) => el('td', {}, formatNumber(value, 3))),
      el('td', { class: 'remark' }, remark),
    );
  });
  const ends = el('th', { scope: 'col', class: 'track-cell' }, el('span', {}, formatNumber(axis.min, 2)), el('span', {}, formatNumber(axis.max, 2)));
  const names = ['min', 'max', 'mean', 'std'].map((name) => el('th', { scope: 'col' }, name));
  const head = el(
    'tr',
    {},
    el('th', { scope: 'col' }, 'feature'),
    ends,
    ...names,
    el('th', { scope: 'col' }, el('span', { class: 'spoken' }, 'remark')),
  );
  return el(
    'table',
    { class: 'card-table features' },
    el('caption', { class: 'spoken' }, 'Features as the model gets them'),
    el('thead', {}, head),
    el('tbody', {}, ...rows),
  );
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
