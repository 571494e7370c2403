import { describe, expect, test } from 'vitest';
import { BatchOrder, countIn } from '../../src/data/batches';
import { ProblemError } from '../../src/model/problem';
import { decodeCheckpoint, encodeCheckpoint } from '../../src/run/checkpointFiles';
import { editTrainer } from '../../src/train/editTrainer';
import { prepare } from '../../src/train/prepare';
import { SampleLosses } from '../../src/train/sampleLosses';
import type { Plan, RunEvent } from '../../src/train/protocol';
import { numbers } from '../../src/train/session';
import { Trainer } from '../../src/train/trainer';

describe('the order of a curriculum', () => {
  const plan = { count: 20, batchSize: 3, shuffle: true, dropLast: false, seed: 4, pace: 4 };
  // Row 19 is the easiest; rows 3 and 7 have no number.
  const difficulty = Float32Array.from({ length: 20 }, (_, row) => (row === 3 || row === 7 ? NaN : -row));
  const ranked = [19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 6, 5, 4, 2, 1, 0, 3, 7];

  function epochs(order: BatchOrder, count: number): number[][] {
    order.rank(difficulty);
    const all: number[][] = [];
    while (order.position.epoch < count) {
      const { epoch } = order.position;
      (all[epoch] ??= []).push(...order.next());
    }
    return all;
  }

  test('epoch by epoch 1/4, 2/4, 3/4 and all of them, the easiest, in whole batches', () => {
    // 5 → 6, 10 → 12, 15, 20 of batches of 3.
    expect([0, 1, 2, 3, 4].map((epoch) => countIn(plan, epoch))).toEqual([6, 12, 15, 20, 20]);
    const seen = epochs(new BatchOrder(plan), 5);
    expect(seen.map((rows) => rows.length)).toEqual([6, 12, 15, 20, 20]);
    seen.forEach((rows) => expect([...rows].sort((a, b) => a - b)).toEqual(ranked.slice(0, rows.length).sort((a, b) => a - b)));
    // Shuffled, and otherwise in each epoch.
    expect(seen[1]).not.toEqual(ranked.slice(0, 12));
    expect(seen[3]).not.toEqual(seen[4]);
  });

  test('unshuffled: from easy to hard while some are left out, then as they are', () => {
    const seen = epochs(new BatchOrder({ ...plan, shuffle: false }), 4);
    expect(seen[2]).toEqual(ranked.slice(0, 15));
    expect(seen[3]).toEqual([...Array(20).keys()]);
  });

  test('goes on anywhere, and knows how many batches are left', () => {
    const whole = new BatchOrder(plan);
    whole.rank(difficulty);
    expect(whole.batchesUntil(5)).toBe(2 + 4 + 5 + 7 + 7);
    let left = 25;
    while (whole.position.epoch < 5) {
      expect(whole.batchesUntil(5)).toBe(left--);
      const part = new BatchOrder(plan, whole.position);
      part.rank(difficulty);
      expect([...part.next()]).toEqual([...whole.next()]);
    }
    expect(left).toBe(0);
  });

  test('pace 1 is no curriculum', () => expect(countIn({ ...plan, pace: 1 }, 0)).toBe(20));
});

const table = [
  'a,b,age,class',
  ...Array.from({ length: 60 }, (_, i) => `${Math.sin(i)},${(i % 2) + Math.cos(3 * i) / 3},${(i * 37) % 60},${i % 2 ? 'x' : 'y'}`),
].join('\n');
const files = { './d.csv': new TextEncoder().encode(table) };

const text = (curriculum: string, more = 'epochs: 4') => `data: {file: ./d.csv, target: class${curriculum && `, curriculum: ${curriculum}`}}
model: [{Linear: 4}, Tanh, {Linear: 2}]
loss: CrossEntropyLoss
optimizer: {SGD: 0.1}
train: {batch_size: 8, ${more}}
`;

const plan = (curriculum: string, more?: string): Plan => ({ text: text(curriculum, more), files, statsEvery: 0 });

async function run(trainer: Trainer): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  while (!trainer.isFinished) events.push(...(await trainer.next()));
  await trainer.release();
  return events;
}

describe('by a column', () => {
  test('it is no feature, low is easy, and the plan counts the steps of the shorter epochs', async () => {
    const { dataset, steps, batches } = await prepare(plan('{by: age, pace: 3}'));
    expect(dataset.featureNames).toEqual(['a', 'b']);
    expect([...dataset.train.difficulty!]).toEqual(Array.from({ length: 60 }, (_, i) => (i * 37) % 60));
    // 20 → 24, 40, 60 (56 in whole batches), 56.
    expect(batches.pace).toBe(3);
    expect(steps).toBe(3 + 5 + 7 + 7);
  });

  test('goes on from a checkpoint with the same numbers', async () => {
    const trainer = await Trainer.create(plan('{by: age, pace: 3}'));
    for (let i = 0; i < 5; i++) await trainer.next();
    const checkpoint = decodeCheckpoint(encodeCheckpoint(await trainer.checkpoint()))!;
    const rest = JSON.stringify(await run(trainer));
    expect(JSON.stringify(await run(await Trainer.create(plan('{by: age, pace: 3}'), checkpoint)))).toBe(rest);
    expect(JSON.stringify(await run(await Trainer.create(plan('{by: age, pace: 1}'), checkpoint)))).not.toBe(rest);
  });

  test.each([
    ['{by: agge, pace: 2}', 'unknown-column'],
    ['{by: class, pace: 2}', 'not-a-number'],
  ])('%s', async (curriculum, code) => {
    const error: unknown = await prepare(plan(curriculum)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProblemError);
    expect((error as ProblemError).problem.code).toBe(code);
  });

  test('of what is no table', async () => {
    const given = text('{by: age, pace: 2}').replace('file: ./d.csv, target: class', 'source: moons');
    const error: unknown = await prepare({ text: given, files: {}, statsEvery: 0 }).catch((reason: unknown) => reason);
    expect((error as ProblemError).problem.code).toBe('curriculum-column');
  });
});

