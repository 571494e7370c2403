import type { Graph, Value } from '../graph/graph';
import { product } from '../graph/shape';
import type { Parameter } from '../model/build';
import { OPTIMIZERS } from '../model/optimizers';
import { type ModelPlan, type Pack, splitPack } from './modelPlan';
import { Feeding } from './objective/feeding';
import { builtArgs } from './optimizerArgs';
import { numbersDiffering } from './stepNumbers';
import { stateOf } from './stepState';
import { lookAhead, lookaheadOf, movingAverage } from './update/averages';
import { clip, type Gradient } from './update/gradient';
import { isMatrix, isPruning, pruneSmallest } from './update/pruning';

/** What a step makes of the trained parameters. */
export interface UpdateGraph {
  /** The packed parameters after it. */
  params: Value;
  /** The optimizer's state after it, by PyTorch's names, and what goes along with it. */
  state: Record<string, Value>;
  /** Scalar inputs that change from step to step. */
  fed: string[];
  /** Likewise, of truth values. */
  flags: string[];
  /** Those of `fed` that have a number for every element of the parameters. */
  byElement: string[];
  feeding: Feeding;
}

/**
 * Clipping, noise, the optimizer's rule with what stands around it, and what bounds and follows the weights after it.
 * @param hasYoung some parameters have been updated less often than others: what depends on that is fed by element.
 */
export function updateParameters(g: Graph, plan: ModelPlan, { params, ...descended }: Gradient & { params: Value }, hasYoung: boolean): UpdateGraph {
  const { spec, trained } = plan;
  const feeding = new Feeding(g);
  const fed = new Set<string>();
  const byElement = numbersDiffering(plan, hasYoung);
  const scalar = (name: string) => {
    fed.add(name);
    return g.input(name, byElement.includes(name) ? [trained.size] : []);
  };
  const names = stateOf(spec);
  const input = (name: string) => g.input(name, [trained.size]);

  const clipped = clip(g, descended, spec, feeding);
  const gradient = spec.regularize.gradient_noise
    ? g.add(clipped, g.mul(feeding.normal('gradient_noise_seed', [trained.size]), scalar('gradient_noise')))
    : clipped;
  const state = Object.fromEntries(names.optimizer.map((name) => [name, input(name)]));
  const stepped = OPTIMIZERS[spec.optimizer.name].update({ g, param: params, gradient, state, scalar }, builtArgs(spec));
  const next: Record<string, Value> = { ...stepped.state };
  let { param } = stepped;

  const lookahead = lookaheadOf(spec);
  const isLookingAhead = lookahead && g.greater(scalar('lookahead_now'), 0.5);
  if (isLookingAhead) param = lookAhead(g, param, input('slow'), isLookingAhead, lookahead, feeding);
  param = boundRows(g, param, trained, spec.regularize.max_norm, feeding);
  if (isPruning(plan)) {
    // A condition is read on the CPU: one that is computed would wait for a graphics card.
    const isDue = g.input('prune_now', [], 'bool');
    next.pruned = pruneSmallest(g, param, input('pruned'), trained, { isDue, keep: scalar('prune_keep') });
    param = g.mul(param, g.sub(1, g.reshape(next.pruned, [trained.size])));
  }
  if (isLookingAhead) next.slow = g.where(isLookingAhead, param, input('slow'));
  if (spec.train.ema !== undefined) next.ema = movingAverage(g, input('ema'), param, spec.train.ema, feeding);
  return {
    params: param,
    state: next,
    fed: [...fed],
    flags: isPruning(plan) ? ['prune_now'] : [],
    byElement: byElement.filter((name) => fed.has(name)),
    feeding,
  };
}

/** Rows (along dim 0) of every `weight` of two or more dimensions no longer than `max_norm`, as torch.renorm brings them. */
function boundRows(g: Graph, params: Value, { items }: Pack<Parameter>, max_norm: number | undefined, feeding: Feeding): Value {
  if (max_norm === undefined) return params;
  const most = feeding.scalar('max_norm', max_norm);
  const parts = splitPack(g, params, items);
  const bounded = items.map((item, i) => {
    if (!isMatrix(item)) return parts[i];
    const { shape } = item;
    const rows = g.reshape(parts[i], [shape[0], product(shape.slice(1))]);
    const norm = g.sqrt(g.sumSquare(rows, [1], true));
    const factor = g.where(g.greater(norm, most), g.div(most, g.add(norm, 1e-7)), g.constant(1));
    return g.flat(g.mul(rows, factor));
  });
  return g.concat(bounded, 0);
}
