import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NodeFolder } from '../../src/run/nodeFolder';
import { decodeOutcome } from '../../src/run/outcomeFile';
import { RunFolder } from '../../src/run/runFolder';
import { RunStore } from '../../src/run/runStore';
import type { Outcome } from '../../src/train/outcome';
import { examined } from '../train/examined';
import { identity, start, steps } from './events';

let root: string;
beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), 'layerwise-outcomes-'))));
afterEach(() => rm(root, { recursive: true, force: true }));

const picture = { width: 2, height: 1, channels: 1 as const, pixels: [0, 255] };

/** All that an outcome can have. */
const whole: Outcome = {
  step: 20,
  split: 'validation',
  count: 2,
  measure: 'accuracy',
  classes: ['__proto__', 'b'],
  confusion: [
    [1, 0],
    [1, 0],
  ],
  regression: [{ target: 1, prediction: null }],
  samples: [
    {
      row: 1,
      actual: 0,
      predicted: null,
      probability: 0.5,
      loss: null,
      image: picture,
      saliency: picture,
      gradCam: picture,
      features: [{ name: 'x', value: 1 }],
    },
  ],
  boundary: {
    names: ['x', 'y'],
    x: [0, 1],
    y: [-1, 1],
    size: 2,
    values: [0, 1, null, 1],
    confidence: [50, 60, 0, 99],
    points: [{ x: 0, y: 0, target: 1, isValidation: true }],
  },
  units: [{ layer: 'relu1', units: 9, size: 2, maps: [{ scale: 0.5, values: [0, -127, 127, 1] }] }],
  filters: { layer: 'conv2d1', count: 40, scale: 0.1, pictures: [picture] },
  outputs: { layer: 'linear1', type: 'Linear', min: null, max: 2, mean: 1, reach: [null, 1], target: { min: 0, max: 1, mean: 0.5 } },
  data: {
    features: [{ name: 'x', min: 0, max: 1, mean: 0.5, std: 0.1, constant: false }],
    featureCount: 1,
    range: { min: 0, max: 1, mean: 0.5, std: 0.1 },
    counts: { training: [1, 2], validation: [3, 4] },
    samples: { training: 3, validation: 7 },
    pictures: [{ picture, label: 'b' }],
  },
};

async function saved(outcome?: Outcome): Promise<{ store: RunStore; folder: RunFolder }> {
  const store = RunStore.create(identity);
  const folder = await RunFolder.create(new NodeFolder(root), store);
  folder.onProblem((message) => expect.fail(message));
  store.apply([start, ...steps(1, 30)], 10);
  if (outcome) store.setOutcome(outcome);
  await folder.save(store);
  return { store, folder };
}

const path = () => join(root, 'a', 'outcome.json');
const readBack = async () => {
  const folder = await RunFolder.open(new NodeFolder(root), 'a');
  const store = await folder.readStore();
  folder.dispose();
  return store;
};

test('an outcome comes back whole', async () => {
  const { folder } = await saved(whole);
  expect((await readBack()).run.outcome).toEqual(whole);
  folder.dispose();
});

test('a run that nobody looked at has none, and no file', async () => {
  const { folder } = await saved();
  expect(existsSync(path())).toBe(false);
  expect((await readBack()).run.outcome).toBeUndefined();
  folder.dispose();
});

test('it is written where it is another than the file holds', async () => {
  const { store, folder } = await saved(whole);
  await rm(path());
  await folder.save(store);
  expect(existsSync(path())).toBe(false);
  store.setOutcome({ ...whole, step: 25 });
  await folder.save(store);
  expect(JSON.parse(await readFile(path(), 'utf8'))).toMatchObject({ step: 25 });
  // Who reads a run and goes on with it does not write what is there.
  const back = await RunFolder.open(new NodeFolder(root), 'a');
  await folder.release();
  expect(await back.claim()).toBe(true);
  const read = await back.readStore();
  await rm(path());
  await back.save(read);
  expect(existsSync(path())).toBe(false);
  for (const one of [folder, back]) one.dispose();
});

test('of steps that the run no longer has it is left out', async () => {
  const { folder } = await saved(whole);
  await writeFile(path(), JSON.stringify({ ...whole, step: 31 }));
  expect((await readBack()).run.outcome).toBeUndefined();
  folder.dispose();
});

test('a branch starts without one', async () => {
  const { store, folder } = await saved(whole);
  const branch = store.branch({ ...identity, runId: 'b' }, 25);
  const other = await RunFolder.create(new NodeFolder(root), branch);
  await other.save(branch);
  expect(branch.run.outcome).toBeUndefined();
  expect(existsSync(join(root, 'b', 'outcome.json'))).toBe(false);
  for (const one of [folder, other]) one.dispose();
});

test('a run in place of another one does not take it over', async () => {
  const { folder } = await saved(whole);
  await folder.release();
  const next = await RunFolder.replace(new NodeFolder(join(root, 'a')), RunStore.create(identity));
  expect(existsSync(path())).toBe(false);
  for (const one of [folder, next]) one.dispose();
});

test.each([
  ['nothing', ''],
  ['half of it', JSON.stringify(whole).slice(0, 300)],
  ['another thing', '[1, 2]'],
  ['a picture with too few pixels', JSON.stringify({ ...whole, filters: { ...whole.filters, pictures: [{ ...picture, width: 3 }] } })],
  ['a boundary with too few points', JSON.stringify({ ...whole, boundary: { ...whole.boundary, size: 3 } })],
  ['maps with too few points', JSON.stringify({ ...whole, units: [{ ...whole.units![0], size: 3 }] })],
  ['a table that is no square', JSON.stringify({ ...whole, confusion: [[1, 2], [3]] })],
  ['a text for a number', JSON.stringify({ ...whole, count: '2' })],
  ['more than any outcome has', JSON.stringify({ ...whole, classes: Array.from({ length: 2e5 }, () => 'class') })],
])('a file that holds %s is as if there was none', async (_, text) => {
  const { folder } = await saved();
  await writeFile(path(), text);
  expect((await readBack()).run.outcome).toBeUndefined();
  folder.dispose();
});

test('what a later version adds is left out', () => {
  expect(decodeOutcome(JSON.stringify({ ...whole, dreams: [1, 2] }))).toEqual(whole);
});

test('nothing of an outcome is lost on the way', async () => {
  const outcome = await examined({
    text: 'data: {file: ./d.csv, target: c, validation: 0.5}\nmodel: [{Linear: 4}, ReLU, {Linear: 2}]\nloss: CrossEntropyLoss\n',
    files: { './d.csv': 'a,b,c\n0,50,0\n0,50,1\n1,20,0\n3,7,1\n' },
    tensor: (name) =>
      ({ 'linear1.weight': [1, 2, 3, 4, 5, 6, NaN, 8], 'linear2.weight': [1, 0, 0, 1, 0, 1, 1, 0], 'linear1.bias': [0, 0, 0, 0] })[name] ?? [0, 0],
  });
  expect(decodeOutcome(JSON.stringify(outcome))).toEqual(JSON.parse(JSON.stringify(outcome)));
});
