import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { takeRows } from '../../src/data/batches';
import type { Dataset } from '../../src/data/dataset';
import { Evaluator } from '../../src/train/evaluator';
import { type Distribution, MOST_NUMBERS, type ObservationEvent } from '../../src/train/observation';
import { Observer } from '../../src/train/observer';
import { prepare, type Prepared } from '../../src/train/prepare';
import type { Plan, StepEvent } from '../../src/train/protocol';
import { numbers, SessionPool, tensor } from '../../src/train/session';
import { freshStart, packVectors } from '../../src/train/stateVectors';
import { type ModelState, Trainer } from '../../src/train/trainer';

const plan = (text: string, files: Plan['files'] = {}): Plan => ({ text, files, statsEvery: 1, observe: true });

async function look(prepared: Prepared, state: ModelState): Promise<ObservationEvent> {
  const observer = new Observer(prepared, new SessionPool());
  const event = await observer.observe(state);
  await observer.release();
  expect(JSON.parse(JSON.stringify(event))).toEqual(event);
  return event;
}

/** A model before its first step. */
async function begin(text: string, files: Plan['files'] = {}) {
  const prepared = await prepare(plan(text, files));
  const { params, frozen, buffers } = packVectors(prepared, freshStart(plan(text, files), prepared));
  const state: ModelState = { step: 0, weights: { params, ...(frozen && { frozen }), ...(buffers && { buffers }) } };
  return { prepared, state };
}

/** After some steps, with what the trainer told of the last one. */
async function after(steps: number, text: string) {
  const trainer = await Trainer.create(plan(text));
  const first = await trainer.state();
  let told: StepEvent | undefined;
  for (let i = 0; i < steps; i++) told = await trainer.nextStep();
  const { prepared } = trainer;
  const state = await trainer.state();
  await trainer.release();
  return { prepared, first, state, told: told! };
}

/** Float32 sums in another order, ends rounded to four digits; the gradient of a bias before a normalisation is rounding alone. */
const expectClose = (mine: number, theirs: number, scale: number) => expect(Math.abs(mine - theirs)).toBeLessThanOrEqual(6e-4 * scale + 1e-7);

interface Ends {
  min: number | null;
  max: number | null;
}
function expectEnds({ from, to }: Distribution, { min, max }: Ends): void {
  const scale = Math.max(Math.abs(min!), Math.abs(max!));
  expectClose(from, min!, scale);
  expectClose(to, max!, scale);
}

const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);

type Statistics = Pick<StepEvent, 'layers' | 'params'>;
/** The ends are those of the statistics of a batch as large; of a tensor that is not seen whole they lie between. */
function expectSame(event: ObservationEvent, { layers, params }: Statistics, { start, model }: Prepared): void {
  const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
  const compare = (seen: Distribution, { min, max }: Ends, shape: readonly number[]) => {
    if (size(shape) <= MOST_NUMBERS) {
      expect(sum(seen.counts)).toBe(size(shape));
      return expectEnds(seen, { min, max });
    }
    expect(sum(seen.counts)).toBeGreaterThan(MOST_NUMBERS / 5);
    expect(seen.from).toBeGreaterThanOrEqual(min! - 1e-3 * Math.abs(min!));
    expect(seen.to).toBeLessThanOrEqual(max! + 1e-3 * Math.abs(max!));
  };
  for (const { name, output } of start.layers) {
    // PyTorch's figures have no containers.
    if (!Object.hasOwn(layers!, name)) continue;
    const { activation, gradient } = layers![name];
    compare(event.layers[name].activation, activation, output);
    if (gradient) compare(event.layers[name].gradient!, gradient, output);
  }
  for (const { name, shape } of model.trained.items) {
    compare(event.params[name].weight, params![name].weight, shape);
    compare(event.params[name].gradient!, params![name].gradient, shape);
  }
  expect(start.layers.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(layers!)));
}

