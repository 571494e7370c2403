import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { configureEngine } from '../src/train/engines/wasm';
import { madeWith, record, type Recording } from './recording';

// Trains the models of bench/recordings for the page to play: `npm run record` those that another trainer made, `npm run record -- NAME…` these anew.
const RUNS = ['healthy', 'vanishing', 'exploding', 'dead-relu', 'overfitting', 'tiny-batch', 'attention', 'augmented'];
/** Each in a thread with an engine of its own. */
const AT_ONCE = 2;

const program = process.argv[1];
const folder = join('dist', 'recordings');
const modelOf = (name: string) => join('bench', 'recordings', `${name}.nn.yaml`);
const pathOf = (name: string) => join(folder, `${name}.json`);

function isStale(name: string): boolean {
  if (!existsSync(pathOf(name))) return true;
  const { made } = JSON.parse(readFileSync(pathOf(name), 'utf8')) as Recording;
  return made !== madeWith(program, modelOf(name));
}

async function write(name: string): Promise<void> {
  const began = performance.now();
  configureEngine({ threads: 1 });
  const json = JSON.stringify(await record(name, modelOf(name), madeWith(program, modelOf(name))));
  writeFileSync(pathOf(name), json);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`${name.padEnd(12)} ${seconds.padStart(6)} s ${(json.length / 1e6).toFixed(2).padStart(8)} MB`);
}

const inThread = (name: string) =>
  new Promise<void>((done, fail) => new Worker(program, { workerData: name }).once('error', fail).once('exit', () => done()));

if (isMainThread) {
  mkdirSync(folder, { recursive: true });
  const asked = process.argv.slice(2);
  const waiting = asked.length > 0 ? asked : RUNS.filter(isStale);
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let name = waiting.shift(); name; name = waiting.shift()) await inThread(name);
    }),
  );
} else {
  await write(workerData as string);
  process.exit(0);
}
