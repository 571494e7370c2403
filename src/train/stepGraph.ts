import { gradients } from '../graph/autodiff';
import { Graph, type Value } from '../graph/graph';
import { lower } from '../graph/lower';
import { product } from '../graph/shape';
import { type Slot, StatsBuilder } from '../graph/stats';
import type { BuiltLayer, Forward } from '../model/build';
import { type ModelPlan, splitPack } from './modelPlan';
import { inputsOf } from './forwardPass';
import { objective, type Objective } from './objective';
import { buildUpdate, isInPieces, partName } from './pieces';
import { updateParameters } from './update';
import { withNorm } from './update/gradient';
import { withoutPruned } from './update/pruning';
import { gradientNearby } from './update/sharpness';

/** One training step: parameters, state and a batch in; the same, losses and statistics out. */
export interface StepGraph {
  /** Lowered. */
  graph: Graph;
  /** Where weights are updated piece by piece: what does it. `graph` gives their gradient instead. */
  update?: Graph;
  layers: BuiltLayer[];
  slots: Slot[];
  /** The optimizer's state by PyTorch's names, and what is kept beside it. */
  state: string[];
  scalars: Map<string, number>;
  seeds: string[];
  /** Further scalar inputs that change from step to step: the rate, the optimizer's, the step's number. */
  fed: string[];
  /** Likewise of truth values, which decide what is computed: `want_statistics` and what the update asks for. */
  flags: string[];
  /** Those of `fed` that have a number for every element of the parameters. */
  byElement: string[];
  /** What the objective has drawn for every step, and what stays the same. */
  feeding: Objective['feeding'];
}

interface StepOptions {
  withStats: boolean;
  /** Some parameters have been updated less often than others. */
  hasYoung?: boolean;
  /** Weights are updated piece by piece; as large models are, unless told. */
  inPieces?: boolean;
}

/**
 * Outputs `next_params`, `next_<state>`, `next_buffers`, `metrics` (loss, total loss, gradient norm) and `statistics`. In pieces it takes `params.<i>`, and
 * has `gradient.<i>` and `norm` in the place of the first two.
 */
export function buildStep(plan: ModelPlan, batch: number, { withStats, hasYoung = false, inPieces = isInPieces(plan) }: StepOptions): StepGraph {
  const g = new Graph();
  const { items } = plan.trained;
  const parts = inPieces ? items.map(({ shape }, i) => g.input(partName('params', i), [product(shape)])) : undefined;
  const inputs = inputsOf(g, plan, batch, parts);
  const { params } = inputs.vectors;
  const { forward, taskLoss, total, feeding } = objective(g, plan, inputs);
  const { scalars } = forward;
  const grads = gradients(g, total, [...(parts ?? [params]), ...forward.layers.map((l) => l.output)]);
  const slopeOf = (x: Value) => grads.get(x.id) ?? g.fill(x, 0);
  const first = withNorm(g, parts?.map(slopeOf) ?? [withoutPruned(g, plan, slopeOf(params))]);
  const last = gradientNearby(g, plan, inputs, first, scalars);
  const apart = parts && buildUpdate(plan, hasYoung);
  const next = apart?.next ?? updateParameters(g, plan, { params, ...last }, hasYoung);
  for (const [name, value] of next.feeding.scalars) scalars.set(name, value);

  if (apart) {
    splitPack(g, last.gradient, items).forEach((part, i) => g.output(partName('gradient', i), part));
    g.output('norm', last.norm);
  } else {
    g.output('next_params', next.params);
    for (const [name, value] of Object.entries(next.state)) g.output(`next_${name}`, value);
  }
  if (plan.buffers.size > 0)
    g.output(
      'next_buffers',
      g.concat(
        plan.buffers.items.map(({ name }) => g.flat(forward.updates.get(name)!)),
        0,
      ),
    );
  g.output(
    'metrics',
    g.concat(
      [taskLoss, total, first.norm].map((v) => g.reshape(v, [1])),
      0,
    ),
  );
  const slots = withStats ? emitStats(g, plan, forward, grads, { params, gradient: first.gradient, ...(!apart && { next: next.params }) }) : [];
  return {
    graph: lower(g),
    ...(apart && { update: apart.graph }),
    layers: forward.layers,
    slots,
    state: Object.keys(next.state),
    scalars,
    seeds: [...forward.seeds, ...next.feeding.seeds],
    fed: [...next.fed, ...stepInput(g)],
    flags: [...next.flags, ...(withStats ? ['want_statistics'] : [])],
    byElement: next.byElement,
    feeding,
  };
}

/** The number of the step, where a layer asks for it. */
export const stepInput = (g: Graph): string[] => (g.nodes.some((n) => n.op === 'Input' && n.attrs.name === 'step') ? ['step'] : []);

function emitStats(
  g: Graph,
  plan: ModelPlan,
  forward: Forward,
  grads: Map<number, Value>,
  flat: { params: Value; gradient: Value; next?: Value },
): Slot[] {
  const stats = new StatsBuilder();
  for (const { name, output, watch, floor, unitAxis, shown } of forward.layers) {
    const at = (...path: string[]) => ['layers', name, ...path];
    stats.tensor(at('activation'), output);
    const gradient = grads.get(output.id);
    if (gradient) stats.tensor(at('gradient'), gradient);
    if (watch === 'rectifier') stats.deadUnits(at('dead_units'), floor ? stats.emit((b) => b.sub(output, floor)) : output, unitAxis);
    if (watch === 'tanh') stats.saturated(at('saturated_fraction'), output, 0, 0.97);
    if (watch === 'sigmoid') stats.saturated(at('saturated_fraction'), output, 0.5, 0.47);
    for (const [statistic, channels] of Object.entries(shown)) stats.moments(at('normalisation', statistic), channels);
  }
  const { items } = plan.trained;
  const split = (v: Value) => stats.emit((b) => splitPack(b, v, items));
  const weights = split(flat.params);
  const gradientParts = split(flat.gradient);
  const { next } = flat;
  const updates = next && split(stats.emit((b) => b.sub(next, flat.params)));
  items.forEach(({ name }, i) => {
    stats.tensor(['params', name, 'weight'], weights[i]);
    stats.tensor(['params', name, 'gradient'], gradientParts[i]);
    if (updates) stats.norm(updatePath(name), updates[i]);
  });
  g.output('statistics', stats.finish(g, g.input('want_statistics', [], 'bool')));
  if (updates) return stats.slots;
  // Whoever updates the weights piece by piece appends these.
  const appended = items.map(({ name, shape }, i): Slot => ({
    path: updatePath(name),
    part: 'sum_square',
    at: stats.length + i,
    count: product(shape),
  }));
  return [...stats.slots, ...appended];
}

const updatePath = (parameter: string) => ['params', parameter, 'update_l2'];