describe('activations, weights and gradients have the ends that PyTorch 1.13 found on the same batch', () => {
  const cases = join(__dirname, '../torch');
  const firstRows = (dataset: Dataset, count: number): Dataset => {
    const { x, y } = dataset.train;
    const rows = Int32Array.from({ length: count }, (_, row) => row);
    return { ...dataset, train: { count, x: takeRows(x, rows), y: takeRows(y, rows) } };
  };
  test.each([
    'loss-ce-dense-prediction',
    'arch-residual-shortcut',
    'arch-repeat',
    'arch-inception',
    'conv1d',
    'net-deep-relu-bn',
    'norm-batchnorm2d',
    'norm-layernorm-chw',
    'pool-max-overlap',
    'train-freeze',
    'loss-bcewithlogitsloss',
    'loss-ce-class-weights',
  ])('%s', async (name) => {
    const read = (file: string) => new Uint8Array(readFileSync(join(cases, name, file)));
    const text = readFileSync(join(cases, name, 'model.nn.yaml'), 'utf8');
    const files = { './data.npz': read('data.npz'), './init.safetensors': read('init.safetensors') };
    const { prepared, state } = await begin(text, files);
    const batch = { ...prepared, dataset: firstRows(prepared.dataset, prepared.batches.batchSize) };
    const { steps } = JSON.parse(readFileSync(join(cases, name, 'expected.json'), 'utf8')) as { steps: Statistics[] };
    const event = await look(batch, state);
    expect(event.samples).toBe(prepared.batches.batchSize);
    expectSame(event, steps[0], prepared);
    for (const [parameter, { update }] of Object.entries(event.params)) expect([parameter, update]).toEqual([parameter, undefined]);
  });
});

const blobs = (model: string, rest = '') => `data: {source: blobs, samples: 60, classes: 3}\nmodel: ${model}\nloss: CrossEntropyLoss\n${rest}`;
const WHOLE = 'train: {batch_size: 60, shuffle: false, steps: 5}\n';

test('with dropout it is the very computation of a first step on the same samples', async () => {
  const model = '[{Linear: 20}, {BatchNorm1d: {}}, ReLU, {Dropout: 0.4}, {Linear: 20}, Tanh, {Dropout: 0.2}, {Linear: 3}]';
  const { prepared, first, told } = await after(1, blobs(model, WHOLE));
  const event = await look(prepared, first);
  expectSame(event, told, prepared);
  expectClose(event.modes!.train!, told.loss!, told.loss!);
});

test('updates are what the last step added: of Adam’s first step the learning rate, against the gradient', async () => {
  const { prepared, first, state } = await after(1, blobs('[{Linear: 8}, Tanh, {Linear: 3}]', `${WHOLE}optimizer: {Adam: {lr: 0.01}}`));
  const slopes = (await look(prepared, first)).params['linear1.weight'].gradient!;
  const { update } = (await look(prepared, state)).params['linear1.weight'];
  expect(update!.from).toBeCloseTo(-0.01, 5);
  expect(update!.to).toBeCloseTo(0.01, 5);
  // 16 weights: as many rise as have a slope below 0, and a bin is either.
  const rising = (counts: number[]) => counts.slice(16).reduce((a, b) => a + b, 0);
  const { from, to, counts } = slopes;
  const edges = counts.map((_, bin) => from + ((bin + 0.5) * (to - from)) / 32);
  const falling = counts.reduce((total, n, bin) => total + (edges[bin] > 0 ? n : 0), 0);
  expect(Math.abs(rising(update!.counts) - (16 - falling))).toBeLessThanOrEqual(1);
});

test('losses of both modes are those of a training step and of an evaluation; absent where the modes do not differ', async () => {
  const { prepared, state } = await after(5, blobs('[{Linear: 10}, {BatchNorm1d: {}}, ReLU, {Linear: 3}]', WHOLE));
  const { modes } = await look(prepared, state);
  const evaluator = new Evaluator(prepared.model, prepared.dataset, new SessionPool());
  const { train_loss } = await evaluator.evaluate(5, state.weights);
  await evaluator.release();
  expectClose(modes!.eval!, train_loss!, train_loss!);
  expect(modes!.train).not.toBe(modes!.eval);
  for (const model of ['[{Linear: 10}, {LayerNorm: {}}, ReLU, {Linear: 3}]', '[{BatchNorm1d: {track_running_stats: false}}, {Linear: 3}]']) {
    const { prepared: other, state: start } = await begin(blobs(model));
    expect((await look(other, start)).modes).toBeUndefined();
  }
});

