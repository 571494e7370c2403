import * as ort from 'onnxruntime-web';
import { Trainer } from '../src/train/trainer';
import { spread } from './engines/report';

// How the cost of a step grows: one MLP on WASM, one thread, made deeper, wider and fed larger batches, plain and with statistics of every layer on
// every step. What is compared is trained in turns, so that a machine that slows down slows all of them, and time is the processor's: what other
// programs take does not count.
const ROUNDS = Number(process.argv[2] ?? 9);
/** Milliseconds of a block, and rounds that are left out. */
const BLOCK = 120;
const WARM = 8;

interface Sizes {
  depth: number;
  width: number;
  batch: number;
}

/** The middle of every axis. */
const BASE: Sizes = { depth: 8, width: 64, batch: 128 };
const AXES: Record<keyof Sizes, number[]> = { depth: [2, 4, 8, 16, 32], width: [16, 32, 64, 128, 256], batch: [8, 32, 128, 512, 2048] };

const modelFile = ({ depth, width, batch }: Sizes): string => `
data: {source: moons, samples: 4096, noise: 0.2}
model:
- Repeat: {times: ${depth}, layers: [{Linear: ${width}}, Tanh]}
- Linear: 2
loss: CrossEntropyLoss
optimizer: Adam
train: {batch_size: ${batch}, steps: 1000000000}
`;

interface Subject {
  sizes: Sizes;
  compile: number;
  watched: number;
  params: number;
  trainers: { trainer: Trainer; steps: number; times: number[] }[];
}

async function subject(sizes: Sizes): Promise<Subject> {
  const begin = async (statsEvery: number) => ({
    trainer: await Trainer.create({ text: modelFile(sizes), files: {}, statsEvery }),
    steps: 1,
    times: [],
  });
  const plain = await begin(0);
  const began = performance.now();
  const watching = await begin(1);
  const compile = performance.now() - began;
  const { layers, params } = watching.trainer.start;
  return { sizes, compile, watched: layers.length, params, trainers: [plain, watching] };
}

/** Microseconds of a step. */
async function block(trainer: Trainer, steps: number): Promise<number> {
  const began = process.cpuUsage();
  for (let n = 0; n < steps; n++) await trainer.nextStep();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / steps;
}

async function measure(subjects: readonly Subject[]): Promise<void> {
  for (let round = -WARM; round < ROUNDS; round++)
    for (const { trainers } of subjects)
      for (const one of trainers) {
        const time = await block(one.trainer, one.steps);
        if (round >= 0) one.times.push(time);
        else one.steps = Math.max(1, Math.round((1000 * BLOCK) / time));
      }
}

/** By round: how many times as long one takes as the other. */
const times = (a: readonly number[], b: readonly number[]): string => {
  const { median, low, high } = spread(a.map((time, round) => time / b[round]));
  return `${median.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
};

ort.env.wasm.numThreads = 1;
for (const [axis, values] of Object.entries(AXES) as [keyof Sizes, number[]][]) {
  const subjects: Subject[] = [];
  for (const value of values) subjects.push(await subject({ ...BASE, [axis]: value }));
  await measure(subjects);
  const rows = subjects.map(({ sizes, compile, watched, params, trainers: [plain, watching] }, i) => {
    const extra = spread(watching.times.map((time, round) => time - plain.times[round])).median;
    const before = subjects[i - 1]?.trainers[0];
    return {
      [axis]: sizes[axis],
      parameters: params,
      'µs a step': spread(plain.times).median.toFixed(0),
      '× the row above': before ? times(plain.times, before.times) : '',
      'with statistics ×': times(watching.times, plain.times),
      'layers watched': watched,
      'µs a layer watched': (extra / watched).toFixed(1),
      'preparing, ms': compile.toFixed(0),
    };
  });
  console.table(rows);
  for (const { trainers } of subjects) for (const { trainer } of trainers) await trainer.release();
}
process.exit(0);
