import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { folderOf, layerwise } from './run';

const text = `data: {source: moons, samples: 100, validation: 0.2}
model:
  - Linear: 8
  - ReLU
  - Linear: 2
loss: CrossEntropyLoss
optimizer: {Adam: {lr: 0.01}}
train: {epochs: 2, batch_size: 20}
`;

describe('runs that were trained before', () => {
  let folder: string;
  beforeAll(async () => {
    folder = folderOf({ 'm.nn.yaml': text });
    const runs = [
      ['one', '0.01'],
      ['two', '0.02'],
    ].map(([name, lr]) => layerwise(folder, 'train', 'm.nn.yaml', '--run-dir', name, '--set', `optimizer.Adam.lr=${lr}`));
    expect((await Promise.all(runs)).map(({ code }) => code)).toEqual([0, 0]);
  });

  test('export writes an event file and a CSV file and says where', async () => {
    const { code, stdout } = await layerwise(folder, 'export', 'one', '--tensorboard', 'board/one', '--csv', 'one.csv');
    const [name] = readdirSync(join(folder, 'board/one'));
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${join('board/one', name)}\none.csv\n` });
    expect(name).toMatch(/^events\.out\.tfevents\.\d{10}\.layerwise$/);
    const board = readFileSync(join(folder, 'board/one', name));
    for (const tag of ['brain.Event:2', 'loss/validation', 'gradient_rms/linear1', 'accuracy/train']) expect(board.includes(tag)).toBe(true);
    const [head, ...lines] = readFileSync(join(folder, 'one.csv'), 'utf8').trim().split('\r\n');
    expect(head).toBe('step,loss,total_loss,lr,grad_norm,train_loss,val_loss,gap,train_accuracy,val_accuracy');
    expect(lines.map((line) => line.split(',')[0])).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
  });

  test('compare tells scores side by side and what the files differ in', async () => {
    const { code, stdout } = await layerwise(folder, 'compare', 'one', 'two');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^run +model +state +steps +training loss +validation loss +best +findings\none +model +finished +8 /);
    expect(stdout).toMatch(/\n\ntwo differs from one: lr 0\.01 → 0\.02\n$/);
    const { stdout: json } = await layerwise(folder, 'compare', 'one', 'two', '--json');
    const rows = json
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows).toMatchObject([
      { folder: 'one', steps: 8, differs: [] },
      { folder: 'two', steps: 8, differs: ['lr 0.01 → 0.02'] },
    ]);
    expect(rows[0].train_loss).not.toBe(rows[1].train_loss);
  });

  test('a folder without a run is named, and stays as it is', async () => {
    const { code, stderr } = await layerwise(folder, 'compare', 'one', 'board');
    expect({ code, stderr }).toEqual({ code: 2, stderr: 'board holds no run: name a folder that `--run-dir` or the extension wrote\n' });
    expect(await layerwise(folder, 'export', 'nowhere', '--csv', 'x.csv')).toMatchObject({ code: 2 });
    expect(existsSync(join(folder, 'nowhere'))).toBe(false);
    rmSync(join(folder, 'x.csv'), { force: true });
  });

  test.each([
    [['export', 'one'], '`export` needs `--tensorboard DIR`, `--csv FILE`, or both'],
    [['compare', 'one'], '`compare` needs the folders of two runs or more'],
  ])('%j is refused: %s', async (args, message) => {
    const { code, stderr } = await layerwise(folder, ...args);
    expect(code).toBe(2);
    expect(stderr.split('\n')[0]).toBe(message);
  });
});
