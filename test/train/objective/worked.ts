import { gradients } from '../../../src/graph/autodiff';
import { Graph, type Value } from '../../../src/graph/graph';
import { lower } from '../../../src/graph/lower';
import { parseModel } from '../../../src/model/parse';
import { inputsOf } from '../../../src/train/forwardPass';
import { planModel } from '../../../src/train/modelPlan';
import { objective } from '../../../src/train/objective';
import { createSession, type Feeds, numbers, tensor } from '../../../src/train/session';
import type { Teacher } from '../../../src/train/teacher';

export const SEEDS: [number, number] = [0x9e3779b1, 0x2545f491];

export interface Case {
  text: string;
  sample: number[];
  target?: number[];
  x: number[];
  y: number[];
  params: number[];
  /** What the runner would have drawn. */
  draws?: Record<string, number[]>;
  /** Values of the graph that the test wants to see, by name: what it draws from its seeds. */
  watch?: (g: Graph, batch: number) => Record<string, Value>;
  teacher?: (plan: ReturnType<typeof planModel>) => Teacher;
}

/** The objective of one step on the engine: the task loss, the whole, and the gradient of the whole at the packed parameters. */
export async function onEngine({ text, sample, target = [], x, y, params, draws = {}, watch, teacher }: Case) {
  const { spec, problems } = parseModel(text);
  if (!spec) throw new Error(problems[0].message);
  const plan = planModel(spec, sample, target);
  if (teacher) plan.teacher = teacher(plan);
  const batch = x.length / sample.reduce((a, b) => a * b, 1);
  const g = new Graph();
  const inputs = inputsOf(g, plan, batch);
  const { taskLoss, total, forward, feeding } = objective(g, plan, inputs);
  g.output('loss', taskLoss);
  g.output('total', total);
  g.output('gradient', gradients(g, total, [inputs.vectors.params]).get(inputs.vectors.params.id)!);
  const watched = watch?.(g, batch) ?? {};
  for (const [name, value] of Object.entries(watched)) g.output(name, value);
  const session = await createSession(lower(g));
  const isClass = inputs.y.dtype === 'int32';
  const feeds: Feeds = {
    x: tensor(Float32Array.from(x), [batch, ...sample]),
    y: tensor(isClass ? Int32Array.from(y) : Float32Array.from(y), [batch, ...target], isClass ? 'int32' : 'float32'),
    params: tensor(Float32Array.from(params), [params.length]),
  };
  // Training does not look at running statistics.
  if (plan.buffers.size > 0) feeds.buffers = tensor(new Float32Array(plan.buffers.size), [plan.buffers.size]);
  for (const [name, value] of forward.scalars) feeds[name] = tensor(Float32Array.of(value), []);
  for (const name of forward.seeds) feeds[name] = tensor(Uint32Array.from(SEEDS), [2], 'uint32');
  for (const [name, { shape, dtype }] of feeding.draws)
    feeds[name] = tensor(dtype === 'int32' ? Int32Array.from(draws[name]) : Float32Array.from(draws[name]), shape, dtype);
  for (const [name, data] of feeding.held) feeds[name] = tensor(data, [data.length]);
  const outputs = await session.run(feeds);
  await session.release();
  return {
    loss: numbers(outputs.loss)[0],
    total: numbers(outputs.total)[0],
    gradient: [...numbers(outputs.gradient)],
    seen: Object.fromEntries(Object.keys(watched).map((name) => [name, [...numbers(outputs[name])]])),
  };
}

/** Central differences in float64. */
export function slopes(f: (at: number[]) => number, at: readonly number[]): number[] {
  const step = 1e-5;
  return at.map((_, i) => {
    const moved = (by: number) => f(at.map((v, j) => (i === j ? v + by : v)));
    return (moved(step) - moved(-step)) / (2 * step);
  });
}

/** Rows of x·Wᵀ + b. */
export const affine = (x: readonly number[][], w: readonly number[][], b: readonly number[]): number[][] =>
  x.map((row) => w.map((weights, c) => weights.reduce((sum, v, k) => sum + v * row[k], b[c])));

export function softmax(z: readonly number[]): number[] {
  const top = Math.max(...z);
  const e = z.map((v) => Math.exp(v - top));
  const sum = e.reduce((a, b) => a + b);
  return e.map((v) => v / sum);
}

/** Mean of −log p of the class. */
export const crossEntropy = (logits: readonly number[][], y: readonly number[]): number =>
  logits.reduce((sum, z, i) => sum - Math.log(softmax(z)[y[i]]), 0) / logits.length;

export const rows = (flat: readonly number[], width: number): number[][] =>
  Array.from({ length: flat.length / width }, (_, i) => flat.slice(i * width, (i + 1) * width));

export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Vectors alike in every element, as far as 32 bits go. */
export function farthest(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Infinity;
  return Math.max(...a.map((v, i) => Math.abs(v - b[i]))) / Math.max(...b.map(Math.abs), 1e-3);
}
