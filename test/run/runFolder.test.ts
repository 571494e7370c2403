import { existsSync } from 'node:fs';
import { appendFile, copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { History, LIMITS } from '../../src/run/history';
import { NodeFolder } from '../../src/run/nodeFolder';
import { RunFolder } from '../../src/run/runFolder';
import { RunStore } from '../../src/run/runStore';
import { decodeTensors } from '../../src/train/checkpoint';
import { checkpoint, edit, end, identity, layer, observation, start, steps } from './events';

let root: string;
const open: RunFolder[] = [];
beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), 'layerwise-runs-'))));
afterEach(async () => {
  open.splice(0).forEach((folder) => folder.dispose());
  await rm(root, { recursive: true, force: true });
});

const file = (name: string) => join(root, 'a', name);
const own = async (folder: Promise<RunFolder>): Promise<RunFolder> => {
  open.push(await folder);
  return folder;
};

async function training(limits = LIMITS): Promise<{ store: RunStore; folder: RunFolder }> {
  const store = RunStore.create(identity, new History(identity.text, limits));
  const folder = await own(RunFolder.create(new NodeFolder(root), store));
  folder.onProblem((message) => expect.fail(message));
  store.apply([start], 0);
  return { store, folder };
}

const read = async (): Promise<RunStore> => (await own(RunFolder.open(new NodeFolder(root), 'a'))).readStore();

/** All that there is to know of a run, as JSON has it. */
const content = (store: RunStore): unknown =>
  JSON.parse(JSON.stringify({ run: store.run, texts: [...store.texts()], lines: store.unwritten(undefined).lines }));

async function lines(): Promise<{ type: string; step?: number }[]> {
  const text = await readFile(file('events.jsonl'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string });
}

test.each([
  ['short', LIMITS, 140],
  ['thinned again and again', { losses: 40, evals: 10, statistics: 20, observations: 10, edits: 3 }, 3000],
])('a run that is %s is on disk what it is in memory, and goes on alike', async (_, limits, count) => {
  const { store, folder } = await training(limits);
  for (let n = 0; n < count; n += 20) {
    store.apply([...steps(n + 1, n + 20), observation(n), { type: 'eval', step: n + 20, train_loss: 1, ...(n === 40 && { is_best: true }) }], 100);
    if (n % 100 === 60) store.apply([edit(n, n + 20, { layers: [layer('linear1'), layer(n % 200 ? 'other' : 'linear2')] })], 100);
    await folder.save(store);
  }
  store.apply([end(count)], 100);
  await folder.save(store);
  const back = await read();
  expect(content(back)).toEqual({ ...(content(store) as object), run: expect.anything() });
  const { stepsPerSecond: _speed, ...run } = JSON.parse(JSON.stringify(store.run)) as Record<string, unknown>;
  expect(JSON.parse(JSON.stringify(back.run))).toMatchObject(run);
  for (const one of [store, back]) one.apply([start, { type: 'resume', step: count }, ...steps(count + 1, count + 333)], 100);
  expect((content(back) as { lines: unknown }).lines).toEqual((content(store) as { lines: unknown }).lines);
});

test('while a run goes on its file only grows, line by line, and is written anew when the history is thinned', async () => {
  const { store, folder } = await training({ ...LIMITS, losses: 100 });
  await folder.save(store);
  let before = await readFile(file('events.jsonl'), 'utf8');
  const grown: boolean[] = [];
  for (let n = 0; n < 120; n += 10) {
    store.apply(steps(n + 1, n + 10), 1);
    await folder.save(store);
    const after = await readFile(file('events.jsonl'), 'utf8');
    grown.push(after.startsWith(before));
    before = after;
  }
  expect(grown.filter((one) => !one)).toHaveLength(1);
  expect((await lines())[0]).toMatchObject({ type: 'start', thinned: { losses: 2 } });
  expect((await lines()).filter(({ type }) => type === 'step').length).toBeLessThan(100);
});

