import { formatNumber } from '../src/base/format';
import type { DepthPoint } from './gradientDepth';

/** From this slope on the earlier layers get visibly less, or more: a factor of 1.3 per layer. */
const NOTEWORTHY_SLOPE = 0.12;

/** Decades per layer, input to output, of two gradients: what each weight gets (‖∇W‖₂), and what flows back through the outputs (RMS). */
export interface GradientSlopes {
  weights?: number;
  outputs?: number;
}

/** What both say together. A weight's gradient is what comes back to its layer times what goes in, summed over all of its elements. */
export function readGradients({ weights, outputs }: GradientSlopes, points: readonly DepthPoint[]): string {
  const parts = [counted(points, ({ norm }) => norm === 0, '□ exactly 0'), counted(points, ({ norm }) => norm === undefined, '✕ not finite')];
  if (weights !== undefined && outputs !== undefined && isLevel(weights) && isLevel(outputs)) parts.push('Weights and outputs: no trend over depth.');
  else {
    if (weights !== undefined) parts.push(`Weights: ${trend(weights)}.`);
    if (outputs !== undefined) parts.push(`Outputs (layer strip): ${trend(outputs)}.`);
    if (weights !== undefined && outputs !== undefined && !isLevel(weights - outputs))
      parts.push('They go apart by what goes into each layer, and by its size.');
  }
  return parts.filter((part) => part !== '').join(' ');
}

const isLevel = (slope: number): boolean => Math.abs(slope) < NOTEWORTHY_SLOPE;

function trend(slope: number): string {
  return isLevel(slope) ? 'no trend' : `each about ${formatNumber(10 ** Math.abs(slope), 2)}× ${slope > 0 ? 'less' : 'more'} than the next`;
}

function counted(points: readonly DepthPoint[], test: (point: DepthPoint) => boolean, words: string): string {
  const found = points.filter(test).length;
  return found === 0 ? '' : `${words} at ${found} of ${points.length} weights.`;
}
