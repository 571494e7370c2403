import { symmetricBeta } from '../../base/beta';
import type { Random } from '../../base/random';
import type { Graph, Value } from '../../graph/graph';
import type { BuildOptions } from '../../model/build';
import { fail } from '../../model/problem';
import { formatShape } from '../../graph/shape';
import { type PassInputs, taskLoss } from '../forwardPass';
import type { ModelPlan } from '../modelPlan';
import type { Feeding } from './feeding';
import { manifoldMixup } from './manifoldMixup';
import { mixedLoss, ofPartners, partnersOf } from './mixedLoss';

/** What the model is trained on in a step. */
export interface MixedBatch {
  x: Value;
  /** Mixes between layers. */
  between?: BuildOptions['between'];
  lossOf: (output: Value) => Value;
}

/** The batch as `regularize` mixes it, or as it is. */
export function mixedBatch(g: Graph, plan: ModelPlan, inputs: PassInputs, feeding: Feeding): MixedBatch {
  const { mixup, cutmix, manifold_mixup } = plan.spec.regularize;
  if (manifold_mixup) return manifoldMixup(g, plan, inputs, feeding);
  if (mixup || cutmix) return mixedSamples(g, plan, inputs, feeding);
  return { x: inputs.x, lossOf: (output) => taskLoss(g, plan.spec, output, inputs.y).loss };
}

/**
 * Mixup (Zhang et al. 2018) and CutMix (Yun et al. 2019) by one formula: x̃ = M·x + (1 − M)·x′ with the weights M = λ outside of the box and 0 in it;
 * how much of a sample is its own is the mean of M. Mixup has no box, CutMix has λ = 1. With both, each step has one of the two, as in timm.
 */
function mixedSamples(g: Graph, { spec, sample }: ModelPlan, { x, y }: PassInputs, feeding: Feeding): MixedBatch {
  const { mixup, cutmix, ranges } = spec.regularize;
  if (cutmix && sample.length !== 3)
    fail('needs-images', `\`cutmix\` cuts boxes out of images (C×H×W), but a sample is ${formatShape(sample)}. \`mixup\` mixes anything.`, {
      range: ranges.cutmix,
    });
  const [batch] = x.shape;
  const partners = partnersOf(feeding, batch);
  const [, height, width] = sample;
  const drawn = feeding.drawn('mixing', {
    shape: [cutmix ? 5 : 1],
    dtype: 'float32',
    fill: (numbers, random) => {
      const cuts = cutmix > 0 && (!mixup || random.uniform() < 0.5);
      const share = symmetricBeta(random, cuts ? cutmix : mixup);
      numbers.set(cuts ? [1, ...boxOf(random, 1 - share, height, width)] : [share]);
      if (!cuts) numbers.fill(0, 1);
    },
  });
  const own = g.reshape(g.slice(drawn, 0, 0, 1), []);
  const weights = cutmix ? g.mul(outside(g, g.slice(drawn, 0, 1, 5), height, width), own) : own;
  const mixed = g.add(g.mul(x, weights), g.mul(ofPartners(g, x, partners), g.sub(1, weights)));
  const share = cutmix ? g.mean(weights) : own;
  return { x: mixed, lossOf: mixedLoss(g, spec, y, partners, share, cutmix ? 'cutmix' : 'mixup') };
}

/** [top, bottom, left, right) of a box of this share of an image, around a point drawn in it: what lies outside of the image is cut off. */
export function boxOf(random: Random, share: number, height: number, width: number): [number, number, number, number] {
  const [rows, columns] = [height, width].map((side) => Math.floor(side * Math.sqrt(share)));
  const [y, x] = [random.integer(height), random.integer(width)];
  const within = (at: number, side: number) => Math.min(Math.max(at, 0), side);
  const [up, left] = [Math.floor(rows / 2), Math.floor(columns / 2)];
  return [within(y - up, height), within(y + up, height), within(x - left, width), within(x + left, width)];
}

/** 1 outside of the box, 0 in it; of 1×1×height×width. */
function outside(g: Graph, box: Value, height: number, width: number): Value {
  const [top, bottom, left, right] = g.split(box, [1, 1, 1, 1], 0);
  const between = (length: number, shape: readonly number[], from: Value, to: Value) => {
    const at = g.constant([...Array(length).keys()], shape);
    return g.mul(g.cast(g.not(g.less(at, from)), 'float32'), g.cast(g.less(at, to), 'float32'));
  };
  return g.sub(1, g.mul(between(height, [1, 1, height, 1], top, bottom), between(width, [1, 1, 1, width], left, right)));
}
