import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contender } from './contenders';
import { ContenderProcess, type StepTime } from './contenderProcess';
import type { Statistics } from './contenders/serve';

/** Milliseconds of a block. */
const BLOCK = 400;
/** Milliseconds of processor time before one is measured, and at most by the clock: V8 compiles what is hot, the machine's caches fill. */
const WARM = 3000;
const MOST_WARM = 15_000;

/** How far a loss may be from the one that PyTorch has: it is known to five digits, and jax-js shares a pool's gradient among equal maxima (W3). */
const TOLERANCE = 1e-3;

/** A contender in a workload, with what it takes beside training. */
export interface Entry {
  contender: Contender;
  command: readonly string[];
  statistics: Statistics;
}

/** What came of it: how it did, or why it was not measured. */
export interface Result {
  workload: string;
  contender: string;
  statistics: Statistics;
  failed?: string;
  /** Milliseconds to the first loss, and of these for compiling. */
  first?: number;
  compile?: number;
  /** MiB. */
  peak?: number;
  /** By round. */
  blocks: StepTime[];
}

interface Runner {
  result: Result;
  process: ContenderProcess;
  /** Steps of a block. */
  steps: number;
}

/**
 * Trains one workload by all entries: each in a process of its own, in turns of one block, so that a machine that slows down slows all of them and what
 * one does to memory and compilers is not felt by the others.
 */
export async function compete(workload: string, entries: readonly Entry[], rounds: number, tell: (what: string) => void): Promise<Result[]> {
  const results: Result[] = [];
  const runners: Runner[] = [];
  try {
    for (const { contender, command, statistics } of entries) {
      tell(`${workload}: ${contender.title}, statistics: ${statistics}`);
      const result: Result = { workload, contender: contender.name, statistics, blocks: [] };
      results.push(result);
      const folder = join('bench', workload);
      const opened = await ContenderProcess.open(command, [folder, statistics]).catch(failing(result));
      if (!opened) continue;
      const steps = await warmUp(opened, folder, result).catch(failing(result));
      if (steps) runners.push({ result, process: opened, steps });
      else opened.close();
    }
    for (let round = 0; round < rounds; round++) {
      tell(`${workload}: round ${round + 1} of ${rounds}`);
      // Another one begins each time: nobody always follows the same one.
      for (const i of runners.keys()) {
        const { result, process, steps } = runners[(i + round) % runners.length];
        if (!result.failed) await process.block(steps).then((time) => result.blocks.push(time), failing(result));
      }
    }
    for (const { result, process } of runners) result.peak = process.peak;
  } finally {
    for (const { process } of runners) process.close();
  }
  return results;
}

const failing = (result: Result) => (error: Error) => {
  result.failed = error.message;
  return undefined;
};

/** Steps that make a block. @throws where it trains something else than it should. */
async function warmUp(process: ContenderProcess, folder: string, result: Result): Promise<number> {
  const { losses, first, compile } = await process.start();
  const expected = (JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as { loss_at_step_20_before_update: number })
    .loss_at_step_20_before_update;
  const off = Math.abs(losses[19] / expected - 1);
  if (!(off < TOLERANCE)) throw new Error(`the loss at step 20 is ${losses[19]}, not ${expected}: it trains something else`);
  Object.assign(result, { first, compile });
  let steps = 1;
  for (let spent = 0, began = performance.now(); spent < WARM && performance.now() - began < MOST_WARM;) {
    const { clock, processor } = await process.block(steps);
    spent += (steps * processor) / 1000;
    steps = Math.max(1, Math.round((1000 * BLOCK) / clock));
  }
  return steps;
}
