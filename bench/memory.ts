import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

// The most memory that the command line's process has while it trains MLPs of so many million weights: `npm run build` first, it runs dist/cli.js.
const MILLIONS = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [0.1, 1, 2, 3, 10];
const STEPS = 30;

/** Of three hidden layers: the model has 2w² + 8w + 2 weights, biases included. */
const widthOf = (weights: number) => Math.round((Math.sqrt(64 + 8 * weights) - 8) / 4);

const model = (width: number) => `data: {source: moons, samples: 2000, noise: 0.1, validation: 0.2}
model: [Linear: ${width}, ReLU, Linear: ${width}, ReLU, Linear: ${width}, ReLU, Linear: 2]
loss: CrossEntropyLoss
optimizer: {Adam: {lr: 0.0001}}
train: {batch_size: 32}
`;

/** Bytes, of a process that still runs; 0 where the system does not tell. */
function peakOf(pid: number): number {
  try {
    return 1024 * Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'layerwise-memory-'));
const table = [];
for (const millions of MILLIONS) {
  const file = join(folder, 'model.nn.yaml');
  writeFileSync(file, model(widthOf(millions * 1e6)));
  const child = spawn(process.execPath, [resolve('dist/cli.js'), 'train', file, '--steps', String(STEPS), '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let peak = 0;
  let start: { params?: number; memory?: number } = {};
  let end: { seconds?: number } = {};
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line) as { type: string } & typeof start & typeof end;
    if (event.type === 'start') start = event;
    if (event.type === 'end') end = event;
    peak = Math.max(peak, peakOf(child.pid!));
  }
  const megabytes = (bytes = 0) => Math.round(bytes / 1e6);
  table.push({
    weights: start.params,
    'reckoned, MB': megabytes(start.memory),
    'peak of the process, MB': megabytes(peak),
    'ms a step': Math.round((1000 * (end.seconds ?? 0)) / STEPS),
  });
}
rmSync(folder, { recursive: true });
console.table(table);
