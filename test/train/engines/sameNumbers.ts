import { expect } from 'vitest';
import type { Engine } from '../../../src/train/engines/engine';
import { wasm } from '../../../src/train/engines/wasm';
import type { Checkpoint, EvalEvent, StepEvent } from '../../../src/train/protocol';
import { SessionPool } from '../../../src/train/session';
import { Trainer } from '../../../src/train/trainer';

/** What a run tells on an engine, and where it ends. */
export async function runOn(text: string, engine: Engine, { from, until = Infinity }: { from?: Checkpoint; until?: number } = {}) {
  const trainer = await Trainer.create({ text, files: {}, statsEvery: 10, observe: true }, from, new SessionPool(engine));
  const steps: StepEvent[] = [];
  const evals: EvalEvent[] = [];
  while (!trainer.isFinished && trainer.step < until)
    for (const event of await trainer.next()) {
      if (event.type === 'step') steps.push(event);
      if (event.type === 'eval') evals.push(event);
    }
  const [state, checkpoint] = [await trainer.state(), await trainer.checkpoint()];
  await trainer.release();
  return { steps, evals, state, checkpoint };
}

/** 1e-4 of each figure, or of 1e-3 where it is smaller than that. */
export function expectClose(found: number | null | undefined, expected: number | null | undefined, what: string): void {
  expect(Math.abs(found! - expected!) / Math.max(Math.abs(expected!), 1e-3), `${what}: ${found} for ${expected}`).toBeLessThan(1e-4);
}

/** Losses, gradient norms, statistics and evaluations of an engine against those of WASM. */
export async function expectSameLosses(text: string, engine: Engine): Promise<void> {
  const [expected, found] = [await runOn(text, wasm), await runOn(text, engine)];
  expect(found.steps).toHaveLength(50);
  found.steps.forEach((step, i) => {
    const other = expected.steps[i];
    expectClose(step.loss, other.loss, `loss of step ${step.step}`);
    expect(Object.keys(step.layers ?? {})).toEqual(Object.keys(other.layers ?? {}));
    for (const [name, { activation }] of Object.entries(step.layers ?? {}))
      expectClose(activation.l2, other.layers![name].activation.l2, `L2 of ${name} in step ${step.step}`);
  });
  found.evals.forEach((evaluation, i) => expectClose(evaluation.train_loss, expected.evals[i].train_loss, `evaluation ${i}`));
  expect(found.evals).toHaveLength(expected.evals.length);
  expect(Object.keys(found.state.weights)).toEqual(Object.keys(expected.state.weights));
  expect(found.state.before!.data).toHaveLength(expected.state.before!.data.length);
  expect(Object.keys(found.checkpoint.optimizer)).toEqual(Object.keys(expected.checkpoint.optimizer));
}

/** Half of a run here and half there: the losses of a whole one. */
export async function expectResumesElsewhere(text: string, engine: Engine): Promise<void> {
  const whole = await runOn(text, wasm);
  for (const [first, second] of [
    [engine, wasm],
    [wasm, engine],
  ]) {
    const { checkpoint } = await runOn(text, first, { until: 25 });
    const { steps } = await runOn(text, second, { from: checkpoint });
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 25 }, (_, i) => 26 + i));
    steps.forEach((step, i) => expectClose(step.loss, whole.steps[25 + i].loss, `loss of step ${step.step} on ${second.name}`));
  }
}
