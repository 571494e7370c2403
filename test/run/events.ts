import type { Distribution, ObservationEvent } from '../../src/train/observation';
import type {
  Carried,
  Checkpoint,
  EditEvent,
  LayerStats,
  RunEvent,
  StartedLayer,
  StartEvent,
  StepEvent,
  TensorStats,
} from '../../src/train/protocol';

export const identity = {
  runId: 'a',
  file: 'examples/spirals.nn.yaml',
  uri: 'file:///w/examples/spirals.nn.yaml',
  name: 'spirals',
  text: 'model: [Linear: 2]\n',
};

export const layer = (name: string, line = 7): StartedLayer => ({ name, type: 'Linear', line, output: [32, 2], params: 42 });

export const start: StartEvent = {
  type: 'start',
  name: 'spirals',
  params: 84,
  layers: [layer('linear1'), layer('linear2', 8)],
  steps: 1000,
  batch_size: 32,
  samples: 300,
  validation_samples: 0,
  no_skill_loss: 0.6931,
  engine: 'wasm',
};

const carried: Carried = { kept: 4, resized: [], fresh: [], dropped: [] };

/** An edit of the learning rate unless told otherwise. */
export const edit = (id: number, step: number, more: Partial<EditEvent> = {}): EditEvent => {
  const { type: _, name: __, engine: ___, ...layout } = start;
  return { ...layout, type: 'edit', id, step, changes: [`lr → ${id}`], text: `text ${id}\n`, carried, ...more };
};

const tensor: TensorStats = { mean: 0, std: 1, min: -2, max: 2, l2: 3, zero_fraction: 0, non_finite: 0 };
const statsOf = (l2: number | null): LayerStats => ({ activation: tensor, gradient: { ...tensor, l2 }, dead_units: 1, units: 2 });

/** A step whose loss is 1 / its number; `sampled`: with statistics of these layers. */
export const step = (n: number, sampled: readonly string[] = []): StepEvent => ({
  type: 'step',
  step: n,
  loss: 1 / n,
  total_loss: 1 / n,
  lr: 0.1,
  grad_norm: 1,
  ...(sampled.length > 0 && {
    layers: Object.fromEntries(sampled.map((name, i) => [name, statsOf(n + i)])),
    params: Object.fromEntries(sampled.map((name) => [`${name}.weight`, { weight: tensor, gradient: tensor, update_l2: 0.1, update_ratio: null }])),
  }),
});

/** Steps with statistics at 1, 11, 21 and so forth. */
export const steps = (from: number, to: number, sampled = ['linear1', 'linear2']): StepEvent[] =>
  Array.from({ length: to - from + 1 }, (_, i) => step(from + i, (from + i) % 10 === 1 ? sampled : []));

/** Numbers of which the largest is `to`. */
const distribution = (to: number): Distribution => ({ percentiles: [-to, -1, 0, 1, to], from: -to, to, counts: [1, 2, 1], non_finite: 0 });

/** Of layers with a weight each; the activations' largest number is the step. */
export const observation = (n: number, layers = ['linear1', 'linear2']): ObservationEvent => ({
  type: 'observation',
  step: n,
  samples: 32,
  layers: Object.fromEntries(layers.map((name) => [name, { activation: distribution(n), gradient: distribution(1), active: [0, 100], units: 2 }])),
  params: Object.fromEntries(layers.map((name) => [`${name}.weight`, { weight: distribution(2), ...(n > 0 && { update: distribution(0.1) }) }])),
  modes: { train: 1 / (n + 1), eval: null },
});

export const end = (n: number, stopped = false): RunEvent => ({ type: 'end', steps: n, eval_loss: 0.1, seconds: n / 100, stopped });

export const checkpoint = (n: number, more: Partial<Checkpoint> = {}): Checkpoint => ({
  step: n,
  epoch: Math.floor(n / 10),
  row: (n % 10) * 32,
  seconds: n / 100,
  tensors: { 'linear1.weight': { shape: [2, 2], data: Float32Array.of(n, 0.1, -0, 1e-45) } },
  optimizer: { exp_avg: { 'linear1.weight': { shape: [2, 2], data: Float32Array.of(0.5, n, NaN, -Infinity) } } },
  ages: {},
  ...more,
});
