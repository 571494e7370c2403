import type { Graph, Value } from '../graph/graph';
import { product } from '../graph/shape';
import type { Parameter } from '../model/build';
import { OPTIMIZERS } from '../model/optimizers';
import type { Spec } from '../model/spec';
import { type ModelPlan, type Pack, splitPack } from './modelPlan';

/** What a step makes of the trained parameters. */
export interface UpdateGraph {
  /** The packed parameters after it. */
  params: Value;
  /** The optimizer's state after it, by PyTorch's names. */
  state: Record<string, Value>;
  /** Scalar inputs that change from step to step. */
  fed: string[];
  /** Those of `fed` that have a number for every element of the parameters. */
  byElement: string[];
}

/**
 * Clipping, the optimizer's rule, and what bounds the weights after it.
 * @param hasYoung some parameters have been updated less often than others: what depends on that is fed by element.
 */
export function updateParameters(
  g: Graph,
  { spec, trained }: ModelPlan,
  { params, gradient, gradNorm }: { params: Value; gradient: Value; gradNorm: Value },
  scalars: Map<string, number>,
  hasYoung: boolean,
): UpdateGraph {
  const rule = OPTIMIZERS[spec.optimizer.name];
  const state = Object.fromEntries(rule.state(spec.optimizer.args).map((name) => [name, g.input(name, [trained.size])]));
  const fed = new Set<string>();
  const byElement = hasYoung ? ageing(spec) : [];
  const scalar = (name: string) => {
    fed.add(name);
    return g.input(name, byElement.includes(name) ? [trained.size] : []);
  };
  const clipped = clip(g, gradient, gradNorm, spec, scalars);
  const next = rule.update({ g, param: params, gradient: clipped, state, scalar }, spec.optimizer.args);
  return {
    params: boundRows(g, next.param, trained, spec.regularize, scalars),
    state: next.state,
    fed: [...fed],
    byElement: byElement.filter((name) => fed.has(name)),
  };
}

/** First by norm, then by value, as PyTorch's clip_grad_norm_ and clip_grad_value_ do. */
function clip(g: Graph, gradient: Value, norm: Value, spec: Spec, scalars: Map<string, number>): Value {
  const { clip_grad_norm, clip_grad_value } = spec.train;
  const feed = (name: string, value: number) => {
    scalars.set(name, value);
    return g.input(name, []);
  };
  let clipped = gradient;
  if (clip_grad_norm !== undefined) clipped = g.mul(clipped, g.min(g.div(feed('clip_grad_norm', clip_grad_norm), g.add(norm, 1e-6)), 1));
  if (clip_grad_value !== undefined) {
    const limit = feed('clip_grad_value', clip_grad_value);
    clipped = g.max(g.min(clipped, limit), g.neg(limit));
  }
  return clipped;
}

/** Rows (along dim 0) of every `weight` of two or more dimensions no longer than `max_norm`, as torch.renorm brings them. */
function boundRows(g: Graph, params: Value, { items }: Pack<Parameter>, { max_norm }: Spec['regularize'], scalars: Map<string, number>): Value {
  if (max_norm === undefined) return params;
  scalars.set('max_norm', max_norm);
  const most = g.input('max_norm', []);
  const parts = splitPack(g, params, items);
  const bounded = items.map(({ name, shape }, i) => {
    if (shape.length < 2 || !name.endsWith('.weight')) return parts[i];
    const rows = g.reshape(parts[i], [shape[0], product(shape.slice(1))]);
    const norm = g.sqrt(g.sumSquare(rows, [1], true));
    const factor = g.where(g.greater(norm, most), g.div(most, g.add(norm, 1e-7)), g.constant(1));
    return g.flat(g.mul(rows, factor));
  });
  return g.concat(bounded, 0);
}

/** Scalars of the optimizer that depend on how often a parameter has been updated. */
function ageing({ optimizer }: Spec): string[] {
  const at = (step: number) => OPTIMIZERS[optimizer.name].scalars(optimizer.args, step);
  const first = at(1);
  return Object.keys(first).filter((name) => [2, 10, 1000].some((step) => at(step)[name] !== first[name]));
}