test('a unit is active on the samples on which its sum is above 0: dead ones never, others always, of a convolution by position', async () => {
  const { prepared, state } = await begin(blobs('[{Linear: 8}, ReLU, {Linear: 3}]', WHOLE));
  const params = numbers(state.weights.params).slice();
  const { items, offsets } = prepared.model.trained;
  const bias = offsets[items.findIndex(({ name }) => name === 'linear1.bias')];
  for (const [unit, value] of [[1, -100], [4, -100], [5, 100]] as const) params[bias + unit] = value; // prettier-ignore
  const event = await look(prepared, { step: 0, weights: { params: tensor(params, [params.length]) } });
  const { active, units } = event.layers.relu1;
  expect(units).toBe(8);
  // By hand, over the 60 samples: w·x + b > 0.
  const weight = offsets[items.findIndex(({ name }) => name === 'linear1.weight')];
  const { data } = prepared.dataset.train.x;
  const count = (unit: number) =>
    Array.from({ length: 60 }, (_, i) => params[weight + 2 * unit] * data[2 * i] + params[weight + 2 * unit + 1] * data[2 * i + 1]).filter(
      (product) => product + params[bias + unit] > 0,
    ).length;
  expect(active).toEqual(Array.from({ length: 8 }, (_, unit) => Math.ceil((100 * count(unit)) / 60)));
  expect([active![1], active![4], active![5]]).toEqual([0, 0, 100]);
  expect(event.layers.linear1.active).toBeUndefined();
});

test('once in a thousand positions is not never', async () => {
  const text = blobs('[{Linear: 1024}, {Unflatten: {sizes: [2, 16, 32]}}, ReLU, Flatten, {Linear: 3}]', WHOLE);
  const { prepared, state } = await begin(text);
  const params = new Float32Array(numbers(state.weights.params).length);
  const { items, offsets } = prepared.model.trained;
  params[offsets[items.findIndex(({ name }) => name === 'linear1.bias')] + 200] = 1;
  const event = await look(prepared, { step: 0, weights: { params: tensor(params, [params.length]) } });
  expect(event.layers.relu1).toMatchObject({ units: 2, active: [1, 0] });
});

test('of many units 64 at even distances stand for all', async () => {
  const { prepared, state } = await begin(blobs('[{Linear: 200}, ReLU, {Linear: 3}]', WHOLE));
  const params = new Float32Array(numbers(state.weights.params).length);
  const { items, offsets } = prepared.model.trained;
  const bias = offsets[items.findIndex(({ name }) => name === 'linear1.bias')];
  for (let unit = 0; unit < 200; unit++) params[bias + unit] = unit % 3 - 1; // prettier-ignore
  const event = await look(prepared, { step: 0, weights: { params: tensor(params, [params.length]) } });
  expect(event.layers.relu1.units).toBe(200);
  expect(event.layers.relu1.active).toEqual(Array.from({ length: 64 }, (_, i) => (Math.floor((i * 200) / 64) % 3 === 2 ? 100 : 0)));
});

test('a normalisation shows what comes in: the output of the layer before, or the samples themselves', async () => {
  const { prepared, state } = await begin(
    blobs('[{BatchNorm1d: {}}, {Linear: 6}, {LayerNorm: {elementwise_affine: false}}, ReLU, {Linear: 3}]', WHOLE),
  );
  const { layers } = await look(prepared, state);
  expect(layers.layernorm1.input).toEqual(layers.linear1.activation);
  const { data } = prepared.dataset.train.x;
  expectEnds(layers.batchnorm1d1.input!, { min: Math.min(...data), max: Math.max(...data) });
  expect(layers.linear1.input).toBeUndefined();
});

