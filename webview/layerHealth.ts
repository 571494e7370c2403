import type { LayerStats, ParamStats, StartedLayer, TensorStats } from '../src/train/protocol';
import type { RunView, StatsSnapshot } from '../src/view/protocol';
import { formatLog10, formatNumber, formatPercent, log10 } from '../src/base/format';
import { BANDS } from '../src/diagnose/bands';
import { mainParams } from './weights';

export const COLUMNS = ['gradient', 'activation', 'dead', 'saturated', 'update'] as const;
export type Column = (typeof COLUMNS)[number];

/** `broken`: not finite; `none`: the layer has no such number. */
export type Level = 'ok' | 'low' | 'high' | 'broken' | 'none';

/** One number of the layer strip. */
export interface Cell {
  text: string;
  level: Level;
  /** The number of the text, exact, in the unit of its column; null: not finite. */
  value?: number | null;
  /** Says the number in full, and the band it is held against; written only when somebody points at it. */
  explain: () => string;
  /** Where the value stands on the column's track, 0 to 1. */
  at?: number;
  /** Exactly 0 where that is no small number but none at all: on a logarithmic track it has no place. */
  isZero?: true;
}

/** Ends of each column's track, in decades or shares. */
const TRACKS: Record<Column, readonly [number, number]> = {
  gradient: [-10, 0],
  activation: [-4, 4],
  dead: [0, 1],
  saturated: [0, 1],
  update: [-6, 0],
};

/** The part of a column's track that is usual, in shares of its length; undefined where that depends on other layers. */
export function usualRange(column: Column): { start: number; size: number } | undefined {
  const ranges: Partial<Record<Column, readonly [number, number]>> = {
    activation: [Math.log10(BANDS.activationStd.low), Math.log10(BANDS.activationStd.high)],
    dead: [0, BANDS.deadShare.high],
    saturated: [0, BANDS.saturatedShare.high],
    update: [Math.log10(BANDS.updateRatio.usual.low), Math.log10(BANDS.updateRatio.usual.high)],
  };
  const range = ranges[column];
  if (!range) return undefined;
  const start = place(column, range[0]);
  return { start, size: place(column, range[1]) - start };
}

export type Row = Record<Column, Cell>;

/** Every layer's numbers at a step, in source order. `rateShare`: the learning rate of that step as a share of the highest so far. */
export function layerRows(layers: RunView['layers'], snapshot: StatsSnapshot | undefined, rateShare = 1): Row[] {
  const names = layers.map((layer) => layer.name);
  const main = snapshot ? mainParams(names, snapshot.params) : new Map<string, string>();
  const lastWeighted = names.reduce((last, name, index) => (main.has(name) ? index : last), -1);
  const reference = snapshot?.layers[names[lastWeighted]]?.gradient?.l2 ?? undefined;
  return layers.map((layer, index) => {
    const stats = snapshot?.layers[layer.name];
    const param = snapshot?.params[main.get(layer.name) ?? ''];
    return {
      gradient: gradientCell(layer, stats?.gradient, reference),
      activation: activationCell(stats?.activation),
      dead: deadCell(stats),
      saturated: saturatedCell(stats, index < lastWeighted),
      update: updateCell(main.get(layer.name), param, rateShare),
    };
  });
}

/** The latest learning rate as a share of the highest so far; 1 before the first step. */
export function rateShare(losses: RunView['losses']): number {
  const highest = losses.reduce((most, { lr }) => Math.max(most, lr), 0);
  return highest > 0 ? losses[losses.length - 1].lr / highest : 1;
}

/** Root mean square of a tensor of `shape` from its L2 norm. */
export function rms(l2: number, shape: readonly number[]): number {
  return l2 / Math.sqrt(shape.reduce((product, size) => product * size, 1));
}

function gradientCell(layer: StartedLayer, gradient: TensorStats | undefined, reference: number | undefined): Cell {
  if (!gradient) return none('No gradient: nothing measured yet, or the loss does not depend on this output.');
  if (gradient.l2 === null || gradient.non_finite > 0) return broken(gradient, 'gradient');
  const size = rms(gradient.l2, layer.output);
  if (size === 0)
    return {
      text: '0',
      value: -Infinity,
      level: 'low',
      explain: () => 'The gradient at this output is exactly zero: nothing before it learns.',
      at: 0,
      isZero: true,
    };
  const ofLast = reference ? gradient.l2 / reference : undefined;
  const { low, high } = BANDS.gradientOfLast;
  return {
    text: formatLog10(log10(size)!),
    value: log10(size),
    level: ofLast === undefined ? 'ok' : levelOf(ofLast, low, high),
    explain: () => `RMS of the loss gradient at this output: ${formatNumber(size, 3)}.${ofLast === undefined ? '' : comparison(ofLast)}`,
    at: place('gradient', log10(size)!),
  };
}

