import * as ort from 'onnxruntime-web';
import { Trainer } from '../src/train/trainer';
import { readFiles } from './engines/contenders/serve';
import { readWorkload } from './engines/contenders/workload';
import { trainByHand } from './handmadeTraining';

// W1 on WASM, one thread: the compiler's step without statistics, with sampled ones and with all, beside the same step written by hand.
// Blocks of each are run in turn, so that a machine that slows down slows all of them.
const files = readFiles('bench/W1');
const BLOCK = 100;
const BLOCKS = Number(process.argv[2] ?? 12);

interface Contender {
  name: string;
  step: () => Promise<unknown>;
}

async function compiled(name: string, statsEvery: number): Promise<Contender> {
  const { text, data, weights } = files;
  const trainer = await Trainer.create({ text, files: { './data.npz': data, './init.safetensors': weights }, steps: 1e9, statsEvery });
  return { name, step: () => trainer.nextStep() };
}

const handmade = async (): Promise<Contender> => ({ name: 'by hand', ...(await trainByHand(readWorkload(files))) });

const median = (list: number[]) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

ort.env.wasm.numThreads = 1;
const contenders = [await handmade(), await compiled('no statistics', 0), await compiled('every 10th step', 10), await compiled('every step', 1)];
const times = contenders.map((): number[] => []);
for (let block = -6; block < BLOCKS; block++)
  for (const [i, { step }] of contenders.entries()) {
    const began = performance.now();
    for (let n = 0; n < BLOCK; n++) await step();
    if (block >= 0) times[i].push((performance.now() - began) / BLOCK);
  }
const table = contenders.map(({ name }, i) => {
  const ratios = times[i].map((t, block) => t / times[0][block]);
  const toPlain = times[i].map((t, block) => t / times[1][block]);
  return {
    name,
    'µs/step': Math.round(1000 * median(times[i])),
    'to by hand': median(ratios).toFixed(3),
    'to no statistics': median(toPlain).toFixed(3),
    range: `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`,
  };
});
console.table(table);
process.exit(0);
