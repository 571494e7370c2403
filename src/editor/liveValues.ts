import { formatCount, formatNumber, formatPercent } from '../base/format';
import type { LayerStats } from '../train/protocol';
import { entryName, type LayerPlace } from './layerLines';

/** Figures stay in their columns while they change: the editor's font is monospaced, and a no-break space is not collapsed. Two digits flicker less. */
const column = (text: string, width: number): string => text.padEnd(width, '\u00a0');
const figure = (value: number | null): string => column(formatNumber(value, 2), 6);
const percent = (share: number): string => column(formatPercent(share, 0), 5);

/** What stands behind a layer's line while it trains: spread of its activations, size of its gradient, share of dead or saturated units. */
export function formatLiveValues({ activation, gradient, dead_units: dead, units, saturated_fraction: saturated }: LayerStats): string {
  const broken = activation.non_finite + (gradient?.non_finite ?? 0);
  return [
    `σ ${figure(activation.std)}`,
    ...(gradient ? [`‖∇‖ ${figure(gradient.l2)}`] : []),
    ...(dead !== undefined && units ? [`dead ${percent(dead / units)}`] : []),
    ...(saturated !== undefined ? [`sat ${percent(saturated)}`] : []),
    ...(broken > 0 ? [`⚠ ${formatCount(broken)} values not finite`] : []),
  ].join('\u00a0');
}

/** The text behind each of `entries`, by name. Of the copies that `Repeat` makes of one, its line shows the first. */
export function liveValuesByEntry(layers: Readonly<Record<string, LayerStats>>, entries: readonly LayerPlace[]): Map<string, string> {
  const names = new Set(entries.map(({ name }) => name));
  const texts = new Map<string, string>();
  for (const [name, stats] of Object.entries(layers)) {
    const entry = names.has(name) ? name : entryName(name);
    if (!texts.has(entry)) texts.set(entry, formatLiveValues(stats));
  }
  return texts;
}

/** What stands behind a line: the values of its entry, or of all of them by name. */
export function liveValuesOfLine(entries: readonly LayerPlace[], texts: ReadonlyMap<string, string>): string {
  if (entries.length === 1) return texts.get(entries[0].name) ?? '';
  return entries.flatMap(({ name }) => (texts.has(name) ? [`${name}: ${texts.get(name)}`] : [])).join('\u00a0· ');
}
