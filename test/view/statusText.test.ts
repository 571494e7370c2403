import { expect, test } from 'vitest';
import { RunStore } from '../../src/run/runStore';
import type { StepEvent } from '../../src/train/protocol';
import { statusText, statusTooltip } from '../../src/view/statusText';

const step = (n: number, loss: number | null): StepEvent => ({ type: 'step', step: n, loss, total_loss: loss, lr: 0.1, grad_norm: 1 });

/** A run of 4,500 steps after these losses. */
function runAfter(...losses: (number | null)[]): RunStore {
  const run = RunStore.create({ runId: 'a', file: 'examples/digits.nn.yaml', uri: 'file:///digits.nn.yaml', name: 'digits' });
  const layers = [{ name: 'linear1', type: 'Linear', line: 3, output: [64, 10], params: 650 }];
  const figures = { params: 650, steps: 4500, batch_size: 64, samples: 1438, validation_samples: 359, engine: 'wasm' };
  run.apply([{ type: 'start', name: 'digits', layers, ...figures }, ...losses.map((loss, i) => step(i + 1, loss))], 812.4);
  return run;
}

test('while it trains: step, loss and speed', () => {
  expect(statusText(runAfter(2.302, 0.031248))).toEqual({ icon: 'pulse', line: 'digits: step 2 / 4,500 · loss 0.03125 · 812 steps/s' });
});

test('a loss that is not a number is said in words', () => {
  expect(statusText(runAfter(2.3, null)).line).toBe('digits: step 2 / 4,500 · loss not finite · 812 steps/s');
});

test('before the first event', () => {
  const run = RunStore.create({ runId: 'a', file: 'digits.nn.yaml', uri: 'file:///digits.nn.yaml', name: 'digits' });
  expect(statusText(run).line).toBe('digits: starting…');
});

test('every state has a word, and what ended the run is in the tooltip', () => {
  const run = runAfter(1);
  run.setState('paused');
  expect(statusText(run)).toEqual({ icon: 'debug-pause', line: 'digits: paused · step 1 / 4,500 · loss 1.000' });
  run.end('failed', 'It ran out of memory.');
  expect(statusText(run)).toEqual({ icon: 'error', line: 'digits: failed · step 1 / 4,500 · loss 1.000' });
  expect(statusTooltip(run).split('\n')).toEqual(['examples/digits.nn.yaml · failed', 'It ran out of memory.', 'Select to open the dashboard.']);
});
