import { describe, expect, test } from 'vitest';
import { stream } from '../../../src/base/random';
import { symmetricBeta } from '../../../src/base/beta';
import { encodeOnnx } from '../../../src/graph/onnx';
import { parseModel } from '../../../src/model/parse';
import { namedFiles } from '../../../src/model/namedFiles';
import { ProblemError } from '../../../src/model/problem';
import { encodeTensors } from '../../../src/train/checkpoint';
import { editTrainer } from '../../../src/train/editTrainer';
import { buildEvaluation } from '../../../src/train/evaluationGraph';
import { planModel } from '../../../src/train/modelPlan';
import { boxOf } from '../../../src/train/objective/mixing';
import { buildStep } from '../../../src/train/stepGraph';
import type { Plan } from '../../../src/train/protocol';
import { Trainer } from '../../../src/train/trainer';
import { trainText } from '../run';

const MLP = '[{Linear: 32}, Tanh, {Linear: 32}, ReLU, {BatchNorm1d: {}}, {Dropout: 0.1}, {Linear: 2}]';
const moons = (regularize: string, { model = MLP, train = 'epochs: 30', loss = 'CrossEntropyLoss' } = {}) => `
data: {source: moons, samples: 200, noise: 0.1, seed: 1, validation: 0.25}
model: ${model}
loss: ${loss}
optimizer: {Adam: {lr: 0.02}}
regularize: {${regularize}}
train: {${train}}
`;
const IMAGES = '[{Conv2d: {out_channels: 8, kernel_size: 1}}, Tanh, Flatten, {Linear: 2}]';

test.each([
  'mixup: 0.2',
  'manifold_mixup: 2',
  'adversarial: {epsilon: 0.1, method: pgd, steps: 3}',
  'vat: 0.3',
  'jacobian: 0.01',
  'mixup: 0.2, adversarial: 0.05, vat: 0.1, jacobian: 0.001, l2: 0.0001',
])('moons are learned with %s', async (regularize) => {
  const { evals, steps } = await trainText(moons(regularize), { statsEvery: 0 });
  expect(evals.at(-1)!.val_accuracy).toBeGreaterThan(0.95);
  const apart = steps.filter(({ loss, total_loss }) => loss !== total_loss).length;
  expect(apart).toBe(regularize.includes('adversarial') || /vat|jacobian/.test(regularize) ? steps.length : 0);
});

describe('what a step draws', () => {
  test.each([0.2, 1, 4])('Beta(%f, same): mean ½, variance 1/(4(2α + 1)), within 4σ', (alpha) => {
    const random = stream(1, 'beta');
    const n = 20_000;
    const values = Array.from({ length: n }, () => symmetricBeta(random, alpha));
    const mean = values.reduce((a, b) => a + b) / n;
    const variance = values.reduce((sum, v) => sum + (v - 0.5) ** 2, 0) / n;
    const expected = 1 / (4 * (2 * alpha + 1));
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(expected / n));
    expect(Math.abs(variance / expected - 1)).toBeLessThan(0.05);
  });

  test('of a tiny α the samples are 0 and 1, not NaN', () => {
    const random = stream(1, 'beta');
    const values = Array.from({ length: 200 }, () => symmetricBeta(random, 1e-4));
    expect(values.filter((v) => v < 1e-6 || v > 1 - 1e-6).length).toBeGreaterThan(195);
    expect(values.filter((v) => v > 0.5).length).toBeGreaterThan(60);
  });

  test('boxes lie in the image, of the drawn share where they are not cut off', () => {
    const random = stream(3, 'box');
    const boxes = Array.from({ length: 500 }, () => boxOf(random, 0.25, 12, 20));
    for (const [top, bottom, left, right] of boxes) {
      expect(top >= 0 && bottom <= 12 && left >= 0 && right <= 20 && top <= bottom && left <= right).toBe(true);
      expect((bottom - top) * (right - left)).toBeLessThanOrEqual(60);
    }
    expect(boxes.filter(([t, b, l, r]) => (b - t) * (r - l) === 60).length).toBeGreaterThan(50);
    expect(new Set(boxes.map(([t]) => t)).size).toBeGreaterThan(5);
  });

  test('with mixup and cutmix each step has one of the two', () => {
    const { spec } = parseModel(moons('mixup: 1, cutmix: 1', { model: IMAGES }));
    const { feeding } = buildStep(planModel(spec!, [1, 4, 4], []), 6, { withStats: false });
    const { fill, shape } = feeding.draws.get('mixing')!;
    const steps = Array.from({ length: 200 }, (_, step) => {
      const numbers = new Float32Array(shape[0]);
      fill(numbers, stream(0, `mixing of step ${step}`));
      return [...numbers];
    });
    const cuts = steps.filter(([share]) => share === 1);
    const mixes = steps.filter(([share, ...box]) => share < 1 && box.every((v) => v === 0));
    expect(cuts.length + mixes.length).toBe(200);
    expect(Math.min(cuts.length, mixes.length)).toBeGreaterThan(70);
  });
});

