import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { namedFiles } from '../src/model/namedFiles';
import { parseModel } from '../src/model/parse';
import type { EvalEvent, RunEvent, StepEvent } from '../src/train/protocol';
import { configureEngine } from '../src/train/engines/wasm';
import { Trainer } from '../src/train/trainer';

const folder = resolve(import.meta.dirname, '../examples');
const names = (await readdir(folder)).filter((name) => name.endsWith('.nn.yaml'));

beforeAll(() => configureEngine({ threads: 1 }));

/** Trains an example, edited if wanted, as the command line would. */
async function train(name: string, edit: (text: string) => string = (text) => text): Promise<{ steps: StepEvent[]; evals: EvalEvent[] }> {
  const text = edit(await readFile(resolve(folder, name), 'utf8'));
  const { spec, problems } = parseModel(text);
  expect(problems).toEqual([]);
  const files: Record<string, Uint8Array> = {};
  for (const { path } of namedFiles(spec!)) files[path] = new Uint8Array(await readFile(resolve(folder, path)));
  const trainer = await Trainer.create({ text, files, statsEvery: 1000 });
  const events: RunEvent[] = [];
  while (!trainer.isFinished) events.push(...(await trainer.next()));
  return { steps: events.filter((e) => e.type === 'step'), evals: events.filter((e) => e.type === 'eval') };
}

const twoSteps = (text: string) => text.replace(/^(train: .*)epochs: \d+/m, '$1steps: 2');

test('the README lists every one of them', async () => {
  const readme = await readFile(resolve(folder, 'README.md'), 'utf8');
  expect(names.length).toBeGreaterThan(6);
  for (const name of names) expect(readme).toContain(`(${name})`);
});

test.each(names)('%s: no problem in the file, and it trains', async (name) => {
  const { steps, evals } = await train(name, twoSteps);
  expect(steps.map(({ loss }) => Number.isFinite(loss))).toEqual([true, true]);
  expect(evals).toHaveLength(1);
  expect(evals[0].val_loss).not.toBeUndefined();
});

test('digits: 97 % of the digits held back are read', { timeout: 180_000 }, async () => {
  expect((await train('digits.nn.yaml')).evals.at(-1)!.val_accuracy).toBeGreaterThanOrEqual(0.97);
});

test.each([
  ['spirals.nn.yaml', 0.95],
  ['moons.nn.yaml', 0.95],
])('%s ends above %d', async (name, least) => {
  expect((await train(name)).evals.at(-1)!.val_accuracy).toBeGreaterThan(least);
});

test('diabetes: a third of the variance and more, on patients held back', async () => {
  expect((await train('diabetes.nn.yaml')).evals.at(-1)!.val_r2).toBeGreaterThan(0.33);
});

test('vanishing: it guesses to the end, and the gradient is a millionth at the first layer; ReLU cures it', async () => {
  const sick = await train('vanishing.nn.yaml');
  expect(sick.evals.at(-1)!.val_accuracy).toBe(0.5);
  const gradient = (layer: string) => sick.steps[0].layers![layer].gradient!.l2!;
  expect(gradient('linear1') / gradient('linear11')).toBeLessThan(1e-5);
  const cured = await train('vanishing.nn.yaml', (text) =>
    text.replaceAll('- Sigmoid', '- ReLU').replace('init: xavier_uniform', 'init: kaiming_normal'),
  );
  expect(cured.evals.at(-1)!.val_accuracy).toBeGreaterThan(0.95);
});

test('exploding: the loss starts in the tens of thousands, the gradient grows a hundredfold and more on its way back; kaiming_normal cures it', async () => {
  const { steps } = await train('exploding.nn.yaml', twoSteps);
  expect(steps[0].loss).toBeGreaterThan(10_000);
  const gradient = (layer: string) => steps[0].layers![layer].gradient!.l2!;
  expect(gradient('linear1') / gradient('linear9')).toBeGreaterThan(100);
  const cured = await train('exploding.nn.yaml', (text) => text.replace(/init:\n.*\n/, 'init: kaiming_normal\n'));
  expect(cured.steps[0].loss).toBeLessThan(10);
  expect(cured.evals.at(-1)!.val_accuracy).toBeGreaterThan(0.9);
});

test.each([
  ['resnet.nn.yaml', 0.98],
  ['reverse.nn.yaml', 0.99],
  ['parity.nn.yaml', 0.97],
  ['normalisation-batch.nn.yaml', 0.95],
  ['normalisation-layer.nn.yaml', 0.9],
  ['normalisation-rms.nn.yaml', 0.9],
  ['normalisation-group.nn.yaml', 0.5],
])('%s ends above %d', { timeout: 240_000 }, async (name, least) => {
  expect((await train(name)).evals.at(-1)!.val_accuracy).toBeGreaterThan(least);
});

test('the same net without a normalisation learns nothing', { timeout: 120_000 }, async () => {
  expect((await train('normalisation-none.nn.yaml')).evals.at(-1)!.val_accuracy).toBeLessThan(0.2);
});

test('autoencoder: less than 0.3 of the variance is left', { timeout: 120_000 }, async () => {
  expect((await train('autoencoder.nn.yaml')).evals.at(-1)!.val_r2).toBeGreaterThan(0.7);
});

test('on little data dropout brings two points of accuracy and more', { timeout: 240_000 }, async () => {
  const accuracy = async (name: string) => (await train(name)).evals.at(-1)!.val_accuracy!;
  expect((await accuracy('with-dropout.nn.yaml')) - (await accuracy('without-dropout.nn.yaml'))).toBeGreaterThanOrEqual(0.02);
});
