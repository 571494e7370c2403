import { gradients } from '../graph/autodiff';
import { Graph, type Value } from '../graph/graph';
import { lower } from '../graph/lower';
import { product, type Shape } from '../graph/shape';
import { type Slot, StatsBuilder } from '../graph/stats';
import { buildForward, type Buffer, type BuiltLayer, type Forward, type Parameter, scratchForward } from '../model/build';
import { LOSSES, neighboursAlike, targetShape } from '../model/losses';
import { OPTIMIZERS } from '../model/optimizers';
import { fail, ProblemError } from '../model/problem';
import type { Spec } from '../model/spec';

/** A vector that holds several tensors one after the other: one is much cheaper to update and to move than many. */
export interface Pack<T extends { name: string; shape: number[] }> {
  items: T[];
  offsets: number[];
  size: number;
}

export function pack<T extends { name: string; shape: number[] }>(items: T[]): Pack<T> {
  const offsets: number[] = [];
  let size = 0;
  for (const item of items) {
    offsets.push(size);
    size += product(item.shape);
  }
  return { items, offsets, size };
}

/** The tensors in a packed vector, each flat. */
const splitPack = (g: Graph, vector: Value, items: readonly { shape: number[] }[]): readonly Value[] =>
  g.split(
    vector,
    items.map(({ shape }) => product(shape)),
    0,
  );

/** Everything of a model that is known from its shapes alone. */
export interface ModelPlan {
  spec: Spec;
  sample: Shape;
  target: Shape;
  trained: Pack<Parameter>;
  frozen: Pack<Parameter>;
  buffers: Pack<Buffer>;
  /** Of two samples. */
  output: Shape;
  /** Bytes that the values of one sample take in a forward pass. */
  bytesPerSample: number;
}

/** One training step: parameters, state and a batch in; the same, losses and statistics out. */
export interface StepGraph {
  /** Lowered. */
  graph: Graph;
  layers: BuiltLayer[];
  slots: Slot[];
  /** Optimizer state tensors by PyTorch's names. */
  state: string[];
  scalars: Map<string, number>;
  seeds: string[];
  /** Further scalar inputs that change from step to step: the rate, the optimizer's, the step's number. */
  fed: string[];
  /** Those of `fed` that have a number for every element of the parameters. */
  byElement: string[];
}

export function planModel(spec: Spec, sample: Shape, target: Shape): ModelPlan {
  const { parameters, buffers, output, graph } = scratchForward(spec, sample);
  const computed = graph.nodes.filter((n) => n.op !== 'Input' && n.op !== 'Constant');
  const bytesPerSample = computed.reduce((sum, n) => sum + 2 * product(n.outputs[0].shape), 4 * product(sample));
  const trained = pack(parameters.filter((p) => p.trained));
  if (trained.size === 0) fail('nothing-to-train', 'The model has no parameter to train', { range: spec.ranges.model });
  return {
    spec,
    sample,
    target,
    trained,
    frozen: pack(parameters.filter((p) => !p.trained)),
    buffers: pack(buffers),
    output: output.shape,
    bytesPerSample,
  };
}

/** Inputs of the packed vectors, the parameters and buffers in them by name, and the forward pass and task loss over them. */
export function forwardPass(g: Graph, plan: ModelPlan, batch: number, training: boolean) {
  const { spec } = plan;
  const packs = { params: plan.trained, frozen: plan.frozen, buffers: plan.buffers };
  const vectors: Record<string, Value> = {};
  const values = new Map<string, Value>();
  for (const [name, { items, size }] of Object.entries(packs)) {
    if (size === 0) continue;
    vectors[name] = g.input(name, [size]);
    const parts = splitPack(g, vectors[name], items);
    items.forEach((item, i) => values.set(item.name, g.reshape(parts[i], item.shape)));
  }
  const lookUp = ({ name }: { name: string }) => values.get(name)!;
  const x = g.input('x', [batch, ...plan.sample]);
  const rule = LOSSES[spec.loss.name];
  const y = g.input('y', [batch, ...plan.target], rule.target === 'class' ? 'int32' : 'float32');
  const forward = buildForward(g, spec, x, { training, parameter: lookUp, buffer: lookUp });
  return { x, vectors, values, forward, ...taskLoss(g, spec, forward, y) };
}

/** The loss, and the target in the shape that the loss wants. */
function taskLoss(g: Graph, spec: Spec, { output }: Forward, y: Value) {
  const rule = LOSSES[spec.loss.name];
  const classDim = spec.data.task === 'sequence' ? output.shape.length - 1 : 1;
  try {
    if (rule.target === 'class' && output.shape.length <= classDim) fail('target-shape', `The model's output has no dimension of classes`);
    const wanted = targetShape(rule, output.shape, classDim);
    const withoutOnes = (s: Shape) =>
      s
        .slice(1)
        .filter((n) => n !== 1)
        .join('×') || '1';
    if (withoutOnes(wanted) !== withoutOnes(y.shape))
      fail(
        'target-shape',
        `\`${spec.loss.name}\` needs a target of ${withoutOnes(wanted)} a sample for this model's output of ${withoutOnes(output.shape)}, but the data's target is ${withoutOnes(y.shape)}`,
        rule.target === 'number' && output.shape.length === 2 ? { outputs: product(y.shape.slice(1)) } : {},
      );
    const target = g.reshape(y, wanted);
    return { loss: rule.build(g, output, target, spec.loss.args, classDim), target, classDim };
  } catch (error) {
    if (error instanceof ProblemError && !error.problem.range) throw new ProblemError({ ...error.problem, range: spec.loss.range });
    throw error;
  }
}