describe('graphs', () => {
  const bytes = (regularize: string) => {
    const plan = planModel(parseModel(moons(regularize)).spec!, [2], []);
    return [buildStep(plan, 8, { withStats: true }).graph, buildEvaluation(plan, 8)].map((graph) =>
      Buffer.from(encodeOnnx(graph)).toString('base64'),
    );
  };
  test('of strategies that are off are those without them; evaluation knows none of them', () => {
    const [step, evaluation] = bytes('l2: 0');
    expect(bytes('mixup: 0, cutmix: 0, manifold_mixup: 0, jacobian: 0')).toEqual([step, evaluation]);
    const [other, same] = bytes('mixup: 1, adversarial: 0.1, vat: 0.1, jacobian: 0.1');
    expect(same).toBe(evaluation);
    expect(other).not.toBe(step);
  });
});

describe('while it trains', () => {
  const plan = (text: string, files: Plan['files'] = {}): Plan => ({ text, files, statsEvery: 0 });
  const all = 'mixup: 0.4, adversarial: {epsilon: 0.1, method: pgd, steps: 2}, vat: 0.2, jacobian: 0.01';

  test.each([all, 'manifold_mixup: 1'])('%s: a run that goes on from its checkpoint has the very same numbers', async (regularize) => {
    const text = moons(regularize, { train: 'steps: 8' });
    const whole = await trainText(text, { statsEvery: 0 });
    const first = await Trainer.create(plan(text));
    for (let i = 0; i < 3; i++) await first.next();
    const checkpoint = await first.checkpoint();
    await first.release();
    const second = await Trainer.create(plan(text), checkpoint);
    while (!second.isFinished) await second.next();
    expect(await second.tensors()).toEqual(whole.tensors);
    await second.release();
  });

  test('every key can be edited: the weights go on, the next step is of the new objective', async () => {
    let trainer = await Trainer.create(plan(moons('')));
    await trainer.next();
    const edits: [string, string][] = [
      ['mixup: 0.4', 'mixup 0 → 0.4'],
      ['mixup: 1, jacobian: 0.1', 'jacobian 0 → 0.1'],
      ['manifold_mixup: 1', 'manifold_mixup 0 → 1'],
      ['adversarial: 0.1', 'adversarial none → {epsilon: 0.1, method: fgsm}'],
      ['adversarial: 0.2', 'adversarial: epsilon 0.1 → 0.2'],
      ['vat: 0.3', 'vat none → {epsilon: 0.3}'],
      ['', 'vat {epsilon: 0.3} → none'],
    ];
    for (const [regularize, said] of edits) {
      const { trainer: next, event } = await editTrainer(trainer, 1, plan(moons(regularize)), { resized: 'fresh', inserted: 'init' });
      expect(event?.changes.join('; ')).toContain(said);
      expect(await next.tensors()).toEqual(await trainer.tensors());
      await trainer.release();
      trainer = next;
      const [step] = await trainer.next();
      expect(step).toMatchObject({ type: 'step', loss: expect.any(Number) as number });
    }
    await trainer.release();
  });

  test('a number is edited without another session', async () => {
    const trainer = await Trainer.create(plan(moons(all)));
    const sessions = trainer.sessions.size;
    const edited = all.replace('0.4', '0.9').replace('epsilon: 0.1', 'epsilon: 0.3').replace('vat: 0.2', 'vat: 0.5').replace('0.01', '0.7');
    const { trainer: next } = await editTrainer(trainer, 1, plan(moons(edited)), { resized: 'fresh', inserted: 'init' });
    expect(trainer.sessions.size).toBe(sessions);
    const [[a], [b]] = [await trainer.next(), await next.next()];
    expect(a).not.toEqual(b);
    await trainer.release();
    await next.release();
  });
});

