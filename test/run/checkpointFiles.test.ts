import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CheckpointFiles, chooseSurplus, decodeCheckpoint, encodeCheckpoint } from '../../src/run/checkpointFiles';
import { NodeFolder } from '../../src/run/nodeFolder';
import { decodeTensors } from '../../src/train/checkpoint';
import type { Checkpoint } from '../../src/train/protocol';
import { checkpoint } from './events';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'layerwise-checkpoints-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const never = () => false;

/** The very bits, which `toEqual` does not tell apart for NaN and −0. */
const bits = ({ tensors, optimizer, ...rest }: Checkpoint) => ({
  ...rest,
  tensors: Object.entries(tensors).map(([name, { shape, data }]) => [name, shape, Buffer.from(data.slice().buffer).toString('hex')]),
  optimizer: Object.entries(optimizer).map(([state, all]) => [
    state,
    Object.entries(all).map(([name, { shape, data }]) => [name, shape, Buffer.from(data.slice().buffer).toString('hex')]),
  ]),
});

test('a checkpoint comes back from disk bit for bit', async () => {
  // NaNs of two kinds, signed zeros, the smallest numbers, and a view that is not at the start of its memory.
  const odd = new Float32Array(new Uint32Array([7, 0x7fc00001, 0xffc12345, 0x80000000, 0x00000001, 0x7f800000]).buffer, 4);
  const shape = [5];
  const from = checkpoint(123_456, {
    seconds: 12.345678901234567,
    tensors: {
      'linear1.weight': { shape, data: odd },
      scale: { shape: [], data: Float32Array.of(1) },
      none: { shape: [0], data: new Float32Array() },
    },
    optimizer: {
      exp_avg: { 'linear1.weight': { shape, data: odd } },
      exp_avg_sq: { 'linear1.weight': { shape, data: odd.map(Math.abs) } },
      momentum: {},
    },
    ages: { 'linear1.weight': 12, constructor: 3 },
    best: { score: -Infinity, loss: 0.1 },
  });
  const files = new CheckpointFiles(new NodeFolder(join(folder, 'checkpoints')));
  await files.save(from, 7, never);
  const { edit, ...back } = (await files.read(123_456, Infinity))!;
  expect(edit).toBe(7);
  expect(bits(back)).toEqual(bits(from));
  // Others read it too.
  const bytes = await readFile(join(folder, 'checkpoints/123456-edit7.safetensors'));
  expect(Object.keys(decodeTensors(new Uint8Array(bytes), ''))).toEqual([
    'linear1.weight',
    'scale',
    'none',
    'optimizer.exp_avg.linear1.weight',
    'optimizer.exp_avg_sq.linear1.weight',
  ]);
});

test('the one wanted is the nearest at or before, of a model that has no later edit', async () => {
  const files = new CheckpointFiles(new NodeFolder(folder));
  for (const [step, edit] of [
    [0, 0],
    [10, 0],
    [20, 0],
    [20, 3],
    [30, 3],
  ])
    await files.save(checkpoint(step), edit, never);
  const found = async (step: number, edit = Infinity) => {
    const saved = await files.read(step, edit);
    return saved && [saved.step, saved.edit];
  };
  expect(await found(19)).toEqual([10, 0]);
  expect(await found(20)).toEqual([20, 3]);
  expect(await found(20, 0)).toEqual([20, 0]);
  expect(await found(1000)).toEqual([30, 3]);
  expect(await found(-1)).toBeUndefined();
  const again = new CheckpointFiles(new NodeFolder(folder));
  await writeFile(join(folder, 'notes.txt'), 'mine');
  await again.load();
  expect(again.places).toEqual(files.places);
});

test.each([
  ['cut short', (path: string) => truncate(path, 200)],
  ['empty', (path: string) => truncate(path, 0)],
  ['gone', (path: string) => rm(path)],
  ['of another step', async (path: string) => writeFile(path, encodeCheckpoint(checkpoint(11)))],
  ['noise', (path: string) => writeFile(path, Buffer.alloc(300, 0x7b))],
])('one that is %s is skipped for the one before', async (_, damage) => {
  const files = new CheckpointFiles(new NodeFolder(folder));
  for (const step of [10, 20, 30]) await files.save(checkpoint(step), 0, never);
  await damage(join(folder, '30.safetensors'));
  expect((await files.read(99, Infinity))!.step).toBe(20);
});

