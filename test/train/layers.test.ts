import { describe, expect, test } from 'vitest';
import type { ProblemError } from '../../src/model/problem';
import { encodeTensors } from '../../src/train/checkpoint';
import { editTrainer } from '../../src/train/editTrainer';
import type { CarryOptions, Plan } from '../../src/train/protocol';
import { Trainer } from '../../src/train/trainer';
import { float32Npy, npzFile } from '../data/helpers';
import { trainText } from './run';

const carry: CarryOptions = { resized: 'fresh', inserted: 'init' };
const plan = (text: string, files: Record<string, Uint8Array> = {}): Plan => ({ text, files, statsEvery: 1 });

const model = (layers: string, more = '') => `data: {source: moons, samples: 32, validation: 0.25}
model:
${layers}
  - Linear: {out_features: 2, name: last}
loss: CrossEntropyLoss
optimizer: {Adam: {lr: 0.01}}
train: {batch_size: 8, steps: 6}
${more}`;

const problemOf = (text: string, files: Record<string, Uint8Array>) =>
  Trainer.create(plan(text, files)).then(
    () => expect.fail('nothing was thrown'),
    (error: unknown) => (error as ProblemError).problem,
  );

describe('a mixture of experts while it trains', () => {
  const text = model(
    '  - Linear: {out_features: 4, name: a}\n  - MixtureOfExperts: {name: moe, experts: 3, top_k: 2, layers: [{Linear: {out_features: 4, name: f}}, Tanh]}',
  );

  test('Switch’s penalty, told as a statistic, is added with weight 0.01; loads add up to 1', async () => {
    const { steps, evals } = await trainText(text);
    for (const step of steps) {
      const shown = step.layers!.moe.normalisation!;
      expect(step.total_loss! - step.loss!).toBeCloseTo(0.01 * shown.balance.mean!, 6);
      const loads = [0, 1, 2].map((i) => shown[`load_${i}`].mean!);
      expect(loads.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
      // Two of three experts for each of 8 samples: no load is above a half.
      for (const load of loads) expect([load >= 0, load <= 0.5 + 1e-6]).toEqual([true, true]);
      expect([shown.load.min, shown.load.max]).toEqual([Math.min(...loads), Math.max(...loads)]);
    }
    // An evaluation has no penalties.
    expect(evals.at(-1)!.train_loss).toBeGreaterThan(0);
  });

  test('an edit inside of an expert lets the router and the other layers go on, also from another number of them', async () => {
    const trainer = await Trainer.create(plan(text));
    await trainer.next();
    const before = await trainer.checkpoint();
    const { trainer: next, event } = await editTrainer(trainer, 1, plan(text.replace('Tanh]', 'ReLU]').replace('lr: 0.01', 'lr: 0.1')), carry);
    const after = await next.checkpoint();
    expect(after.tensors).toEqual(before.tensors);
    expect(after.optimizer).toEqual(before.optimizer);
    expect(event?.changes.join()).toContain('Tanh → ReLU');
    const { trainer: more } = await editTrainer(trainer, 2, plan(text.replace('experts: 3', 'experts: 4')), carry);
    const { tensors } = await more.checkpoint();
    for (const name of ['a.weight', 'f.0.weight', 'f.1.bias', 'f.2.weight']) expect(tensors[name]).toEqual(before.tensors[name]);
    expect(tensors['moe.router.weight'].shape).toEqual([4, 4]);
    for (const each of [trainer, next, more]) await each.release();
  });
});

describe('stochastic layers and containers', () => {
  const text = model(`  - Linear: {out_features: 4, name: a}
  - Highway: {name: way, layers: [{Linear: {out_features: 4, name: h}}, Tanh, {Residual: [{Linear: {out_features: 4, name: r}}, {DropPath: 0.4}]}]}
  - NeuralODE: {name: ode, steps: 2, method: rk4, layers: [{Linear: {out_features: 4, name: f}}, Tanh]}
  - DenseBlock: [{Linear: {out_features: 2, name: d}}, [{Residual: [{Linear: {out_features: 6, name: e}}, {ShakeDrop: 0.5}]}, {GaussianNoise: 0.2}, AlphaDropout]]`);

  test('the same seed gives the same run, a checkpoint goes on with the very same numbers', async () => {
    const [once, again] = [await trainText(text), await trainText(text)];
    const losses = (run: typeof once) => run.steps.map(({ loss }) => loss);
    expect(losses(again)).toEqual(losses(once));
    const other = await trainText(text, { seed: 5 });
    expect(losses(other)).not.toEqual(losses(once));

    const trainer = await Trainer.create(plan(text));
    for (let step = 0; step < 3; step++) await trainer.next();
    const saved = await trainer.checkpoint();
    await trainer.release();
    const resumed = await Trainer.create(plan(text), saved);
    const rest: number[] = [];
    while (!resumed.isFinished) for (const event of await resumed.next()) if (event.type === 'step') rest.push(event.loss!);
    expect(rest).toEqual(losses(once).slice(3));
    const end = await resumed.tensors();
    expect(Object.keys(end)).toEqual(Object.keys(once.tensors));
    for (const [name, { data }] of Object.entries(once.tensors)) expect(end[name].data, name).toEqual(data);
    await resumed.release();
  });

  test('evaluations draw nothing: the same weights give the same figures', async () => {
    const frozen = text.replace('lr: 0.01', 'lr: 1.0e-30');
    const { evals, steps } = await trainText(frozen.replace('steps: 6', 'epochs: 3'));
    expect(evals.length).toBeGreaterThan(1);
    expect(new Set(evals.map(({ train_loss, val_loss }) => `${train_loss} ${val_loss}`)).size).toBe(1);
    expect(new Set(steps.map(({ loss }) => loss)).size).toBeGreaterThan(1);
  });

  test('gate and layers inside go on through an edit inside', async () => {
    const trainer = await Trainer.create(plan(text));
    await trainer.next();
    const before = await trainer.checkpoint();
    const edit = text
      .replace('steps: 2, method: rk4', 'steps: 3, method: euler')
      .replace('DropPath: 0.4', 'DropPath: 0.1')
      .replace('{Linear: {out_features: 4, name: h}}, Tanh', '{Linear: {out_features: 4, name: h}}, ReLU, Identity');
    const { trainer: next, event } = await editTrainer(trainer, 1, plan(edit), carry);
    expect((await next.checkpoint()).tensors).toEqual(before.tensors);
    expect(event?.carried.fresh).toEqual([]);
    await next.next();
    for (const each of [trainer, next]) await each.release();
  });

  test('weights that were saved are read back by name', async () => {
    const { tensors } = await trainText(text);
    const files = { './w.safetensors': encodeTensors(tensors) };
    const trainer = await Trainer.create(plan(`${text}init: {weights: ./w.safetensors}\n`, files));
    for (const [name, { data }] of Object.entries(await trainer.tensors())) expect(data, name).toEqual(tensors[name].data);
    await trainer.release();
  });
});

describe('a graph convolution', () => {
  const nodes = 3;
  const samples = 8;
  const values = Array.from({ length: samples * nodes * 2 }, (_, i) => Math.sin(i + 1));
  const targets = Array.from({ length: samples }, (_, i) => Math.cos(i));
  const data = npzFile({ x: float32Npy([samples, nodes, 2], values), y: float32Npy([samples, 1], targets) });
  const edges = '0,1,0\n1,0,1\n0,1,0\n';
  const text = `data: {file: ./d.npz, adjacency: ./edges.csv}
model:
  - GraphConv: {out_features: 4, name: conv}
  - ReLU
  - Mean: {dim: 1}
  - Linear: 1
loss: MSELoss
train: {batch_size: 8, steps: 3}
`;
  const files = (lines: string) => ({ './d.npz': data.bytes, './edges.csv': new TextEncoder().encode(lines) });

  test('trains on the graph that the data names, and a new content of the file is another graph', async () => {
    const run = async (lines: string) => (await trainText(text, { files: files(lines) })).steps.map(({ loss }) => loss!);
    const joined = await run(edges);
    expect(joined.at(-1)).toBeLessThan(joined[0]);
    expect((await run('0,0,0\n0,0,0\n0,0,0'))[0]).not.toBe(joined[0]);
    const trainer = await Trainer.create(plan(text, files(edges)));
    await trainer.next();
    const { trainer: next, event } = await editTrainer(trainer, 1, plan(text, files('0,0,1\n0,0,1\n1,1,0')), carry);
    expect(event?.changes).toEqual(['data: the content of ./edges.csv']);
    for (const each of [trainer, next]) await each.release();
  });

  test('a graph of another size, none, or one that is not there is told at its place', async () => {
    expect(await problemOf(text, files('0,1\n1,0'))).toMatchObject({
      layer: 'conv',
      message: '`conv`: a sample has 3 nodes (dim 1), but ./edges.csv joins 2',
    });
    expect((await problemOf(text.replace(', adjacency: ./edges.csv', ''), files(edges))).code).toBe('missing-adjacency');
    const missing = await problemOf(text, { './d.npz': data.bytes });
    expect(missing.range?.start).toBe(text.indexOf('./edges.csv'));
  });
});

describe('tokens of an Embedding', () => {
  const tokens = (values: number[]) => ({
    './d.npz': npzFile({
      x: float32Npy([values.length / 2, 2], values),
      y: float32Npy([values.length / 2, 1], Array<number>(values.length / 2).fill(1)),
    }).bytes,
  });
  const text = (more = '', layers = '') => `data: {file: ./d.npz${more}}
model:
${layers}  - Embedding: {num_embeddings: 5, embedding_dim: 3, name: words}
  - Mean: {dim: 1}
  - Linear: 1
loss: MSELoss
train: {batch_size: 2, steps: 1}
`;
  test.each([
    [
      [0, 4, 1, 7, 3, 9],
      'token-out-of-range',
      '`words` has 5 tokens, 0 to 4, but row 2 of the training split has 7: `num_embeddings` has to be at least 10.',
      '5',
    ],
    [[0, 4, 1, 2.5], 'no-token', 'row 2 of the training split has 2.5, which is no token', 'Embedding'],
    [[0, -1, 1, 2], 'no-token', 'row 1 of the training split has -1, which is no token', 'Embedding'],
  ])('%j: %s', async (values, code, message, word) => {
    const problem = await problemOf(text(), tokens(values));
    expect(problem).toMatchObject({ code, layer: 'words' });
    expect(problem.message).toContain(message);
    expect(text().slice(problem.range!.start, problem.range!.end)).toBe(word);
  });

  test('those of the validation split too, and behind layers that only hand them on', async () => {
    const files = { ...tokens([0, 1, 2, 3]), './v.npz': tokens([0, 1, 2, 5])['./d.npz'] };
    expect((await problemOf(text(', validation: ./v.npz'), files)).message).toContain('row 2 of the validation split has 5');
    expect((await problemOf(text('', '  - Identity\n  - Unflatten: [2]\n'), tokens([0, 1, 2, 5]))).code).toBe('token-out-of-range');
  });

  test('what a layer before makes of them is not the data’s', async () => {
    const trainer = await Trainer.create(plan(text('', '  - Tanh\n'), tokens([0, 1, 2, 50])));
    await trainer.release();
  });
});
