import { describe, expect, test } from 'vitest';
import { gatherRows } from '../../src/data/batches';
import { parseModel } from '../../src/model/parse';
import { ProblemError } from '../../src/model/problem';
import { decodeCheckpoint, encodeCheckpoint } from '../../src/run/checkpointFiles';
import { decodeOutcome } from '../../src/run/outcomeFile';
import { Evaluator } from '../../src/train/evaluator';
import { editTrainer } from '../../src/train/editTrainer';
import { Examiner } from '../../src/train/examiner';
import { prepare } from '../../src/train/prepare';
import type { Plan, RunEvent } from '../../src/train/protocol';
import { Trainer } from '../../src/train/trainer';
import { float32Npy, npzFile } from '../data/helpers';

const COUNT = 48;
/** Images of 1×6×6 of two classes: bright above, or bright below. */
const pixels = Array.from({ length: COUNT * 36 }, (_, i) => {
  const [sample, row] = [Math.floor(i / 36), Math.floor((i % 36) / 6)];
  return (sample % 2 === 0) === row < 3 ? 0.5 + ((i * 7) % 11) / 22 : ((i * 5) % 7) / 28;
});
const files = {
  './d.npz': npzFile({
    x: float32Npy([COUNT, 1, 6, 6], pixels),
    y: float32Npy(
      [COUNT],
      Array.from({ length: COUNT }, (_, i) => i % 2),
    ),
  }).bytes,
};

const ALL = `
    - RandomCrop: 1
    - HorizontalFlip
    - Rotation: {degrees: 15, interpolation: bilinear}
    - Scale: [0.6, 1.6]
    - ColorJitter: {brightness: 0.2, contrast: [0.8, 1.2]}
    - GaussianNoise: 0.05
    - Cutout: 2
    - RandAugment: {n: 1, m: 5}`;

const text = (augment: string, more = '', normalize = 'zscore') => `data:
  file: ./d.npz
  validation: 0.25
  normalize: ${normalize}${augment && `\n  augment:${augment}`}
model: [Flatten, {Linear: 2}]
loss: CrossEntropyLoss
optimizer: {SGD: 0.1}
train: {batch_size: 9, epochs: 3, drop_last: false${more}}
`;

const plan = (augment: string, more?: string, normalize?: string): Plan => ({ text: text(augment, more, normalize), files, statsEvery: 0 });

async function run(trainer: Trainer): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  while (!trainer.isFinished) events.push(...(await trainer.next()));
  await trainer.release();
  return events;
}

const untimed = (events: RunEvent[]) => JSON.stringify(events);

describe('training with augmentations', () => {
  test('the same seed gives the same run, another one another; without them it is another run', async () => {
    const first = untimed(await run(await Trainer.create(plan(ALL))));
    expect(untimed(await run(await Trainer.create(plan(ALL))))).toBe(first);
    expect(untimed(await run(await Trainer.create({ ...plan(ALL), seed: 1 })))).not.toBe(first);
    expect(untimed(await run(await Trainer.create(plan(''))))).not.toBe(first);
  });

  test.each(ALL.trim().split('\n'))('`%s` alone changes what is trained on', async (one) => {
    const losses = async (augment: string) => {
      const trainer = await Trainer.create(plan(augment, ', shuffle: false'));
      const event = await trainer.nextStep();
      await trainer.release();
      return event.loss;
    };
    expect(await losses(`\n    ${one.trim()}`)).not.toBe(await losses(''));
  });

  test('goes on from a checkpoint on disk with the same numbers', async () => {
    const trainer = await Trainer.create(plan(ALL));
    for (let i = 0; i < 6; i++) await trainer.next();
    const checkpoint = decodeCheckpoint(encodeCheckpoint(await trainer.checkpoint()))!;
    expect(checkpoint.row).toBeGreaterThan(0);
    const rest = untimed(await run(trainer));
    expect(untimed(await run(await Trainer.create(plan(ALL), checkpoint)))).toBe(rest);
  });

  test('evaluations see the samples as they are', async () => {
    const [augmented, plain] = [await Trainer.create(plan(ALL, '', 'none')), await Trainer.create(plan('', '', 'none'))];
    await augmented.nextStep();
    const { weights } = await augmented.state();
    const [a, b] = [augmented, plain].map(({ prepared, sessions }) => new Evaluator(prepared.model, prepared.dataset, sessions));
    expect(await a.evaluate(1, weights)).toEqual(await b.evaluate(1, weights));
    const rows = Int32Array.of(0, 1);
    expect(gatherRows(augmented.prepared.dataset.train.x, rows)).toEqual(gatherRows(plain.prepared.dataset.train.x, rows));
    await Promise.all([a.release(), b.release()]);
    await Promise.all([augmented.release(), plain.release()]);
  });

  test.each(['none', 'zscore'])(
    'the list can be changed while it trains, normalize: %s: the numbers are those of the new list',
    async (normalize) => {
      const old = await Trainer.create(plan(ALL, '', normalize));
      for (let i = 0; i < 3; i++) await old.next();
      const { trainer, event, before } = await editTrainer(old, 1, plan('\n    - Cutout: 3', '', normalize), { resized: 'fresh', inserted: 'init' });
      expect(event?.changes.join()).toMatch(/augment .*→ Cutout/);
      // Images that are normalised as training sees them are normalised anew.
      expect(trainer.prepared.dataset === old.prepared.dataset).toBe(normalize === 'none');
      const fresh = await Trainer.create(plan('\n    - Cutout: 3', '', normalize), before);
      expect((await trainer.nextStep()).loss).toBe((await fresh.nextStep()).loss);
      await old.release();
      await trainer.release();
      await fresh.release();
    },
  );

  test('overfit_batch learns its batch as it is', async () => {
    const loss = async (augment: string) => {
      const trainer = await Trainer.create(plan(augment, ', overfit_batch: true', 'none'));
      const event = await trainer.nextStep();
      await trainer.release();
      return event.loss;
    };
    expect(await loss(ALL)).toBe(await loss(''));
  });
});