test('a file cut short at any byte opens up to its last whole event, and grows on from there', async () => {
  const { store, folder } = await training();
  store.apply([...steps(1, 30), edit(1, 30), ...steps(31, 35), { type: 'eval', step: 35, train_loss: 0.5 }], 1);
  await folder.save(store);
  await folder.release();
  const whole = await readFile(file('events.jsonl'));
  for (let size = whole.length - 200; size < whole.length; size++) {
    await writeFile(file('events.jsonl'), whole.subarray(0, size));
    const one = await RunFolder.open(new NodeFolder(root), 'a');
    expect(await one.claim()).toBe(true);
    const back = await one.readStore();
    const kept = whole.subarray(0, whole.lastIndexOf(10, size - 1) + 1);
    expect(back.unwritten(undefined).lines).toHaveLength(kept.toString().split('\n').length - 1);
    back.apply([start, { type: 'resume', step: 35 }, ...steps(36, 37)], 1);
    await one.save(back);
    await one.release();
    one.dispose();
    const types = (await lines()).map(({ type, step: at }) => `${type} ${at}`);
    expect(types.slice(-2)).toEqual(['step 36', 'step 37']);
  }
});

test('what follows a torn tail is appended to the last whole event', async () => {
  const { store, folder } = await training();
  store.apply(steps(1, 20), 1);
  await folder.save(store);
  const whole = await readFile(file('events.jsonl'), 'utf8');
  await appendFile(file('events.jsonl'), '{"type":"step","step":2');
  store.apply(steps(21, 22), 1);
  await folder.save(store);
  const after = await readFile(file('events.jsonl'), 'utf8');
  expect(after.startsWith(whole)).toBe(true);
  expect((await lines()).slice(-3)).toMatchObject([
    { type: 'step', step: 21 },
    { type: 'statistics', step: 21 },
    { type: 'step', step: 22 },
  ]);
});

const nested = '['.repeat(1_000_000);
test.each([
  ['nothing but noise', 'noise\n'.repeat(10)],
  ['no start', '{"type":"step","step":1,"loss":1,"total_loss":1,"lr":1,"grad_norm":1}\n'],
  ['deep nesting', `{"type":"start","name":${nested}\n`],
  ['a line without end', 'x'.repeat(40 << 20)],
])('a file of %s is an empty history', async (_, text) => {
  const { store, folder } = await training();
  store.apply(steps(1, 5), 1);
  await folder.save(store);
  await writeFile(file('events.jsonl'), text);
  const back = await read();
  expect(back.run).toMatchObject({ losses: [], evals: [], edits: [], step: 5, name: 'spirals' });
});

