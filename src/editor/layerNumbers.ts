import { formatNumber, formatPercent, formatSetting } from '../base/format';
import { BANDS } from '../diagnose/bands';
import type { StatsSnapshot } from '../view/protocol';

/** One number of a layer: as it is, as it was at the start, as it should be. */
export interface LayerNumber {
  name: string;
  now: string;
  start: string;
  healthy: string;
  /** Outside of the band now. */
  isOff: boolean;
  /** Over the run. */
  values: (number | null)[];
  band: { low?: number; high?: number };
}

interface Measure {
  name: string;
  /** Undefined where the layer has no such number. */
  of: (sample: StatsSnapshot) => number | null | undefined;
  format: (value: number | null) => string;
  band: { low?: number; high?: number };
  healthy: string;
}

/** What is known of a layer's numbers, samples oldest first; none where nothing was measured. */
export function layerNumbers(layer: string, samples: readonly StatsSnapshot[]): LayerNumber[] {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last) return [];
  return measuresOf(layer, last).flatMap(({ name, of, format, band, healthy }) => {
    const now = of(last);
    if (now === undefined) return [];
    const values = samples.map((sample) => of(sample) ?? null);
    const isOff = now === null || now < (band.low ?? -Infinity) || now > (band.high ?? Infinity);
    return [{ name, now: format(now), start: format(of(first) ?? null), healthy, isOff, values, band }];
  });
}

function measuresOf(layer: string, { layers, params }: StatsSnapshot): Measure[] {
  const number = (value: number | null): string => formatNumber(value, 3);
  const share = (value: number | null): string => formatPercent(value, 0);
  const between = ({ low, high }: { low: number; high: number }): string => `${formatSetting(low)} to ${formatSetting(high)}`;
  const lastWeighted = Object.keys(layers)
    .filter((name) => `${name}.weight` in params)
    .at(-1);
  const isLastWeighted = lastWeighted === layer;
  const gradient = (sample: StatsSnapshot, name: string): number | null | undefined => sample.layers[name]?.gradient?.l2;
  const units = layers[layer]?.units ?? 0;
  const deadBand = units >= BANDS.deadShare.fromUnits ? { high: BANDS.deadShare.high } : {};
  return [
    {
      name: 'spread of its output (std)',
      of: (sample) => sample.layers[layer]?.activation.std,
      format: number,
      band: BANDS.activationStd,
      healthy: between(BANDS.activationStd),
    },
    {
      name: 'gradient (L2)',
      of: (sample) => gradient(sample, layer),
      format: number,
      band: {},
      healthy: '',
    },
    {
      name: 'gradient / that of the last weighted layer',
      of: (sample) => {
        const [own, last] = [gradient(sample, layer), lastWeighted && gradient(sample, lastWeighted)];
        return isLastWeighted || own === undefined || !last ? undefined : own === null ? null : own / last;
      },
      format: number,
      band: BANDS.gradientOfLast,
      healthy: between(BANDS.gradientOfLast),
    },
    {
      name: 'dead units',
      of: ({ layers: { [layer]: stats } }) => (stats?.dead_units === undefined || !stats.units ? undefined : stats.dead_units / stats.units),
      format: share,
      band: deadBand,
      healthy: deadBand.high === undefined ? '' : `up to ${formatPercent(deadBand.high, 0)}`,
    },
    {
      name: 'saturated outputs',
      of: (sample) => sample.layers[layer]?.saturated_fraction,
      format: share,
      band: BANDS.saturatedShare,
      healthy: `up to ${formatPercent(BANDS.saturatedShare.high, 0)}`,
    },
    {
      name: 'update of its weight (ratio)',
      of: (sample) => sample.params[`${layer}.weight`]?.update_ratio,
      format: number,
      band: BANDS.updateRatio,
      healthy: between(BANDS.updateRatio),
    },
  ];
}