describe('by loss', () => {
  test('the losses of single samples, by hand', async () => {
    const trainer = await Trainer.create({ ...plan(''), text: text('').replace('{Linear: 4}, Tanh, ', '') });
    const { prepared, sessions } = trainer;
    const { weights } = await trainer.state();
    const losses = new SampleLosses(prepared.model, prepared.dataset.train, sessions);
    const found = await losses.of(weights);
    const params = numbers(weights.params);
    const { x, y } = prepared.dataset.train;
    expect(prepared.dataset.featureNames).toHaveLength(3);
    expect(found).toHaveLength(60);
    const logit = (row: number, unit: number) => [0, 1, 2].reduce((sum, f) => sum + params[unit * 3 + f] * x.data[row * 3 + f], params[6 + unit]);
    for (let row = 0; row < 60; row++) {
      const [own, other] = [logit(row, y.data[row]), logit(row, 1 - y.data[row])];
      expect(found[row]).toBeCloseTo(Math.log(1 + Math.exp(other - own)), 4);
    }
    await losses.release();
    await trainer.release();
  });

  test('each epoch begins with those of the smallest loss under the model as it is then', async () => {
    const trainer = await Trainer.create(plan('{by: loss, pace: 3}', 'epochs: 4, seed: 2'));
    const { prepared, sessions } = trainer;
    const { train } = prepared.dataset;
    const judge = new SampleLosses(prepared.model, train, sessions);
    for (const epoch of [0, 1]) {
      expect(await trainer.checkpoint()).toMatchObject({ epoch, row: 0 });
      const losses = await judge.of((await trainer.state()).weights);
      await trainer.next();
      const { difficulty } = await trainer.checkpoint();
      expect(difficulty).toEqual(losses);
      while ((await trainer.checkpoint()).row > 0) await trainer.next();
      expect((await trainer.checkpoint()).difficulty).toBeUndefined();
    }
    await judge.release();
    await trainer.release();
  });

  test('goes on amid an epoch and between two with the same numbers, from disk', async () => {
    for (const steps of [2, 3, 5]) {
      const trainer = await Trainer.create(plan('{by: loss, pace: 3}'));
      for (let i = 0; i < steps; i++) await trainer.next();
      const checkpoint = decodeCheckpoint(encodeCheckpoint(await trainer.checkpoint()))!;
      const rest = JSON.stringify(await run(trainer));
      expect(JSON.stringify(await run(await Trainer.create(plan('{by: loss, pace: 3}'), checkpoint)))).toBe(rest);
    }
  });

  test('a loss that compares samples has none of single ones', async () => {
    const given = text('{by: loss, pace: 2}').replace('CrossEntropyLoss', 'TripletMarginLoss');
    const error: unknown = await prepare({ text: given, files, statsEvery: 0 }).catch((reason: unknown) => reason);
    expect((error as ProblemError).problem.code).toBe('curriculum-loss');
  });

  test.each(['MSELoss', 'L1Loss', 'BCEWithLogitsLoss', 'HuberLoss', 'PoissonNLLLoss', 'SmoothL1Loss'])(
    '%s: their mean is the loss of all',
    async (loss) => {
      const given = text('').replace('target: class', 'target: age').replace('{Linear: 2}', '{Linear: 1}').replace('CrossEntropyLoss', loss);
      const trainer = await Trainer.create({
        text: given.replace('./d.csv', './n.csv'),
        files: { './n.csv': new TextEncoder().encode(table.replaceAll(',x', ',0').replaceAll(',y', ',1')) },
        statsEvery: 0,
      });
      const { prepared, sessions } = trainer;
      const { weights } = await trainer.state();
      const judge = new SampleLosses(prepared.model, prepared.dataset.train, sessions);
      const losses = await judge.of(weights);
      const [evaluation] = await trainer.end();
      const mean = losses.reduce((sum, value) => sum + value, 0) / losses.length;
      expect(evaluation).toMatchObject({ type: 'eval' });
      expect(mean / (evaluation as { train_loss: number }).train_loss).toBeCloseTo(1, 4);
      expect(new Set(losses).size).toBeGreaterThan(30);
      await judge.release();
      await trainer.release();
    },
  );
});

test('pace and measure can be changed while it trains; the data stays where its columns do', async () => {
  const old = await Trainer.create(plan('{by: loss, pace: 3}'));
  await old.next();
  const { trainer, event } = await editTrainer(old, 1, plan('{by: loss, pace: 2}'), { resized: 'fresh', inserted: 'init' });
  expect(event?.changes).toEqual(['data: curriculum: pace 3 → 2']);
  expect(trainer.prepared.dataset).toBe(old.prepared.dataset);
  await old.release();
  const other = await editTrainer(trainer, 2, plan('{by: loss, pace: 2}', 'epochs: 3'), { resized: 'fresh', inserted: 'init' });
  await trainer.release();
  await run(other.trainer);
});
