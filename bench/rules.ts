import { readFileSync } from 'node:fs';
import { History } from '../src/run/history';
import { RunDiagnosis } from '../src/run/runDiagnosis';
import type { Plan } from '../src/train/protocol';
import { configureEngine } from '../src/train/engines/wasm';
import { Trainer } from '../src/train/trainer';

// What being looked after costs: steps with statistics as the extension takes them, kept and judged as it does it but in the same thread,
// beside the same steps with none of that. Blocks of both take turns, so that a machine that slows down slows both.
const BLOCK_SECONDS = 2;
const BLOCKS = Number(process.argv[2] ?? 8);
/** As ActiveRun paces it. */
const EVERY_MS = 500;
const SHARE = 0.05;

interface Contender {
  trainer: Trainer;
  after: () => void;
  /** Milliseconds that the rules took, and how often they were asked. */
  judged: { spent: number; times: number };
}

async function plain(plan: Plan): Promise<Contender> {
  return { trainer: await Trainer.create({ ...plan, statsEvery: 0 }), after: () => undefined, judged: { spent: 0, times: 0 } };
}

async function lookedAfter(plan: Plan): Promise<Contender> {
  const trainer = await Trainer.create({ ...plan, statsEvery: 10, statsShare: 0.05 });
  const history = new History(plan.text);
  const diagnosis = new RunDiagnosis();
  history.apply(trainer.start);
  const judged = { spent: 0, times: 0 };
  let next = 0;
  const step = trainer.nextStep.bind(trainer);
  trainer.nextStep = async () => {
    const event = await step();
    history.apply(event);
    return event;
  };
  const after = () => {
    const began = performance.now();
    if (began < next) return;
    diagnosis.update(history);
    const spent = performance.now() - began;
    next = began + spent + Math.max(EVERY_MS, spent / SHARE);
    judged.spent += spent;
    judged.times++;
  };
  return { trainer, after, judged };
}

async function stepsPerSecond({ trainer, after }: Contender): Promise<number> {
  const [began, first] = [performance.now(), trainer.step];
  while (performance.now() - began < 1000 * BLOCK_SECONDS) {
    await trainer.nextStep();
    after();
  }
  return (1000 * (trainer.step - first)) / (performance.now() - began);
}

const file = (path: string) => readFileSync(path, 'utf8');
const bytes = (path: string) => new Uint8Array(readFileSync(path));
const deep = `data: {source: moons, samples: 1000, validation: 0.2}
model:
${'  - Linear: 16\n  - Tanh\n'.repeat(50)}  - Linear: 2
loss: CrossEntropyLoss
train: {batch_size: 64}
`;
const models: Record<string, Pick<Plan, 'text' | 'files'>> = {
  'W1, an MLP': {
    text: file('bench/W1/model.nn.yaml'),
    files: { './data.npz': bytes('bench/W1/data.npz'), './init.safetensors': bytes('bench/W1/init.safetensors') },
  },
  'digits, convolutions': { text: file('examples/digits.nn.yaml'), files: { './digits.csv': bytes('examples/digits.csv') } },
  'vanishing, 21 layers': { text: file('examples/vanishing.nn.yaml'), files: {} },
  '101 layers': { text: deep, files: {} },
};

const median = (list: number[]) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

configureEngine({ threads: 1 });
const table = [];
for (const [name, model] of Object.entries(models)) {
  const plan = { ...model, steps: 1e9, statsEvery: 0 };
  const [without, withAll] = [await plain(plan), await lookedAfter(plan)];
  const ratios: number[] = [];
  for (let block = -1; block < BLOCKS; block++) {
    const [a, b] = [await stepsPerSecond(without), await stepsPerSecond(withAll)];
    if (block >= 0) ratios.push(a / b);
  }
  const { spent, times } = withAll.judged;
  table.push({
    model: name,
    'time to plain': median(ratios).toFixed(3),
    range: `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`,
    'ms for all rules': (spent / times).toFixed(1),
  });
  await without.trainer.release();
  await withAll.trainer.release();
}
console.table(table);
process.exit(0);
