import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Engine } from '../../../src/train/engines/engine';
import { wasm } from '../../../src/train/engines/wasm';
import type { RunEvent } from '../../../src/train/protocol';
import { SessionPool } from '../../../src/train/session';
import { Trainer } from '../../../src/train/trainer';

/** The models that PyTorch was asked about. */
const folder = join(import.meta.dirname, '../../torch');
export const torchCases = readdirSync(folder);

/**
 * A case comes out on an engine as on WASM: losses within 1e-4 at every step, and so the statistics of the first and the last.
 * Training can magnify rounding beyond that (a rate at which the loss explodes): then it must do so on WASM alone as well, from the last bits of the
 * weights it starts from. Gives the largest relative difference of a loss.
 */
export async function expectSameCase(name: string, engine: Engine, steps: number): Promise<number> {
  const expected = await trainCase(name, wasm, steps);
  const found = await trainCase(name, engine, steps);
  expect(found.map(({ type }) => type)).toEqual(expected.map(({ type }) => type));
  const differences = difference(found, expected);
  const worst = Math.max(...[...differences].filter(([path]) => isLoss(path)).map(([, size]) => size));
  const large = [...differences].filter(([, size]) => !(size <= TOLERANCE));
  if (large.length === 0) return worst;
  const magnified = await Promise.all([0, 1, 2].map(async (third) => difference(await trainCase(name, wasm, steps, third), expected)));
  const unexplained = large.filter(([path, size]) => !(size <= 10 * Math.max(...magnified.map((one) => one.get(path)!))));
  expect(Object.fromEntries(unexplained)).toEqual({});
  return worst;
}

const TOLERANCE = 1e-4;
const isLoss = (path: string) => path.includes('loss');

/** Trains a case from PyTorch's weights. @param third of the weights whose last bits are turned round. */
async function trainCase(name: string, engine: Engine, steps: number, third?: number): Promise<RunEvent[]> {
  const files = Object.fromEntries(
    readdirSync(join(folder, name)).map((file) => [`./${file}`, new Uint8Array(readFileSync(join(folder, name, file)))]),
  );
  if (third !== undefined) turnLastBits(files['./init.safetensors'], third);
  const text = new TextDecoder().decode(files['./model.nn.yaml']);
  const trainer = await Trainer.create({ text, files, steps, statsEvery: steps }, undefined, new SessionPool(engine));
  const events: RunEvent[] = [];
  while (!trainer.isFinished) events.push(...(await trainer.next()));
  await trainer.release();
  return events;
}

/** After the length of its header and the header come the numbers, of four bytes, the lowest first. */
function turnLastBits(safetensors: Uint8Array, third: number): void {
  const header = Number(new DataView(safetensors.buffer, safetensors.byteOffset).getBigUint64(0, true));
  for (let at = 8 + header + 4 * third; at < safetensors.length; at += 12) safetensors[at] ^= 1;
}

/** By how much each figure differs: relative to it, for statistics (which may be rounding alone) to 0.1 more. */
function difference(found: RunEvent[], expected: RunEvent[]): Map<string, number> {
  const there = figures(found);
  return new Map(
    [...figures(expected)].map(([path, value]) => {
      const other = there.get(path);
      if (value === null || other === null || other === undefined) return [path, other === value ? 0 : Infinity];
      return [path, other === value ? 0 : Math.abs(other - value) / (Math.abs(value) + (isLoss(path) ? 0 : 0.1))];
    }),
  );
}

/** Every figure by its name. Those that divide by what may be next to 0, or count what is next to it, are left out. */
function figures(events: RunEvent[]): Map<string, number | null> {
  const found = new Map<string, number | null>();
  const walk = (value: unknown, path: string) => {
    if (path.endsWith('zero_fraction') || path.endsWith('update_ratio')) return;
    if (typeof value === 'number' || value === null) found.set(path, value);
    else if (typeof value === 'object') for (const [key, inner] of Object.entries(value)) walk(inner, `${path} ${key}`);
  };
  for (const event of events) walk(event, `${event.type}${'step' in event ? ` ${event.step}` : ''}`);
  return found;
}