function comparison(ofLast: number): string {
  const { low, high } = BANDS.gradientOfLast;
  return ` Its L2 norm is ${formatNumber(ofLast, 3)} of the last weighted layer’s (usual: ${formatNumber(low)} to ${high}).`;
}

function activationCell(activation: TensorStats | undefined): Cell {
  if (!activation) return none('Nothing measured yet.');
  if (activation.std === null || activation.non_finite > 0) return broken(activation, 'output');
  const { std } = activation;
  const { low, high } = BANDS.activationStd;
  if (std === 0)
    return {
      text: '0',
      value: 0,
      level: 'low',
      explain: () => 'The output is the same number everywhere: its deviation is exactly zero.',
      at: 0,
      isZero: true,
    };
  return {
    text: formatNumber(std, 3),
    value: std,
    level: levelOf(std, low, high),
    explain: () =>
      `Standard deviation of the output: ${formatNumber(std)}, mean ${formatNumber(activation.mean)} (usual deviation: ${formatNumber(low)} to ${high}).`,
    at: place('activation', log10(std)!),
  };
}

function deadCell(stats: LayerStats | undefined): Cell {
  if (stats?.dead_units === undefined || !stats.units) return none('Only rectifiers have dead units.');
  const share = stats.dead_units / stats.units;
  const { high, fromUnits } = BANDS.deadShare;
  const marked = share === 1 || (share > high && stats.units >= fromUnits);
  return {
    text: percent(share),
    value: share * 100,
    level: marked ? 'high' : 'ok',
    explain: () =>
      `${stats.dead_units} of ${stats.units} units give nothing on the whole batch (marked above ${formatPercent(high, 0)} of ${fromUnits} or more units).`,
    at: share,
  };
}

function saturatedCell(stats: LayerStats | undefined, feedsWeights: boolean): Cell {
  const share = stats?.saturated_fraction;
  if (share === undefined) return none('Only Tanh and Sigmoid saturate.');
  const { high } = BANDS.saturatedShare;
  return {
    text: percent(share),
    value: share * 100,
    level: feedsWeights && share > high ? 'high' : 'ok',
    explain: () =>
      `${formatPercent(share)} of the outputs lie where the slope is nearly flat (marked above ${formatPercent(high, 0)} of a hidden layer).`,
    at: share,
  };
}

function updateCell(name: string | undefined, param: ParamStats | undefined, rateShare: number): Cell {
  if (!name || !param) return none('No trained weight.');
  const ratio = param.update_ratio;
  if (ratio === null)
    return { text: 'n/a', level: 'none', explain: () => `${name}: the ratio is not finite (a weight of norm zero, or a broken step).` };
  const { low, high, usual } = BANDS.updateRatio;
  const explain = () =>
    `${name}: the step changed it by ${formatNumber(ratio, 3)} of its norm (usual: ${formatNumber(usual.low, 2)} to ${formatNumber(usual.high, 2)}; marked below ${formatNumber(low, 1)} and above ${formatNumber(high, 1)}).`;
  // A schedule that runs out makes every update small: what is judged is the update at the highest rate, as updates grow with the rate.
  const level = ratio > high ? 'high' : rateShare > 0 && ratio / rateShare < low ? 'low' : 'ok';
  if (ratio === 0) return { text: '0', value: -Infinity, level, explain, at: 0, isZero: true };
  return { text: formatLog10(log10(ratio)!), value: log10(ratio), level, explain, at: place('update', log10(ratio)!) };
}

function levelOf(value: number, low: number, high: number): Level {
  return value < low ? 'low' : value > high ? 'high' : 'ok';
}

function place(column: Column, value: number): number {
  const [low, high] = TRACKS[column];
  return Math.min(1, Math.max(0, (value - low) / (high - low)));
}

function percent(share: number): string {
  return share > 0 && share < 0.01 ? '<1' : (share * 100).toFixed(0);
}

function none(reason: string): Cell {
  return { text: '–', level: 'none', explain: () => reason };
}

function broken({ non_finite }: TensorStats, what: string): Cell {
  return { text: 'NaN', value: null, level: 'broken', explain: () => `${non_finite || 'Some'} values of the ${what} are NaN or infinite.` };
}
