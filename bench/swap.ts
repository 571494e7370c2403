import { resolve } from 'node:path';
import { checkStep } from '../src/editor/checkStep';
import { loadDataset } from '../src/data/load';
import { filesOf } from '../src/train/planFiles';
import { LOSSES } from '../src/model/losses';
import { outlineModel } from '../src/model/outline';
import { parseModel } from '../src/model/parse';
import type { FromTrainer } from '../src/train/protocol';
import { prepare } from '../src/train/prepare';
import { startWorker } from '../src/train/startWorker';

// From an edited text to the first step of the new model, in the trainer's real thread; and what 500 edits leave behind in memory.
// npm run build first: the thread runs dist/trainer.js.
const SWAPS = Number(process.argv[2] ?? 500);
/** As in src/editor/modelDocuments.ts. */
const TYPING_PAUSE_MS = 200;

/** Ten blocks of Linear, BatchNorm1d and Tanh: about 300 nodes in a step with statistics. */
const text = (lr: number, inserted = '', width = 32) => `data: {source: blobs, samples: 2000, classes: 10, validation: 0.2}
model:
  - Repeat: {times: 4, layers: [{Linear: ${width}}, BatchNorm1d, Tanh]}
${inserted}  - Linear: 10
loss: CrossEntropyLoss
optimizer: {AdamW: {lr: ${lr}}}
train: {batch_size: 64, steps: 100000000}
`;

const kinds: [name: string, text: (i: number) => string][] = [
  ['a number', (i) => text(0.001 + i * 1e-6)],
  ['a layer in, a layer out', (i) => text(0.001, i % 2 ? '  - BatchNorm1d\n' : '')],
  ['a width', (i) => text(0.001, '', i % 2 ? 40 : 32)],
];

const told: FromTrainer[] = [];
let hear: () => void = () => undefined;
const trainer = startWorker(resolve('dist/trainer.js'))({
  message: (message) => {
    told.push(message);
    hear();
  },
  gone: (reason) => {
    throw new Error(reason);
  },
});

/** Resolves with the next message that fits. */
const next = (fits: (message: FromTrainer) => boolean): Promise<void> =>
  new Promise((done) => {
    told.length = 0;
    hear = () => told.some(fits) && done();
  });
const isStep = (message: FromTrainer) => message.type === 'events' && message.events.some((event) => event.type === 'step');

let id = 0;
/** Milliseconds from the message to the first step of the new model, and to it being known here. */
async function swap(model: string): Promise<number> {
  const began = performance.now();
  const swapped = next((message) => message.type === 'swapped' || message.type === 'refused');
  trainer.send({ type: 'swap', id: ++id, plan: { text: model, statsEvery: 10 }, carry: { resized: 'fresh', inserted: 'continue' } });
  await swapped;
  const refused = told.find((message) => message.type === 'refused');
  if (refused) throw new Error(refused.problem.message);
  if (!told.slice(told.findIndex(({ type }) => type === 'swapped')).some(isStep)) await next(isStep);
  return performance.now() - began;
}

/** Milliseconds that the editor takes to understand a text, its data being known. */
async function analyse(model: string): Promise<number> {
  const first = parseModel(model).spec!;
  const dataset = await loadDataset(first.data, LOSSES[first.loss.name].target, filesOf({ files: {} }));
  const began = performance.now();
  const spec = parseModel(model).spec!;
  const { layers } = outlineModel(spec, dataset.train.x.sampleShape);
  const problems = checkStep(model, spec, dataset, layers.length);
  if (problems.length) throw new Error(problems[0].message);
  return performance.now() - began;
}

const sorted = (list: number[]) => [...list].sort((a, b) => a - b);
const at = (list: number[], share: number) => Math.round(sorted(list)[Math.floor((list.length - 1) * share)]);

const nodes = (await prepare({ text: text(0.001), files: {}, statsEvery: 10 })).step.graph.nodes.length;
trainer.send({ type: 'start', plan: { text: text(0.001), files: {}, statsEvery: 10 } });
await next(isStep);
const table = [];
for (const [name, model] of kinds) {
  const [waits, reads]: number[][] = [[], []];
  for (let i = 1; i <= 24; i++) {
    reads.push(await analyse(model(i)));
    waits.push(await swap(model(i)));
  }
  const whole = waits.map((wait, i) => TYPING_PAUSE_MS + reads[i] + wait);
  table.push({
    edit: name,
    'editor, ms': at(reads, 0.5),
    'trainer, ms': at(waits, 0.5),
    'keystroke to step, ms': at(whole, 0.5),
    worst: Math.max(...whole.map(Math.round)),
  });
}
console.log(`${nodes} nodes in the step graph, statistics included; a pause in typing of ${TYPING_PAUSE_MS} ms counts in`);
console.table(table);

// The thread shares the process: its memory is in the resident set.
const megabytes = () => Math.round(process.memoryUsage.rss() / 2 ** 20);
const memory = [];
for (let i = 0; i <= SWAPS; i++) {
  if (i % Math.ceil(SWAPS / 10) === 0) memory.push({ swaps: i, 'resident, MB': megabytes() });
  await swap(kinds[i % kinds.length][1](i));
}
console.table(memory);
process.exit(0);
