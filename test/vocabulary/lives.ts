import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { CheckpointFiles } from '../../src/run/checkpointFiles';
import { NodeFolder } from '../../src/run/nodeFolder';
import type { Checkpoint, Plan, RunEvent } from '../../src/train/protocol';
import { prepare } from '../../src/train/prepare';
import { SessionPool } from '../../src/train/session';
import { Trainer } from '../../src/train/trainer';
import { FILES } from './recipes';

const HALF = 10;

async function goOn(trainer: Trainer, until = Infinity): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  while (!trainer.isFinished && trainer.step < until) events.push(...(await trainer.next()));
  return events;
}

/** What is left of a checkpoint after a way over the disk. */
async function fromDisk(checkpoint: Checkpoint): Promise<Checkpoint> {
  const folder = await mkdtemp(join(tmpdir(), 'vocabulary-'));
  try {
    await new CheckpointFiles(new NodeFolder(folder)).save(checkpoint, 0, () => false);
    const files = new CheckpointFiles(new NodeFolder(folder));
    await files.load();
    return (await files.read(Infinity, 0))!;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The trained state alone: how long it took differs. */
const stateOf = ({ seconds: _, ...state }: Checkpoint) => state;
/** What is told but for the time it took, and statistics, which a resumed run also shows of its first step. */
const numbersOf = (events: readonly RunEvent[]) => events.map((event) => ({ ...event, seconds: undefined, layers: undefined, params: undefined }));
const isFinite = (loss: unknown) => typeof loss === 'number' && Number.isFinite(loss);

/**
 * Trains on the real engine, with finite losses and some weight that moves; goes on from a checkpoint that was on disk with the very same numbers;
 * and evaluates to the same whatever the seed of the noise.
 */
export async function expectLife(text: string, files: Record<string, Uint8Array> = {}): Promise<void> {
  const plan: Plan = { text, files: { ...FILES, ...files }, statsEvery: 7 };
  // One compiled step for all: what differs is what they are fed.
  const pool = new SessionPool();
  const begin = async (of: Plan, from?: Checkpoint) => Trainer.begin(of, await prepare(of, from), pool, from);
  const whole = await begin(plan);
  const start = await whole.checkpoint();
  const first = await goOn(whole, HALF);
  const half = await fromDisk(await whole.checkpoint());
  const second = await goOn(whole);
  const ending = await whole.end();
  const end = await whole.checkpoint();
  for (const event of [...first, ...second]) {
    if (event.type === 'step') expect([event.loss, event.total_loss, event.grad_norm].every(isFinite), `step ${event.step}`).toBe(true);
    if (event.type === 'eval') expect(isFinite(event.train_loss), `evaluation at ${event.step}`).toBe(true);
  }
  const moved = Object.entries(end.tensors).some(([name, { data }]) => data.some((v, i) => v !== start.tensors[name].data[i]));
  expect(moved, 'some weight has moved').toBe(true);

  const resumed = await begin(plan, half);
  expect(numbersOf(await goOn(resumed))).toEqual(numbersOf(second));
  expect(numbersOf(await resumed.end())).toEqual(numbersOf(ending));
  expect(stateOf(await resumed.checkpoint())).toEqual(stateOf(end));
  await resumed.release();

  const again = await begin({ ...plan, seed: 99 }, end);
  const [evaluation] = await again.end();
  await again.release();
  await whole.release();
  const last = [...second, ...ending].filter((event) => event.type === 'eval').at(-1);
  expect(evaluation).toMatchObject({ type: 'eval', train_loss: last?.train_loss });
}