test('the page gets the first images before and after, and so does the run’s folder', async () => {
  const trainer = await Trainer.create(plan('\n    - HorizontalFlip: 1'));
  const examiner = new Examiner(trainer.prepared, trainer.sessions);
  const outcome = await examiner.examine(await trainer.state());
  expect(outcome.data.augmented).toHaveLength(4);
  const [{ before, after }] = outcome.data.augmented!;
  const { data } = trainer.prepared.dataset.train.x;
  const brightest = before.pixels.indexOf(Math.max(...before.pixels));
  expect(brightest).toBe(data.subarray(0, 36).indexOf(Math.max(...data.subarray(0, 36)) as never));
  expect(after.pixels).not.toEqual(before.pixels);
  expect(decodeOutcome(JSON.stringify(outcome))).toEqual(outcome);
  await examiner.release();
  await trainer.release();
});

describe('what does not fit is said', () => {
  const problem = async (data: string, model: string) => {
    const given = `data: ${data}\nmodel: ${model}\nloss: CrossEntropyLoss\n`;
    const error: unknown = await prepare({ text: given, files, statsEvery: 0 }).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof ProblemError)) return undefined;
    const { code, message, range } = error.problem;
    return { code, message, at: range && given.slice(range.start, range.end) };
  };
  const linear = '[Flatten, {Linear: 2}]';

  test.each(['RandomCrop: 2', 'HorizontalFlip', 'Rotation: 10', 'Scale', 'ColorJitter', 'Cutout: 2', 'RandAugment'])(
    '%s of two features',
    async (one) => {
      expect(await problem(`{source: moons, augment: [${one}]}`, linear)).toMatchObject({
        code: 'augmentation-shape',
        message: expect.stringContaining('but a sample is 2') as string,
        at: one,
      });
    },
  );

  test('tokens, colours, padding', async () => {
    expect(await problem('{file: ./d.npz, augment: TokenDropout}', linear)).toMatchObject({ code: 'augmentation-shape' });
    expect(await problem('{file: ./d.npz, shape: [4, 3, 3], augment: [ColorJitter]}', linear)).toMatchObject({ code: 'augmentation-shape' });
    expect(await problem('{file: ./d.npz, augment: {RandomCrop: {padding: 6, padding_mode: reflect}}}', linear)).toMatchObject({
      code: 'bad-padding',
    });
    expect(await problem('{file: ./d.npz, augment: {RandomCrop: {padding: 6, padding_mode: symmetric}}}', linear)).toBeUndefined();
    expect(await problem('{file: ./d.npz, augment: [GaussianNoise]}', linear)).toBeUndefined();
    expect(await problem('{source: moons, augment: [GaussianNoise: 0.2]}', linear)).toBeUndefined();
  });

  test.each([
    ['augment: [RandomCop: 2]', 'unknown-augmentation'],
    ['augment: [RandomCrop]', 'missing-argument'],
    ['augment: [{HorizontalFlip: 1.5}]', 'bad-value'],
    ['augment: [{Rotation: [20, 10]}]', 'bad-value'],
    ['augment: [{ColorJitter: {hue: 0.7}}]', 'bad-value'],
    ['augment: 3', 'bad-value'],
  ])('%s', (data, code) => {
    const { problems } = parseModel(`data: {file: ./d.npz, ${data}}\nmodel: [Flatten, Linear: 2]\nloss: CrossEntropyLoss\n`);
    expect(problems.map((one) => one.code)).toEqual([code]);
  });
});
