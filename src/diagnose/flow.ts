import type { StatsSnapshot } from '../view/protocol';
import { NORMALISATIONS } from './layerKinds';
import { slope } from '../base/series';
import type { Subject, WeightedLayer } from './subject';

/** How much gradient reaches a layer, relative to the last one. */
export interface LayerFlow {
  layer: WeightedLayer;
  /** Of the L2 norms of the weights' gradients. */
  weight: number;
  /** Of the L2 norms of the gradients at the layers' outputs; undefined where a normalisation makes their scale arbitrary. */
  output?: number;
}

/** The gradient on its way back through the model, at some samples. */
export interface Flow {
  layers: LayerFlow[];
  /** By the measure that shows more of it: of the first layer relative to the last. */
  least: number;
  most: number;
  /** Change of log10 per layer, from the first to the last, of the measure that shows more. */
  slope: number;
}

/**
 * Weights' gradients alone do not show a net whose weights start too small: forward and backward shrinkage cancel there. Those at the outputs do.
 * Undefined for fewer than three layers with a trained weight, and where the last gets no gradient.
 */
export function gradientFlow(subject: Subject, samples: readonly StatsSnapshot[]): Flow | undefined {
  const trained = subject.weighted().filter(({ weight }) => weight.trained);
  const last = trained.at(-1);
  if (!last || trained.length < 3 || samples.length === 0) return undefined;
  const isNormalised = subject.observed.layers.some(({ type }) => NORMALISATIONS.has(type));
  const weightOf = ({ weight }: WeightedLayer) => subject.ofParam(weight.name, ({ gradient }) => gradient.l2, samples);
  const outputOf = ({ name }: WeightedLayer) => (isNormalised ? undefined : subject.ofLayer(name, ({ gradient }) => gradient?.l2, samples));
  const [lastWeight, lastOutput] = [weightOf(last), outputOf(last)];
  if (!lastWeight || !Number.isFinite(lastWeight)) return undefined;
  const layers = trained.flatMap((layer): LayerFlow[] => {
    const [weight, output] = [weightOf(layer), outputOf(layer)];
    return weight === undefined
      ? []
      : [
          {
            layer,
            weight: weight / lastWeight,
            ...(lastOutput && Number.isFinite(lastOutput) && output !== undefined && { output: output / lastOutput }),
          },
        ];
  });
  const [first] = layers;
  const measures = [first.weight, first.output ?? first.weight];
  const logs = (pick: (flow: LayerFlow) => number) =>
    layers.flatMap((flow, i): [number, number][] => (pick(flow) > 0 && Number.isFinite(pick(flow)) ? [[i, Math.log10(pick(flow))]] : []));
  const slopes = [slope(logs(({ weight }) => weight)), slope(logs(({ output, weight }) => output ?? weight))];
  return {
    layers,
    least: Math.min(...measures),
    most: Math.max(...measures),
    slope: slopes.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a)),
  };
}

/** The smaller one of both measures. */
export const leastOf = ({ weight, output }: LayerFlow): number => Math.min(weight, output ?? weight);
