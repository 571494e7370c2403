import type { RunView, StatsSnapshot } from '../src/view/protocol';
import { rms } from './layerHealth';
import { mainParams } from './weights';

/** The gradient of one layer's weight. `index` counts the layers on show. */
export interface DepthPoint {
  layer: string;
  index: number;
  /** ‖∇W‖₂; undefined when not finite. */
  norm?: number;
}

/** Gradient norms of the weights in source order. Norm layers are left out: their few scales live on another level than weight matrices. */
export function gradientDepth(layers: RunView['layers'], snapshot: StatsSnapshot | undefined): DepthPoint[] {
  if (!snapshot) return [];
  const main = mainParams(
    layers.map((layer) => layer.name),
    snapshot.params,
  );
  return layers
    .filter((layer) => main.has(layer.name) && !layer.type.includes('Norm'))
    .map(({ name }, index) => {
      const { l2, non_finite } = snapshot.params[main.get(name)!].gradient;
      return { layer: name, index, norm: l2 === null || non_finite > 0 ? undefined : l2 };
    });
}

/** Of the same layers the root mean square of the gradient at their outputs, which the layer strip has. */
export function outputDepth(layers: RunView['layers'], snapshot: StatsSnapshot | undefined): DepthPoint[] {
  return gradientDepth(layers, snapshot).map(({ layer, index }) => {
    const gradient = snapshot?.layers[layer]?.gradient;
    const output = layers.find(({ name }) => name === layer)!.output;
    return { layer, index, norm: !gradient || gradient.l2 === null || gradient.non_finite > 0 ? undefined : rms(gradient.l2, output) };
  });
}

/** Least-squares slope of log₁₀‖∇W‖ over the layers, in decades per layer; zeros and non-finite norms have no logarithm and do not count. */
export function decadesPerLayer(points: readonly DepthPoint[]): number | undefined {
  const used = points.filter((point) => point.norm !== undefined && point.norm > 0);
  if (used.length < 2) return undefined;
  const meanX = used.reduce((sum, point) => sum + point.index, 0) / used.length;
  const meanY = used.reduce((sum, point) => sum + Math.log10(point.norm!), 0) / used.length;
  const covariance = used.reduce((sum, point) => sum + (point.index - meanX) * (Math.log10(point.norm!) - meanY), 0);
  return covariance / used.reduce((sum, point) => sum + (point.index - meanX) ** 2, 0);
}
