import { gather } from '../data/batches';
import { Graph } from '../graph/graph';
import { lower } from '../graph/lower';
import { product } from '../graph/shape';
import { buildForward, type BuiltLayer } from '../model/build';
import { pieceOf } from './evaluator';
import type { Prepared } from './prepare';
import type { Tensors } from './protocol';
import { numbers, type SessionPool, tensor, type Feeds } from './session';

/** Enough for a mean and a variance. */
const MOST_SAMPLES = 512;

/**
 * Lets batch normalisations that an edit has inserted begin as what they find: weight and bias become the standard deviation and the mean of
 * their input, so that they pass it on unchanged, and the running statistics what they would have come to. Writes into `tensors`.
 * Normalisations over a sample cannot pass it on unchanged, whatever their weights.
 */
export async function fitNormalisers(prepared: Prepared, inserted: ReadonlySet<string>, tensors: Tensors, pool: SessionPool): Promise<void> {
  const { spec, dataset, model, batches } = prepared;
  const { train } = dataset;
  // No more memory than a step or a piece of an evaluation takes.
  const count = Math.min(train.count, MOST_SAMPLES, Math.max(batches.batchSize, pieceOf(model)));
  const g = new Graph();
  const placeholder = ({ name, shape }: { name: string; shape: number[] }) => g.input(name, shape);
  const x = g.input('x', [count, ...model.sample]);
  const { layers, scalars, seeds } = buildForward(g, spec, x, {
    training: true,
    parameter: placeholder,
    buffer: placeholder,
    nodeGraph: model.nodeGraph,
  });
  const normalisers = layers.filter((layer) => inserted.has(layer.name) && layer.shown.batch_mean);
  if (normalisers.length === 0) return;
  for (const { name, shown } of normalisers) {
    g.output(`${name} mean`, shown.batch_mean);
    g.output(`${name} var`, shown.batch_var);
  }
  const graph = lower(g);
  const needed = new Set(graph.nodes.filter(({ op }) => op === 'Input').map(({ attrs }) => attrs.name as string));
  const rows = Int32Array.from({ length: count }, (_, i) => Math.floor((i * train.count) / count));
  const feeds: Feeds = { x: tensor(gather(train, rows).x, [count, ...model.sample]), step: tensor(Float32Array.of(1), []) };
  for (const [name, value] of scalars) feeds[name] = tensor(Float32Array.of(value), []);
  for (const name of seeds) feeds[name] = tensor(Uint32Array.of(1, 0), [2], 'uint32');
  const session = await pool.session(graph);
  try {
    // In the order of the model: one that is fitted changes what the next one sees.
    for (const layer of normalisers) {
      for (const [name, { shape, data }] of Object.entries(tensors)) feeds[name] = tensor(data, shape);
      const outputs = await session.run(Object.fromEntries(Object.entries(feeds).filter(([name]) => needed.has(name))));
      fit(layer, tensors, numbers(outputs[`${layer.name} mean`]), numbers(outputs[`${layer.name} var`]));
    }
  } finally {
    await session.release();
  }
}

function fit({ name, spec }: BuiltLayer, tensors: Tensors, mean: Float32Array, variance: Float32Array): void {
  const eps = spec.args.eps as number;
  const put = (key: string, data: Float32Array) => {
    const known = tensors[`${name}.${key}`];
    if (known && product(known.shape) === data.length) tensors[`${name}.${key}`] = { shape: known.shape, data };
  };
  put(
    'weight',
    variance.map((v) => Math.sqrt(v + eps)),
  );
  put('bias', mean);
  put('running_mean', mean);
  put('running_var', variance);
}
