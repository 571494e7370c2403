import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { NodeFolder } from '../../src/run/nodeFolder';
import { RunFolder } from '../../src/run/runFolder';
import { decodeTensors } from '../../src/train/checkpoint';
import type { RunEvent } from '../../src/train/protocol';
import { folderOf, layerwise } from './run';

const text = `name: two-moons # stays
data: {source: moons, samples: 100, validation: 0.2}
model:
  - Linear: 8
  - ReLU
  - Linear: 2
loss: CrossEntropyLoss
train: {epochs: 2, batch_size: 20}
`;
const files = { 'm.nn.yaml': text };
const events = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent);

describe('train', { concurrent: true }, () => {
  test('--json tells start, steps, evaluations and the end, one object a line', async () => {
    const { code, stdout, stderr } = await layerwise(folderOf(files), 'train', 'm.nn.yaml', '--json', '--stats-every', '2');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const all = events(stdout);
    expect(all.map((e) => e.type)).toEqual(['start', 'step', 'step', 'step', 'step', 'eval', 'step', 'step', 'step', 'step', 'eval', 'end']);
    expect(all[0]).toMatchObject({
      name: 'two-moons',
      params: 42,
      layers: [
        { name: 'linear1', type: 'Linear', line: 4, inputs: [''], output: [20, 8], params: 24 },
        { name: 'relu1', type: 'ReLU', line: 5, inputs: ['linear1'], output: [20, 8], params: 0 },
        { name: 'linear2', type: 'Linear', line: 6, output: [20, 2], params: 18 },
      ],
    });
    const first = all[1] as Extract<RunEvent, { type: 'step' }>;
    expect(Object.keys(first.layers!)).toEqual(['linear1', 'relu1', 'linear2']);
    expect(Object.keys(first.params!)).toEqual(['linear1.weight', 'linear1.bias', 'linear2.weight', 'linear2.bias']);
    expect(first.layers!.relu1).toMatchObject({ units: 8, dead_units: expect.any(Number) as number });
    expect(all[11]).toMatchObject({ steps: 8, stopped: false, eval_loss: (all[10] as { train_loss: number }).train_loss });
  });

  test('for people: a line an evaluation', async () => {
    const { stdout } = await layerwise(folderOf(files), 'train', 'm.nn.yaml', '--steps', '4');
    expect(stdout.replace(/[\d.]+( %| s|,)/g, '#$1').split('\n').length).toBe(4);
    expect(stdout).toMatch(
      /^two-moons: 42 parameters, 80 samples, 4 steps of 20\nstep +4 {3}train loss [\d.]+ {2}[\d.]+ % {3}validation loss [\d.]+ {2}[\d.]+ %\n4 steps in/,
    );
  });

  test('--save and --run-dir leave whole files that read back', async () => {
    const folder = folderOf(files);
    const { code } = await layerwise(folder, 'train', 'm.nn.yaml', '--save', 'w.safetensors', '--run-dir', 'run', '--no-stats', '--seed', '5');
    expect(code).toBe(0);
    const saved = decodeTensors(new Uint8Array(readFileSync(join(folder, 'w.safetensors'))), 'w.safetensors');
    expect(Object.entries(saved).map(([name, t]) => [name, t.shape])).toEqual([
      ['linear1.weight', [8, 2]],
      ['linear1.bias', [8]],
      ['linear2.weight', [2, 8]],
      ['linear2.bias', [2]],
    ]);
    expect(readFileSync(join(folder, 'run/model.nn.yaml'), 'utf8')).toBe(text);
    expect(events(readFileSync(join(folder, 'run/events.jsonl'), 'utf8')).at(-1)).toMatchObject({ type: 'end', steps: 8 });
    expect(readFileSync(join(folder, 'run/last.safetensors'))).toEqual(readFileSync(join(folder, 'w.safetensors')));
    const best = decodeTensors(new Uint8Array(readFileSync(join(folder, 'run/best.safetensors'))), 'best.safetensors');
    expect(Object.keys(best)).toEqual(Object.keys(saved));
    expect(existsSync(join(folder, 'run/owner.json'))).toBe(false);
  });

  test('--run-dir leaves a run that the extension lists and goes on with, in place of one that was there', async () => {
    const folder = folderOf(files);
    for (const steps of ['8', '6']) expect((await layerwise(folder, 'train', 'm.nn.yaml', '--run-dir', 'runs/mine', '--steps', steps)).code).toBe(0);
    const [summary] = await RunFolder.list(new NodeFolder(join(folder, 'runs')));
    const uri = pathToFileURL(join(folder, 'm.nn.yaml')).href;
    expect(summary).toMatchObject({ runId: 'mine', name: 'two-moons', file: 'm.nn.yaml', uri, state: 'finished', step: 6, steps: 6, params: 42 });
    expect(summary.best!.metric).toBe('val_accuracy');
    const run = await RunFolder.open(new NodeFolder(join(folder, 'runs')), 'mine');
    const store = await run.readStore();
    expect(store.run.losses.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(store.run).toMatchObject({ checkpoints: [6], now: { step: 6 }, evals: [{ step: 4 }, { step: 6 }], text });
    expect(Object.keys((await run.readCheckpoint(6))!.optimizer)).toEqual(['exp_avg', 'exp_avg_sq']);
  });

  test('saved weights start another run where the first one ended', async () => {
    const folder = folderOf({ ...files, 'next.nn.yaml': `${text}init: {weights: ./w.safetensors}\n` });
    const first = events((await layerwise(folder, 'train', 'm.nn.yaml', '--json', '--save', 'w.safetensors')).stdout);
    const second = await layerwise(folder, 'train', 'next.nn.yaml', '--json', '--steps', '1', '--set', 'optimizer.SGD.lr=1e-12');
    const evaluation = events(second.stdout).find((e) => e.type === 'eval');
    expect(evaluation?.train_loss).toBeCloseTo((first.at(-2) as { train_loss: number }).train_loss, 5);
  });

  test('--set edits the model before it trains', async () => {
    const { stdout } = await layerwise(folderOf(files), 'train', 'm.nn.yaml', '--json', '--set', 'train.epochs=1', '--set', 'optimizer.Adam.lr=0.5');
    expect(
      events(stdout)
        .filter((e) => e.type === 'step')
        .map((e) => e.lr),
    ).toEqual([0.5, 0.5, 0.5, 0.5]);
  });
});

test.each([
  ['--save', 'nowhere/w.safetensors', 'there is no folder'],
  ['--save', '.', 'is a folder'],
  ['--run-dir', 'm.nn.yaml', 'The run folder cannot be made'],
])('%s %s is refused before training', async (option, path, message) => {
  const { code, stdout, stderr } = await layerwise(folderOf(files), 'train', 'm.nn.yaml', '--json', option, path);
  expect(stderr).toContain(message);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});

describe('check', { concurrent: true }, () => {
  test('prints every layer with its shape', async () => {
    const { code, stdout } = await layerwise(folderOf(files), 'check', 'm.nn.yaml');
    expect(code).toBe(0);
    expect(stdout).toBe(
      'line  layer    type    output  parameters\n   4  linear1  Linear       8          24\n   5  relu1    ReLU         8\n   6  linear2  Linear       2          18\n' +
        '42 parameters; 80 training and 20 validation samples; 8 steps of 20; about 6 KiB to train\n',
    );
  });

  test('tells what file and data say before training, exit code 1', async () => {
    const sick = folderOf({ 'm.nn.yaml': `${text}init: zeros\n` });
    const { code, stdout } = await layerwise(sick, 'check', 'm.nn.yaml', '--json');
    const [start, ...findings] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(start).toMatchObject({ type: 'start' });
    expect(findings).toMatchObject([{ type: 'finding', rule: 'symmetric-init', level: 'error', layer: 'linear1', line: 9, step: 0 }]);
    expect(code).toBe(1);
  });
});

test.each([
  [[], 'No command given'],
  [['fly', 'm.nn.yaml'], 'Unknown command `fly`'],
  [['train'], '`train` needs a model file'],
  [['train', 'm.nn.yaml', '--steps', 'ten'], '`--steps ten` is not a whole number'],
  [['train', 'm.nn.yaml', '--engine', 'cuda'], 'There is no engine `cuda`; `--engine` is one of wasm, webgpu, native, auto'],
])('wrong use %o is told in a line, exit code 2', async (args, message) => {
  const folder = folderOf(files);
  const { code, stdout, stderr } = await layerwise(folder, ...args);
  expect(stderr.split('\n')[0]).toContain(message);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(existsSync(join(folder, 'none'))).toBe(false);
});

test('a model file that is not there is all there is to tell', async () => {
  const { code, stdout, stderr } = await layerwise(folderOf({}), 'train', 'none.nn.yaml');
  expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: 'none.nn.yaml  There is no such file\n' });
});