test('hostile names and endless lines do no harm', async () => {
  const { store, folder } = await training();
  store.apply(steps(1, 1), 1);
  await folder.save(store);
  const [head, point, sample] = (await readFile(file('events.jsonl'), 'utf8')).trimEnd().split('\n');
  const hostile = sample.replace('"layers":{', '"layers":{"__proto__":{"polluted":1},"constructor":{"activation":null},');
  await writeFile(file('events.jsonl'), [head, point, hostile, ''].join('\n'));
  expect((await read()).run.now).toBeUndefined();
  const proto = sample.replace('"layers":{', '"layers":{"__proto__":{"polluted":1},').replace('"step":1', '"step":2');
  const [, ...many] = Array.from({ length: 50_000 }, (_, n) => point.replace('"step":1', `"step":${n}`));
  await writeFile(file('events.jsonl'), [head, proto, ...many, ''].join('\n'));
  const { run } = await read();
  expect(run.losses.length).toBeLessThan(4000);
  expect(Object.keys(run.now!.layers)).toEqual(['linear1', 'linear2']);
  expect((run.now!.layers as Record<string, unknown>).polluted).toBeUndefined();
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test('the folder is there for others to read', async () => {
  const { store, folder } = await training();
  store.apply([...steps(1, 30), edit(1, 30), edit(12, 30)], 1);
  await folder.saveCheckpoint(checkpoint(30), { beforeEdit: 1, best: { step: 20, tensors: checkpoint(20).tensors } });
  await folder.saveCheckpoint(checkpoint(40));
  store.setState('paused');
  await folder.save(store);
  expect((await readdir(join(root, 'a'))).sort()).toEqual([
    'best.safetensors',
    'checkpoints',
    'edits',
    'events.jsonl',
    'last.safetensors',
    'model.nn.yaml',
    'owner.json',
    'run.json',
  ]);
  expect((await readdir(file('checkpoints'))).sort()).toEqual(['30.safetensors', '40-edit12.safetensors']);
  expect((await readdir(file('edits'))).sort()).toEqual(['000.nn.yaml', '001.nn.yaml', '012.nn.yaml']);
  const text = (name: string) => readFile(file(name), 'utf8');
  expect([await text('edits/000.nn.yaml'), await text('edits/001.nn.yaml')]).toEqual([identity.text, 'text 1\n']);
  expect(await text('model.nn.yaml')).toBe('text 12\n');
  expect(JSON.parse(await text('run.json'))).toEqual(store.summary());
  const weights = async (name: string) => decodeTensors(new Uint8Array(await readFile(file(name))), name)['linear1.weight'].data[0];
  expect([await weights('last.safetensors'), await weights('best.safetensors')]).toEqual([40, 20]);
});

test('an edit that is taken back takes its file along', async () => {
  const { store, folder } = await training();
  store.apply([...steps(1, 30), edit(1, 30), ...steps(31, 40), edit(2, 40)], 1);
  await folder.save(store);
  store.goBack({ step: 30, edit: 0, seconds: 1 });
  store.apply([start, { type: 'resume', step: 30 }, edit(3, 30)], 1);
  await folder.save(store);
  expect((await readdir(file('edits'))).sort()).toEqual(['000.nn.yaml', '003.nn.yaml']);
  expect(await readFile(file('model.nn.yaml'), 'utf8')).toBe('text 3\n');
  expect((await lines()).at(-1)).toMatchObject({ type: 'edit', id: 3 });
});

test('a run comes back with its checkpoints and goes on from any of them', async () => {
  const { store, folder } = await training();
  store.apply([...steps(1, 30), edit(1, 30), ...steps(31, 40)], 1);
  await folder.saveCheckpoint(checkpoint(10));
  await folder.saveCheckpoint(checkpoint(30), { beforeEdit: 1 });
  await folder.saveCheckpoint(checkpoint(40));
  await folder.save(store);
  const one = await own(RunFolder.open(new NodeFolder(root), 'a'));
  const back = await one.readStore();
  expect(back.run.checkpoints).toEqual([10, 30, 40]);
  expect(back.run.edits[0].canRevert).toBe(true);
  expect(await one.readCheckpoint(30, back.editBefore(1))).toMatchObject({ step: 30, edit: 0 });
  expect(await one.readCheckpoint(99)).toMatchObject({ step: 40, edit: 1 });
});

test('of checkpoints that wait for the disk the newest and those before edits are written', async () => {
  const { store, folder } = await training();
  store.apply([...steps(1, 30), edit(1, 30)], 1);
  await Promise.all([
    folder.saveCheckpoint(checkpoint(10)),
    folder.saveCheckpoint(checkpoint(20)),
    folder.saveCheckpoint(checkpoint(30), { beforeEdit: 1 }),
    folder.saveCheckpoint(checkpoint(31)),
    folder.saveCheckpoint(checkpoint(32)),
  ]);
  expect(folder.checkpoints).toEqual([
    { step: 30, edit: 0 },
    { step: 32, edit: 1 },
  ]);
});

test('a checkpoint that comes while another one is being written leaves that one alone', async () => {
  const { store, folder } = await training();
  store.apply(steps(1, 30), 1);
  const tensors = { 'linear1.weight': { shape: [1 << 20], data: new Float32Array(1 << 20) } };
  const first = folder.saveCheckpoint(checkpoint(10, { tensors }));
  while (!existsSync(file('checkpoints/10.safetensors'))) await new Promise((resolve) => setTimeout(resolve, 1));
  await Promise.all([first, folder.saveCheckpoint(checkpoint(20)), folder.saveCheckpoint(checkpoint(30))]);
  expect(folder.checkpoints.map(({ step }) => step)).toEqual([10, 30]);
});

test('the list shows every run; of a damaged one what is left', async () => {
  const { store, folder } = await training();
  store.apply([...steps(1, 20), end(20)], 1);
  await folder.save(store);
  await cp(join(root, 'a'), join(root, 'b'), { recursive: true });
  await truncate(join(root, 'b', 'run.json'), 20);
  await mkdir(join(root, 'c'));
  // More than memory holds, and most of it a hole.
  await cp(join(root, 'a'), join(root, 'd'), { recursive: true });
  await truncate(join(root, 'd', 'run.json'), 2 ** 36);
  await copyFile(file('run.json'), join(root, 'run.json'));
  const list = await RunFolder.list(new NodeFolder(root));
  expect(list.map(({ runId, name, state, step }) => [runId, name, state, step])).toEqual([
    ['a', 'spirals', 'finished', 20],
    ['b', 'spirals', 'interrupted', 20],
    ['c', 'c', 'interrupted', 0],
    ['d', 'spirals', 'interrupted', 20],
  ]);
  expect(await RunFolder.list(new NodeFolder(join(root, 'nowhere')))).toEqual([]);
});

test('a run that another process took over is written no more', async () => {
  const { store, folder } = await training();
  store.apply(steps(1, 10), 1);
  await folder.save(store);
  let lost = 0;
  folder.onLost(() => lost++);
  // As if this process had stood still.
  const then = new Date(Date.now() - 60_000);
  await utimes(file('owner.json'), then, then);
  const other = await own(RunFolder.open(new NodeFolder(root), 'a'));
  expect(await other.isTaken()).toBe(false);
  expect(await other.claim()).toBe(true);
  expect(await folder.isTaken()).toBe(true);
  const theirs = await other.readStore();
  theirs.apply(steps(11, 12), 1);
  await other.save(theirs);
  const before = await readFile(file('events.jsonl'), 'utf8');
  store.apply(steps(11, 50), 1);
  await folder.save(store);
  await folder.saveCheckpoint(checkpoint(50));
  expect(await readFile(file('events.jsonl'), 'utf8')).toBe(before);
  expect(existsSync(file('checkpoints'))).toBe(false);
  expect(lost).toBe(1);
  await folder.release();
  expect(await folder.isTaken()).toBe(true);
});

test('what a process left half written is gone when the next one takes over', async () => {
  const { store, folder } = await training();
  await folder.save(store);
  await folder.saveCheckpoint(checkpoint(1));
  await folder.release();
  const halves = ['run.json.123.part', 'checkpoints/7.safetensors.123.part'];
  for (const name of halves) await writeFile(file(name), 'half');
  await (await own(RunFolder.open(new NodeFolder(root), 'a'))).claim();
  expect(halves.map((name) => existsSync(file(name)))).toEqual([false, false]);
});

test('a removed run is gone and does not come back with the next save', async () => {
  const { store, folder } = await training();
  await folder.save(store);
  const removal = folder.remove();
  const saved = folder.save(store);
  await Promise.all([removal, saved]);
  expect(existsSync(join(root, 'a'))).toBe(false);
});

test("only a run is replaced by another one: files of the same names that are somebody else's stay", async () => {
  const [mine, theirs] = [join(root, 'mine'), join(root, 'theirs')];
  await mkdir(join(mine, 'checkpoints'), { recursive: true });
  await writeFile(join(mine, 'checkpoints', 'model.pt'), 'weights');
  await expect(RunFolder.replace(new NodeFolder(mine), RunStore.create(identity))).rejects.toThrow('holds checkpoints, but no run');
  expect(await readFile(join(mine, 'checkpoints', 'model.pt'), 'utf8')).toBe('weights');
  await mkdir(theirs);
  await writeFile(join(theirs, 'model.nn.yaml'), 'mine');
  await expect(RunFolder.replace(new NodeFolder(theirs), RunStore.create(identity))).rejects.toThrow('holds model.nn.yaml, but no run');
});
