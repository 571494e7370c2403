import { expect, test } from 'vitest';
import type { Checkpoint, Plan, RunEvent } from '../../src/train/protocol';
import { Trainer } from '../../src/train/trainer';

const plan = (more = '', train = ''): Plan => ({
  text: `data: {source: moons, samples: 60, noise: 0.1, validation: 0.2}
model: [{Linear: 8}, BatchNorm1d, ReLU, {Dropout: 0.3}, {Linear: 2}]
loss: CrossEntropyLoss
train: {batch_size: 7, epochs: 6, drop_last: false${train}}
${more}`,
  files: {},
  statsEvery: 0,
});

async function finish(trainer: Trainer): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  while (!trainer.isFinished) events.push(...(await trainer.next()));
  events.push(...(await trainer.end()));
  await trainer.release();
  return events;
}

/** A checkpoint as disk or another thread gives it back. */
const copied = (checkpoint: Checkpoint): Checkpoint => structuredClone(checkpoint);

test.each<[more: string, train: string]>([
  ...[
    '',
    'optimizer: {SGD: {lr: 0.1, momentum: 0.9, dampening: 0.5}}',
    'optimizer: {Adam: {lr: 0.01, amsgrad: true}}',
    'scheduler: {StepLR: {step_size: 10, gamma: 0.5}}',
    'scheduler: [{LinearLR: {total_iters: 9}}, {ReduceLROnPlateau: {patience: 0, factor: 0.5, threshold: 0.5, cooldown: 1}}]',
    'optimizer: {Lookahead: {k: 3, optimizer: {SAM: {optimizer: {Adam: {lr: 0.01}}}}}}\nparam_groups: [{layers: linear1, lr: 0.1, betas: [0.8, 0.9]}]',
    'regularize: {gradient_noise: 0.1, weight_noise: 0.1}',
  ].map((more): [string, string] => [more, '']),
  ['', ', ema: 0.9, early_stopping: 20'],
  ['', ', prune: {amount: 0.5, every: 2, rounds: 4}'],
  ['', ', unfreeze: [{epoch: 1, layers: linear1}, {epoch: 3, layers: "batch*"}], ema: 0.8'],
  ['', ', overfit_batch: true, precision: float16'],
])('from a checkpoint anywhere a run goes on with the very same numbers: %s%s', async (more, train) => {
  const trainer = await Trainer.create(plan(more, train));
  const checkpoints = [copied(await trainer.checkpoint())];
  const events: RunEvent[] = [];
  while (!trainer.isFinished) {
    events.push(...(await trainer.next()));
    checkpoints.push(copied(await trainer.checkpoint()));
  }
  events.push(...(await trainer.end()));
  const end = await trainer.checkpoint();
  await trainer.release();
  for (const from of [0, 1, 6, 7, 20, checkpoints.length - 1]) {
    const resumed = await Trainer.create(plan(more, train), checkpoints[from]);
    const told = await finish(resumed);
    const isLater = (e: RunEvent) => e.type === 'end' || (e.type === 'eval' && e.step > from) || (e.type === 'step' && e.step > from);
    const expected = events.filter(isLater).map((e) => ({ ...e, seconds: undefined }));
    expect(told.filter(isLater).map((e) => ({ ...e, seconds: undefined }))).toEqual(expected);
    const { seconds: _, ...state } = await resumed.checkpoint();
    const { seconds: __, ...whole } = end;
    expect(state).toEqual(whole);
  }
});

test('a checkpoint holds weights, running statistics and optimizer state by their names in PyTorch', async () => {
  const trainer = await Trainer.create(plan());
  for (let i = 0; i < 3; i++) await trainer.next();
  const { tensors, optimizer, ...place } = await trainer.checkpoint();
  expect(place).toMatchObject({ step: 3, epoch: 0, row: 21, ages: {} });
  expect(Object.keys(tensors)).toEqual([
    ...['linear1.weight', 'linear1.bias', 'batchnorm1d1.weight', 'batchnorm1d1.bias', 'linear2.weight', 'linear2.bias'],
    ...['batchnorm1d1.running_mean', 'batchnorm1d1.running_var'],
  ]);
  expect(Object.keys(optimizer)).toEqual(['exp_avg', 'exp_avg_sq']);
  expect(optimizer.exp_avg['linear2.weight'].shape).toEqual([2, 8]);
  await trainer.release();
});

test('a parameter that is younger than the run has a bias correction of its own, as in PyTorch', async () => {
  const text = `data: {source: moons, samples: 64}\nmodel: [{Linear: 4}, Tanh, {Linear: 2}]\nloss: CrossEntropyLoss\noptimizer: {Adam: {lr: 0.01}}\ntrain: {batch_size: 64, steps: 60, shuffle: false}`;
  const one = (stepped: Plan, from?: Checkpoint) => Trainer.create(stepped, from);
  const old = await one({ text, files: {}, statsEvery: 0 });
  for (let i = 0; i < 20; i++) await old.next();
  const { optimizer, ...rest } = await old.checkpoint();
  const zero = structuredClone(optimizer);
  for (const state of Object.values(zero)) state['linear2.weight'].data.fill(0);
  const young = await one({ text, files: {}, statsEvery: 0 }, { ...rest, optimizer: zero, ages: { 'linear2.weight': 0 } });
  const before = await young.tensors();
  await young.next();
  const after = await young.tensors();
  // Adam's first step is lr·g/(|g| + ε): lr in the direction of the gradient.
  const moved = after['linear2.weight'].data.map((w, i) => Math.abs(w - before['linear2.weight'].data[i]));
  for (const distance of moved) expect(distance).toBeCloseTo(0.01, 4);
  // The others go on as they would have.
  await old.next();
  expect(after['linear1.weight']).toEqual((await old.tensors())['linear1.weight']);
  expect((await young.checkpoint()).ages).toEqual({ 'linear2.weight': 1 });
  await old.release();
  await young.release();
});

test('a checkpoint of another model is refused', async () => {
  const trainer = await Trainer.create(plan());
  const { tensors, ...rest } = await trainer.checkpoint();
  await trainer.release();
  const { 'linear2.bias': _, ...lacking } = tensors;
  await expect(Trainer.create(plan(), { ...rest, tensors: lacking })).rejects.toThrow('has no `linear2.bias`');
  const wider = { ...tensors, 'linear2.bias': { shape: [9], data: new Float32Array(9) } };
  await expect(Trainer.create(plan(), { ...rest, tensors: wider })).rejects.toThrow('has `linear2.bias` in another shape');
});
