/**
 * What the tensors of a model look like at one step. The layers' are taken on a fixed set of training samples, in training mode: what differs from
 * one observation to the next comes from the weights. Made for pictures: bounded in size, whatever the model.
 */
export interface ObservationEvent {
  type: 'observation';
  /** Steps done; 0: before the first. */
  step: number;
  /** Training samples that the layers were looked at with. */
  samples: number;
  /** By layer name. */
  layers: Record<string, LayerObservation>;
  /** By parameter name (`linear1.weight`). */
  params: Record<string, ParamObservation>;
  /**
   * Task loss on these very samples with the statistics of the batch and with the running ones (and without and with dropout).
   * Absent where the model computes the same in both modes; null where it is not finite.
   */
  modes?: { train: number | null; eval: number | null };
}

export interface LayerObservation {
  activation: Distribution;
  /** Of the loss at the layer's output; absent where the loss does not depend on it. */
  gradient?: Distribution;
  /** Normalisations: what comes in. */
  input?: Distribution;
  /**
   * Rectifiers: for each of `units` units, or for `MOST_UNITS` of them at even distances, the share of samples (of a convolution: of samples and
   * positions) on which it is above 0, in percent, rounded up: 0 is never. The i-th of them is unit ⌊i · units / active.length⌋.
   */
  active?: number[];
  units?: number;
}

export interface ParamObservation {
  weight: Distribution;
  /** Of the loss of the same samples. */
  gradient?: Distribution;
  /** What the last step added; absent before the first. */
  update?: Distribution;
}

/** Of a tensor's numbers, or of up to `MOST_NUMBERS` of them at even distances; of fewer where there are hundreds of tensors. */
export interface Distribution {
  /** Of the finite ones; absent where there are none. */
  percentiles?: Percentiles;
  /** The smallest and the largest finite number: ends of the histogram. */
  from: number;
  to: number;
  /** Finite numbers by bin, `BINS` bins of equal width; where all numbers are one, all are in the first. */
  counts: number[];
  /** NaN and infinities. */
  non_finite: number;
}

/** 2, 16, 50, 84 and 98 %: of a normal distribution the mean, and one and two standard deviations about it. */
export type Percentiles = [number, number, number, number, number];

export const BINS = 32;
export const MOST_NUMBERS = 4096;
export const MOST_UNITS = 64;