/** Σ|w| and Σw² over every trained parameter, as far as the file asks for them. */
function penalties(g: Graph, params: Value, spec: Spec, scalars: Map<string, number>): Value[] {
  const { l1, l2 } = spec.regularize;
  const weighted = (name: string, value: number, norm: Value) => {
    scalars.set(name, value);
    return g.mul(norm, g.input(name, []));
  };
  return [...(l1 ? [weighted('l1', l1, g.sum(g.abs(params)))] : []), ...(l2 ? [weighted('l2', l2, g.sumSquare(params))] : [])];
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

/** Scalars of the optimizer that depend on how often a parameter has been updated. */
function ageing({ optimizer }: Spec): string[] {
  const at = (step: number) => OPTIMIZERS[optimizer.name].scalars(optimizer.args, step);
  const first = at(1);
  return Object.keys(first).filter((name) => [2, 10, 1000].some((step) => at(step)[name] !== first[name]));
}

interface StepOptions {
  withStats: boolean;
  /** Some parameters have been updated less often than others: what depends on that is fed by element. */
  hasYoung?: boolean;
}

/** Outputs `next_params`, `next_<state>`, `next_buffers`, `metrics` (loss, total loss, gradient norm) and `statistics`. */
export function buildStep(plan: ModelPlan, batch: number, { withStats, hasYoung = false }: StepOptions): StepGraph {
  const g = new Graph();
  const { spec, trained } = plan;
  const { vectors, forward, loss } = forwardPass(g, plan, batch, true);
  const { scalars } = forward;
  const { params } = vectors;
  const totalLoss = penalties(g, params, spec, scalars).reduce((sum, penalty) => g.add(sum, penalty), loss);
  const grads = gradients(g, totalLoss, [params, ...forward.layers.map((l) => l.output)]);
  const gradient = grads.get(params.id) ?? g.fill(params, 0);
  const gradNorm = g.sqrt(g.sumSquare(gradient));

  const rule = OPTIMIZERS[spec.optimizer.name];
  const state = rule.state(spec.optimizer.args);
  const stateInputs = Object.fromEntries(state.map((name) => [name, g.input(name, [trained.size])]));
  const fed = new Map<string, Value>();
  const byElement = hasYoung ? ageing(spec) : [];
  const feed = (name: string) => g.input(name, byElement.includes(name) ? [trained.size] : []);
  const scalar = (name: string) => fed.get(name) ?? (fed.set(name, feed(name)), fed.get(name)!);
  const next = rule.update(
    { g, param: params, gradient: clip(g, gradient, gradNorm, spec, scalars), state: stateInputs, scalar },
    spec.optimizer.args,
  );

  const nextParams = boundRows(g, next.param, trained, spec.regularize, scalars);
  g.output('next_params', nextParams);
  for (const name of state) g.output(`next_${name}`, next.state[name]);
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
      [loss, totalLoss, gradNorm].map((v) => g.reshape(v, [1])),
      0,
    ),
  );
  const slots = withStats ? emitStats(g, plan, forward, grads, { params, gradient, next: nextParams }) : [];
  return {
    graph: lower(g),
    layers: forward.layers,
    slots,
    state,
    scalars,
    seeds: forward.seeds,
    fed: [...fed.keys(), ...stepInput(g)],
    byElement: byElement.filter((name) => fed.has(name)),
  };
}

/** The number of the step, where a layer asks for it. */
export const stepInput = (g: Graph): string[] => (g.nodes.some((n) => n.op === 'Input' && n.attrs.name === 'step') ? ['step'] : []);

function emitStats(
  g: Graph,
  plan: ModelPlan,
  forward: Forward,
  grads: Map<number, Value>,
  flat: { params: Value; gradient: Value; next: Value },
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
  const updates = split(stats.emit((b) => b.sub(flat.next, flat.params)));
  items.forEach(({ name }, i) => {
    stats.tensor(['params', name, 'weight'], weights[i]);
    stats.tensor(['params', name, 'gradient'], gradientParts[i]);
    stats.norm(['params', name, 'update_l2'], updates[i]);
  });
  g.output('statistics', stats.finish(g, g.input('want_statistics', [], 'bool')));
  return stats.slots;
}

/** A lowered graph of the task loss in evaluation mode, and of what the score is made of: correct predictions, or Σ(y − ŷ)². */
export function buildEvaluation(plan: ModelPlan, batch: number): Graph {
  const g = new Graph();
  const { loss, forward, target, classDim } = forwardPass(g, plan, batch, false);
  const { output } = forward;
  g.output(
    'metrics',
    g.concat(
      [loss, score(g, plan, output, target, classDim)].map((v) => g.reshape(v, [1])),
      0,
    ),
  );
  return lower(g);
}

function score(g: Graph, plan: ModelPlan, output: Value, target: Value, classDim: number): Value {
  const hits = (right: Value) => g.sum(g.cast(right, 'float32'));
  const sides = (threshold: number) => hits(g.equal(g.cast(g.greater(output, threshold), 'float32'), g.cast(g.greater(target, 0.5), 'float32')));
  switch (LOSSES[plan.spec.loss.name].score) {
    case 'accuracy':
      return hits(g.equal(g.cast(g.op('ArgMax', [output], { axis: classDim }), 'int32'), target));
    case 'binary-accuracy-logits':
    case 'signs':
      return sides(0);
    case 'binary-accuracy':
      return sides(0.5);
    case 'neighbours':
      return neighboursAlike(g, output, target);
    case 'r2': {
      const { name, args } = plan.spec.loss;
      return g.sumSquare(g.sub(LOSSES[name].prediction?.(g, output, args, classDim) ?? output, target));
    }
  }
}
