import type { ChannelStats } from '../src/train/protocol';
import type { ModesPoint, NormalisationPoint } from '../src/view/protocol';
import { formatNumber } from '../src/base/format';

/** From this ratio of the variances on, evaluation sees numbers of another size. */
const NOTEWORTHY_RATIO = 1.5;

/** In standard deviations of the batch: from here on, evaluation sees numbers that are shifted. */
const NOTEWORTHY_SHIFT = 0.5;

/** Of the loss in evaluation mode to that in training mode. */
const NOTEWORTHY_LOSS = 1.2;

/** What evaluation makes of a normalisation, in numbers: means over the channels. */
export interface NormalisationGap {
  /** Of the running variance to that of the batch. */
  ratio?: number;
  /** Of the running mean from that of the batch, in standard deviations of the batch. */
  shift?: number;
}

export function normalisationGap(point: NormalisationPoint | undefined): NormalisationGap {
  const mean = (name: string): number | undefined => statistic(point, name)?.mean ?? undefined;
  const [variance, running] = [mean('batch_var'), mean('running_var')];
  const [centre, runningCentre] = [mean('batch_mean'), mean('running_mean')];
  return {
    ...(variance !== undefined && running !== undefined && variance > 0 && { ratio: running / variance }),
    ...(variance !== undefined &&
      variance > 0 &&
      centre !== undefined &&
      runningCentre !== undefined && { shift: (runningCentre - centre) / Math.sqrt(variance) }),
  };
}

/** What the reader should take from the statistics. */
export function normalisationReading(point: NormalisationPoint | undefined): string {
  if (!point) return '';
  if (!statistic(point, 'batch_var'))
    return 'It normalises each sample by itself: the same in training and in evaluation, without running statistics.';
  if (!statistic(point, 'running_var')) return 'It keeps no running statistics: evaluation, too, normalises by its own batch.';
  const { ratio, shift } = normalisationGap(point);
  if (ratio === undefined || shift === undefined) return 'The statistics of the batch are not finite, or have no spread.';
  const found = [
    ...(ratio > NOTEWORTHY_RATIO || ratio < 1 / NOTEWORTHY_RATIO ? [`running variance is ${formatNumber(ratio, 2)}× the batch variance`] : []),
    ...(Math.abs(shift) > NOTEWORTHY_SHIFT
      ? [`running mean is ${formatNumber(Math.abs(shift), 2)} standard deviations ${shift > 0 ? 'above' : 'below'} the batch mean`]
      : []),
  ];
  if (found.length === 0)
    return 'Running statistics agree with those of the batch, on average over the channels: evaluation sees what training sees.';
  const text = found.join(' and ');
  return `${text[0].toUpperCase()}${text.slice(1)}, on average over the channels: evaluation sees other numbers than training.`;
}

/** The same of the losses of both modes. */
export function modesReading(point: ModesPoint | undefined): string {
  if (!point?.train || !point.eval) return '';
  const ratio = point.eval / point.train;
  if (ratio < NOTEWORTHY_LOSS && ratio > 1 / NOTEWORTHY_LOSS) return '';
  return `On the same samples the model has ${formatNumber(ratio, 2)}× the loss in evaluation mode that it has in training mode.`;
}

export const statistic = (point: NormalisationPoint | undefined, name: string): ChannelStats | undefined =>
  point && Object.hasOwn(point.statistics, name) ? point.statistics[name] : undefined;
