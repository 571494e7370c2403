import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import type { FromTrainer } from '../src/train/protocol';
import { TrainerPool } from '../src/run/trainerPool';
import { startWorker } from '../src/train/startWorker';

// How long Train takes until the first step of a workload is known to the extension host: `npm run build` first, the thread runs dist/trainer.js.
const ROUNDS = Number(process.argv[2] ?? 9);
const WORKLOADS = process.argv.length > 3 ? process.argv.slice(3) : ['W1', 'W2', 'W3', 'W4'];
/** A thread that was begun when the file was opened has had this long, in milliseconds, until somebody clicks Train. */
const READING = 4000;

const planOf = (workload: string) => {
  const read = (name: string) => new Uint8Array(readFileSync(join('bench', workload, name)));
  const files = { './data.npz': read('data.npz'), './init.safetensors': read('init.safetensors') };
  const text = readFileSync(join('bench', workload, 'model.nn.yaml'), 'utf8');
  // As the extension asks for it by its settings' defaults.
  return { text, files, statsEvery: 10, statsShare: 0.05, observe: true as const, engine: { use: 'auto' as const } };
};

const isStep = (message: FromTrainer) => message.type === 'events' && message.events.some((event) => event.type === 'step');
const sleep = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

/** Milliseconds to the model's layout and to its first step. */
async function firstStep(pool: TrainerPool, workload: string): Promise<{ layout: number; step: number }> {
  const plan = planOf(workload);
  const began = performance.now();
  let layout: number | undefined;
  return new Promise((done, fail) => {
    const loan = pool.take({
      message: (message) => {
        if (message.type === 'failed') fail(new Error(message.problem.message));
        layout ??= performance.now() - began;
        if (!isStep(message)) return;
        done({ layout, step: performance.now() - began });
        loan.end();
      },
      gone: (reason) => fail(new Error(reason)),
    });
    loan.send({ type: 'start', plan });
  });
}

const median = (values: number[]) => Math.round([...values].sort((a, b) => a - b)[values.length >> 1]);
const table = [];
for (const workload of WORKLOADS) {
  const [cold, waiting]: { layout: number; step: number }[][] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    const pool = new TrainerPool(startWorker(resolve('dist/trainer.js')));
    cold.push(await firstStep(pool, workload));
    pool.warm(1);
    await sleep(READING);
    waiting.push(await firstStep(pool, workload));
    pool.dispose();
  }
  table.push({
    workload,
    'new thread: layout, ms': median(cold.map(({ layout }) => layout)),
    'first step': median(cold.map(({ step }) => step)),
    'thread of an opened file: layout, ms': median(waiting.map(({ layout }) => layout)),
    'first step ': median(waiting.map(({ step }) => step)),
    worst: Math.round(Math.max(...waiting.map(({ step }) => step))),
  });
}
console.log(`load of the machine: ${loadavg()[0].toFixed(1)}`);
console.table(table);
process.exit(0);