describe('a teacher', () => {
  const TEACHER = moons('', { model: '[{Linear: 16}, {BatchNorm1d: {}}, Tanh, {Dropout: 0.5}, {Linear: 2}]', train: 'epochs: 40' });
  const student = (more = 'alpha: 1') =>
    moons(`distill: {teacher: ./big.nn.yaml, ${more}}`, { model: '[{Linear: 8}, Tanh, {Linear: 2}]', train: 'epochs: 60' });
  const trained = async () => ({
    'big.nn.yaml': new TextEncoder().encode(TEACHER),
    'big.safetensors': encodeTensors((await trainText(TEACHER)).tensors),
  });
  const files = async (changes: Record<string, Uint8Array | undefined> = {}) =>
    Object.fromEntries(
      Object.entries({ ...(await trained()), ...changes }).flatMap(([name, bytes]) => (bytes ? [[`./${name}`, bytes] as const] : [])),
    );

  test('alone is enough to learn from: its predictions say what the labels would', async () => {
    const { evals, steps } = await trainText(student(), { statsEvery: 0, files: await files() });
    expect(evals.at(-1)!.val_accuracy).toBeGreaterThan(0.95);
    expect(steps.at(-1)!.total_loss).not.toBe(steps.at(-1)!.loss);
  });

  test('that was trained further meanwhile is taken over, and the edit says so', async () => {
    const [before, text] = [await files(), student()];
    const trainer = await Trainer.create({ text, files: before, statsEvery: 0 });
    const after = { ...before, './big.safetensors': encodeTensors((await trainText(TEACHER, { seed: 5 })).tensors) };
    const edit = (now: Plan['files']) => editTrainer(trainer, 1, { text, files: now, statsEvery: 0 }, { resized: 'fresh', inserted: 'init' });
    const [same, other] = [await edit({ ...before }), await edit(after)];
    expect(same.event).toBeUndefined();
    expect(other.event?.changes).toEqual(['distill: the content of ./big.safetensors']);
    const [[a], [b]] = [await same.trainer.next(), await other.trainer.next()];
    expect(a).not.toEqual(b);
    for (const one of [trainer, same.trainer, other.trainer]) await one.release();
  });

  test('its files are named: of a model file those beside it, of a run those in its folder', () => {
    const named = (distill: string) => namedFiles(parseModel(moons(`distill: ${distill}`)).spec!).map(({ path }) => path);
    expect(named('./big.nn.yaml')).toEqual(['./big.nn.yaml', './big.safetensors']);
    expect(named('./runs/7/')).toEqual(['./runs/7/model.nn.yaml', './runs/7/best.safetensors']);
    expect(named('{teacher: ./runs/7, weights: ./runs/7/last.safetensors}')).toEqual(['./runs/7/model.nn.yaml', './runs/7/last.safetensors']);
  });

  const bytesOf = (text: string) => new TextEncoder().encode(text);
  test.each<[string, Record<string, Uint8Array | undefined>, string, RegExp]>([
    ['no model file', { 'big.nn.yaml': undefined }, 'missing-file', /big\.nn\.yaml is not there/],
    ['no weights', { 'big.safetensors': undefined }, 'missing-file', /big\.safetensors is not there/],
    [
      'an error in it',
      { 'big.nn.yaml': bytesOf(TEACHER.replace('Tanh', 'Tanhh')) },
      'unknown-layer',
      /big\.nn\.yaml has an error in line 3: .*Tanhh/,
    ],
    [
      'other classes',
      { 'big.nn.yaml': bytesOf(TEACHER.replace('{Linear: 2}]', '{Linear: 5}]')) },
      'other-teacher',
      /puts out 5 for a sample, but this model 2/,
    ],
    [
      'another input',
      { 'big.nn.yaml': bytesOf(TEACHER.replace('[{Linear: 16}', '[{Conv2d: {out_channels: 2, kernel_size: 3}}')) },
      'shape-mismatch',
      /cannot take the samples/,
    ],
    ['another loss', { 'big.nn.yaml': bytesOf(TEACHER.replace('CrossEntropyLoss', 'HingeLoss')) }, 'other-teacher', /learnt by `HingeLoss`/],
    [
      'other weights',
      { 'big.nn.yaml': bytesOf(TEACHER.replace('Linear: 16', 'Linear: 12')) },
      'shape-mismatch',
      /`linear1\.weight` of the teacher .* is 12×2, but .* 16×2/,
    ],
    [
      'too many weights',
      { 'big.nn.yaml': bytesOf(TEACHER.replace('{BatchNorm1d: {}}, ', '')) },
      'unexpected-weights',
      /which the teacher .* does not have/,
    ],
    [
      'other data',
      { 'big.nn.yaml': bytesOf(TEACHER.replace('noise: 0.1', 'noise: 0.1, normalize: zscore')) },
      'other-teacher',
      /`normalize: zscore`/,
    ],
  ])('%s: told at the key', async (_, changes, code, message) => {
    const text = student();
    const error = await Trainer.create({ text, files: await files(changes), statsEvery: 0 }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ProblemError);
    const { problem } = error as ProblemError;
    expect(problem.code).toBe(code);
    expect(problem.message).toMatch(message);
    expect(text.slice(problem.range!.start).startsWith('{teacher')).toBe(true);
  });
});