test('metadata that is none is no checkpoint, whatever it is', () => {
  const whole = Buffer.from(encodeCheckpoint(checkpoint(10)));
  expect(decodeCheckpoint(new Uint8Array(whole))).toBeDefined();
  for (const [from, to] of [
    ['"step":"10"', '"step":"-1"'],
    ['"ages":"{}"', '"ages":"[]"'],
    ['"ages":"{}"', '"ages":"{ "'],
    ['"seconds":"0.1"', '"seconds":"abc"'],
  ]) {
    expect(whole.includes(from)).toBe(true);
    expect(decodeCheckpoint(new Uint8Array(Buffer.from(whole.toString('latin1').replace(from, to), 'latin1')))).toBeUndefined();
  }
});

test('one of an earlier step is the newest: those of the future that did not come are gone', async () => {
  const files = new CheckpointFiles(new NodeFolder(folder));
  for (const step of [10, 20, 30, 15]) await files.save(checkpoint(step), 0, never);
  expect(files.places.map(({ step }) => step)).toEqual([10, 15]);
  expect((await readdir(folder)).sort()).toEqual(['10.safetensors', '15.safetensors']);
});

test('at most 64 are kept, evenly over the run, the first and the newest always', async () => {
  const files = new CheckpointFiles(new NodeFolder(folder));
  for (let step = 0; step <= 3000; step += 10) {
    await files.save(checkpoint(step), 0, never);
    expect(files.places.length).toBeLessThanOrEqual(64);
    expect([files.places[0].step, files.places.at(-1)!.step]).toEqual([0, step]);
  }
  const steps = files.places.map(({ step }) => step);
  const gaps = steps.slice(1).map((step, i) => step - steps[i]);
  expect(steps).toHaveLength(64);
  // 3000 / 63 ≈ 48.
  expect(Math.max(...gaps)).toBeLessThanOrEqual(100);
  expect((await readdir(folder)).length).toBe(64);
}, 120_000);

test('those of before recent edits outlive their neighbours', () => {
  const all = Array.from({ length: 300 }, (_, i) => ({ place: { step: i, edit: 0 }, bytes: 1 }));
  const isBeforeEdit = ({ step }: { step: number }) => step === 101 || step === 203;
  const surplus = new Set(chooseSurplus(all, isBeforeEdit));
  const kept = all.filter((file) => !surplus.has(file)).map(({ place }) => place.step);
  expect(kept).toHaveLength(64);
  expect(kept).toEqual(expect.arrayContaining([0, 101, 203, 299]));
});

test('one of before an edit stays, however near the next ones are', () => {
  const at = (step: number, edit = 0) => ({ place: { step, edit }, bytes: 1 });
  // At the step of an edit: before and after it.
  const all = [...Array.from({ length: 100 }, (_, i) => at(i)), at(100), at(100, 1), ...Array.from({ length: 400 }, (_, i) => at(101 + i, 1))];
  const surplus = new Set(chooseSurplus(all, ({ step, edit }) => step === 100 && edit === 0));
  expect(surplus.has(all[100])).toBe(false);
  expect(all.length - surplus.size).toBe(64);
});

test('they stay within their bytes, but two are always there', () => {
  const file = (step: number, bytes: number) => ({ place: { step, edit: 0 }, bytes });
  const steps = (bytes: number[]) => {
    const all = bytes.map((size, i) => file(10 * i, size));
    const surplus = chooseSurplus(all, never, { count: 64, bytes: 100 });
    return all.filter((one) => !surplus.includes(one)).map(({ place }) => place.step);
  };
  expect(steps([20, 20, 20, 20, 20])).toHaveLength(5);
  expect(steps([20, 20, 20, 20, 20, 20])).toHaveLength(5);
  expect(steps([300, 300, 300])).toEqual([0, 20]);
  expect(steps([300])).toEqual([0]);
});
