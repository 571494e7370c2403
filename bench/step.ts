import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web';
import { decodeTensors } from '../src/train/checkpoint';
import { Trainer } from '../src/train/trainer';
import { handmadeStep, PARAMETERS } from './handmadeStep';

// W1 on WASM, one thread: the compiler's step without statistics, with sampled ones and with all, beside the same step written by hand.
// Blocks of each are run in turn, so that a machine that slows down slows all of them.
const folder = 'bench/W1';
const BLOCK = 100;
const BLOCKS = Number(process.argv[2] ?? 12);

const plan = (statsEvery: number) => ({
  text: readFileSync(join(folder, 'model.nn.yaml'), 'utf8'),
  files: {
    './data.npz': new Uint8Array(readFileSync(join(folder, 'data.npz'))),
    './init.safetensors': new Uint8Array(readFileSync(join(folder, 'init.safetensors'))),
  },
  steps: 1e9,
  statsEvery,
});

interface Contender {
  name: string;
  step: () => Promise<unknown>;
}

async function compiled(name: string, statsEvery: number): Promise<Contender> {
  const trainer = await Trainer.create(plan(statsEvery));
  return { name, step: () => trainer.nextStep() };
}

/** Fed like the trainer feeds: a batch copied in at every step, the state handed round. */
async function handmade(): Promise<Contender> {
  const session = await ort.InferenceSession.create(handmadeStep(), { executionProviders: ['wasm'], graphOptimizationLevel: 'disabled' });
  const weights = decodeTensors(new Uint8Array(readFileSync(join(folder, 'init.safetensors'))), 'init.safetensors');
  const start = Float32Array.from(['l0', 'l1', 'l2'].flatMap((l) => [...weights[`${l}.weight`].data, ...weights[`${l}.bias`].data]));
  const flat = (data: Float32Array) => new ort.Tensor('float32', data, [PARAMETERS]);
  let state = { params: flat(start), m: flat(new Float32Array(PARAMETERS)), v: flat(new Float32Array(PARAMETERS)) };
  const x = new Float32Array(128 * 64).map(() => Math.random());
  const batch = {
    x: new ort.Tensor('float32', new Float32Array(x), [128, 64]),
    y: new ort.Tensor(
      'int32',
      new Int32Array(128).map((_, i) => i % 10),
      [128],
    ),
  };
  const rate = new Float32Array(1);
  const correction2 = new Float32Array(1);
  const scalars = { rate: new ort.Tensor('float32', rate, []), correction2: new ort.Tensor('float32', correction2, []) };
  let t = 0;
  return {
    name: 'by hand',
    step: async () => {
      t++;
      batch.x.data.set(x);
      rate[0] = 0.001 / (1 - 0.9 ** t);
      correction2[0] = Math.sqrt(1 - 0.999 ** t);
      const out = await session.run({ ...batch, ...state, ...scalars });
      state = { params: out.next_params, m: out.next_m, v: out.next_v } as typeof state;
    },
  };
}

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