describe('what does not go', () => {
  test.each([
    ['mixup: 1, manifold_mixup: 1', 'strategies-clash'],
    ['manifold_mixup: 1, distill: ./t.nn.yaml', 'strategies-clash'],
    ['adversarial: {epsilon: 0.1, steps: 3}', 'bad-value'],
    ['vat: 0', 'bad-value'],
    ['mixup: -1', 'bad-value'],
  ])('%s: %s', (regularize, code) => {
    expect(parseModel(moons(regularize)).problems.map((problem) => problem.code)).toEqual([code]);
  });

  const tokens = '[{Embedding: {num_embeddings: 10, embedding_dim: 4}}, Flatten, {Linear: 2}]';
  test.each([
    ['cutmix: 1', {}, 'needs-images'],
    ['mixup: 1', { model: tokens }, 'needs-numbers'],
    ['vat: 1', { model: tokens }, 'needs-numbers'],
    ['jacobian: 1', { model: tokens }, 'needs-numbers'],
    ['adversarial: 1', { model: tokens }, 'needs-numbers'],
    ['mixup: 1', { loss: 'TripletMarginLoss' }, 'strategy-without-loss'],
    ['manifold_mixup: 1', { model: '[{Linear: {out_features: 4, name: a}}, Tanh, {Linear: 4}, {Add: [a]}, {Linear: 2}]' }, undefined],
  ])('%s of %o: %s', (regularize, what, code) => {
    const build = () => buildStep(planModel(parseModel(moons(regularize, what)).spec!, [2], []), 4, { withStats: false });
    if (code === undefined) expect(build().feeding.draws.get('mixing')!.shape).toEqual([2]);
    else expect(() => build()).toThrow(expect.objectContaining({ problem: expect.objectContaining({ code }) as unknown }) as Error);
  });
});