test('no channel of a large tensor is passed over', async () => {
  const { prepared, state } = await begin(blobs('[{Linear: 256}, ReLU, {Linear: 3}]', WHOLE));
  const params = numbers(state.weights.params).slice();
  const { items, offsets } = prepared.model.trained;
  const bias = offsets[items.findIndex(({ name }) => name === 'linear1.bias')];
  for (const unit of [0, 1, 77, 128, 255]) {
    const changed = params.slice();
    changed[bias + unit] = 1e6;
    const { activation } = (await look(prepared, { step: 0, weights: { params: tensor(changed, [changed.length]) } })).layers.linear1;
    expect(activation.counts.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(4096);
    expect(activation.to).toBeCloseTo(1e6, -3);
    // One of 256 units.
    expect(activation.counts[31] / activation.counts[0]).toBeCloseTo(1 / 255, 3);
  }
});

test('a model that has come to NaN is shown as it is', async () => {
  const { prepared, state } = await after(4, blobs('[{Linear: 8}, {BatchNorm1d: {}}, ReLU, {Linear: 3}]', `${WHOLE}optimizer: {SGD: {lr: 1.0e+38}}`));
  const { layers, params, modes } = await look(prepared, state);
  expect(params['linear2.weight'].weight).toMatchObject({ non_finite: 24, counts: Array(32).fill(0) });
  expect(params['linear2.weight'].weight.percentiles).toBeUndefined();
  expect(layers.linear2.activation.non_finite).toBe(180);
  expect(layers.relu1.active).toHaveLength(8);
  expect(modes).toEqual({ train: null, eval: null });
});

test('frozen parameters have a weight alone, layers before them no gradient', async () => {
  const { prepared, state } = await after(2, blobs('[{Linear: {out_features: 8, freeze: true}}, ReLU, {Linear: 3}]', WHOLE));
  const { params } = await look(prepared, state);
  expect(Object.keys(params['linear1.weight'])).toEqual(['weight']);
  expect(Object.keys(params['linear2.weight'])).toEqual(['weight', 'gradient', 'update']);
});

test('the probe is spread over the whole of a sorted split, and smaller where batches are', async () => {
  const { prepared } = await begin(
    `data: {source: blobs, samples: 1000, classes: 4}\nmodel: [{Linear: 4}]\nloss: CrossEntropyLoss\ntrain: {batch_size: 8}\n`,
  );
  const { train } = prepared.dataset;
  const order = Array.from({ length: train.count }, (_, i) => i).sort((a, b) => train.y.data[a] - train.y.data[b]);
  const rows = Int32Array.from(order);
  const dataset = { ...prepared.dataset, train: { ...train, x: takeRows(train.x, rows), y: takeRows(train.y, rows) } };
  // Logits that are 0 give each sample the gradient (p − 1)/n at its own class, p/n elsewhere: classes are counted by it.
  const weights = { params: tensor(new Float32Array(prepared.model.trained.size), [prepared.model.trained.size]) };
  const event = await look({ ...prepared, dataset }, { step: 0, weights });
  expect(event.samples).toBe(32);
  const bias = event.params['linear1.bias'].gradient!;
  // Σ over samples: (n·p − n_class)/n; equal shares of four classes give 0.
  expect(Math.max(Math.abs(bias.from), Math.abs(bias.to))).toBeLessThan(0.02);
});

test('names of layers may be anything', async () => {
  const { prepared, state } = await begin(blobs('[{Linear: {out_features: 4, name: constructor}}, {ReLU: {name: toString}}, {Linear: 3}]'));
  const observer = new Observer(prepared, new SessionPool());
  const { layers, params } = await observer.observe(state);
  await observer.release();
  expect(Object.keys(layers)).toEqual(['constructor', 'toString', 'linear2']);
  expect(params['constructor.weight'].weight.counts.reduce((a, b) => a + b)).toBe(8);
});

test('sessions are given back', async () => {
  const { prepared, state } = await begin(blobs('[{Linear: 4}, {Dropout: 0.5}, {Linear: 3}]'));
  const pool = new SessionPool();
  const observer = new Observer(prepared, pool);
  await observer.release();
  await observer.observe(state);
  expect(pool.size).toBe(2);
  await observer.release();
  expect(pool.size).toBe(0);
});
