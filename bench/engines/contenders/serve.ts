import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';

/** What a contender is asked to take beside training: nothing, all statistics on every step, or what the extension samples. */
export type Statistics = 'none' | 'all' | 'sampled';

/** A workload as it lies on the disk. */
export interface Files {
  /** Its folder's name: W1 to W4. */
  name: string;
  text: string;
  data: Uint8Array;
  weights: Uint8Array;
}

/** A model being trained by one engine. */
export interface Training {
  /** One optimizer step on the next batch; its loss, as a number that the program has. */
  step(): Promise<number>;
  /** Milliseconds that the engine took to compile the step, where it does that at a moment of its own. */
  compile?: number;
}

export function readFiles(folder: string): Files {
  const read = (name: string) => new Uint8Array(readFileSync(join(folder, name)));
  const text = readFileSync(join(folder, 'model.nn.yaml'), 'utf8');
  return { name: basename(folder), text, data: read('data.npz'), weights: read('init.safetensors') };
}

/** Steps whose losses are told at the start: what the workload says of the last of them is the proof that it trains what it should. */
const PROVEN = 20;

/**
 * The side of a contender: a process of its own, told on stdin what to do, one JSON object a line, answering likewise on stdout. Modules are
 * loaded and files are read when it says `ready`; `start` makes the model and takes the first steps, `block` times further ones.
 */
export function serve(begin: (files: Files, statistics: Statistics) => Promise<Training>): void {
  const [folder, statistics] = process.argv.slice(2);
  const files = readFiles(folder);
  const say = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);
  let training: Training;

  const start = async () => {
    const began = performance.now();
    training = await begin(files, statistics as Statistics);
    const losses = [await training.step()];
    const first = performance.now() - began;
    while (losses.length < PROVEN) losses.push(await training.step());
    return { compile: training.compile, first, losses };
  };
  const block = async (steps: number) => {
    const [clock, processor] = [performance.now(), process.cpuUsage()];
    for (let n = 0; n < steps; n++) await training.step();
    const { user, system } = process.cpuUsage(processor);
    return { clock: (1000 * (performance.now() - clock)) / steps, processor: (user + system) / steps };
  };

  const answer = (line: string) => {
    const { steps } = JSON.parse(line) as { steps?: number };
    (steps ? block(steps) : start()).then(say, (error: unknown) => say({ error: error instanceof Error ? error.message : String(error) }));
  };
  // An engine's threads would outlive whoever asks.
  createInterface({ input: process.stdin })
    .on('line', answer)
    .on('close', () => process.exit());
  say({ ready: true });
}
