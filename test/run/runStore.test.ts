import { expect, test } from 'vitest';
import { decodeRun, encodeRun } from '../../src/run/runRecord';
import { RunStore, type Cursor } from '../../src/run/runStore';
import type { LayerStats, RunEvent, StepEvent, TensorStats } from '../../src/train/protocol';
import type { RunView, ToView } from '../../src/view/protocol';

const identity = { runId: 'a', file: 'examples/spirals.nn.yaml', uri: 'file:///w/examples/spirals.nn.yaml', name: 'spirals' };
const start: RunEvent = {
  type: 'start',
  name: 'spirals',
  params: 42,
  layers: [{ name: 'linear1', type: 'Linear', line: 7, output: [32, 2], params: 42 }],
  steps: 1000,
  batch_size: 32,
  samples: 300,
  validation_samples: 0,
  no_skill_loss: 0.6931,
  engine: 'wasm',
};
const tensor: TensorStats = { mean: 0, std: 1, min: -2, max: 2, l2: 3, zero_fraction: 0, non_finite: 0 };
const layer: LayerStats = { activation: tensor, gradient: { ...tensor, l2: null, non_finite: 3 }, dead_units: 1, units: 2 };
const step = (n: number, sampled = false): StepEvent => ({
  type: 'step',
  step: n,
  loss: 1 / n,
  total_loss: 1 / n,
  lr: 0.1,
  grad_norm: 1,
  ...(sampled && {
    layers: { linear1: layer },
    params: { 'linear1.weight': { weight: tensor, gradient: tensor, update_l2: 0.1, update_ratio: null } },
  }),
});
const steps = (from: number, to: number): StepEvent[] => Array.from({ length: to - from + 1 }, (_, i) => step(from + i, (from + i) % 10 === 1));

function running(capacity?: number): RunStore {
  const run = RunStore.create(identity, capacity);
  run.apply([start], 0);
  return run;
}

/** What a page holds after the messages, put together as view/protocol.ts says. */
function paint(view: RunView | undefined, message: ToView): RunView | undefined {
  const copy = structuredClone(message);
  if (copy.type === 'hydrate') return copy.run;
  if (copy.type !== 'update' || !view) return view;
  const { losses, evals, ...state } = copy;
  return { ...view, ...state, ...{ type: undefined }, losses: [...view.losses, ...losses], evals: [...view.evals, ...evals] };
}

test.each([16, 4000])('a page that is told piece by piece shows what a page that is told all at once does (capacity %d)', (capacity) => {
  const run = running(capacity);
  let cursor: Cursor | undefined;
  let view: RunView | undefined;
  const kinds = new Set<string>();
  for (let n = 1; n <= 500; n += 7) {
    run.apply([...steps(n, n + 6), { type: 'eval', step: n + 6, train_loss: 1 / n }], 123);
    const told = run.since(cursor);
    kinds.add(told.message.type);
    view = paint(view, told.message);
    cursor = told.cursor;
  }
  run.setState('paused');
  view = paint(view, run.since(cursor).message);
  expect(kinds).toEqual(new Set(['hydrate', 'update']));
  expect(view).toEqual(paint(undefined, run.since(undefined).message));
  expect(view).toMatchObject({ state: 'paused', step: 504, steps: 1000, stepsPerSecond: 123, noSkillLoss: 0.6931 });
  expect(view!.losses.at(-1)!.step).toBe(504);
  expect(view!.evals).toHaveLength(72);
  expect(view!.first!.step).toBe(1);
  expect(view!.now!.step).toBe(501);
});

test('an update carries statistics only when there are new ones', () => {
  const run = running();
  run.apply(steps(1, 5), 1);
  const { cursor } = run.since(undefined);
  run.apply(steps(6, 9), 1);
  const quiet = run.since(cursor);
  expect(quiet.message).toMatchObject({ type: 'update', losses: [{ step: 6 }, { step: 7 }, { step: 8 }, { step: 9 }] });
  expect(quiet.message).not.toHaveProperty('now');
  run.apply(steps(10, 11), 1);
  const news = run.since(quiet.cursor).message;
  expect(news).toMatchObject({ now: { step: 11 } });
  expect(news).not.toHaveProperty('first');
});

test('the end says whether the user ended it', () => {
  for (const [stopped, state] of [
    [true, 'stopped'],
    [false, 'finished'],
  ] as const) {
    const run = running();
    run.apply([...steps(1, 3), { type: 'end', steps: 3, eval_loss: 0.1, seconds: 1, stopped }], 50);
    expect(run.run).toMatchObject({ state, step: 3, stepsPerSecond: 0 });
    expect(run.isActive).toBe(false);
  }
});

test('a run comes back from its file as it was', () => {
  const run = running();
  run.apply(
    [
      ...steps(1, 25),
      { type: 'eval', step: 25, train_loss: 0.04, val_loss: null, val_accuracy: 0.5 },
      { type: 'end', steps: 25, eval_loss: 0.04, seconds: 1, stopped: false },
    ],
    9,
  );
  const back = RunStore.restore(decodeRun(encodeRun(run.snapshot()))!);
  expect(back.run).toEqual(JSON.parse(JSON.stringify(run.run)));
  expect(back.lastLoss).toBe(1 / 25);
});

test('a run that was active when the window closed is shown as cut short', () => {
  const run = running();
  run.apply(steps(1, 12), 80);
  const back = RunStore.restore(decodeRun(encodeRun(run.snapshot()))!);
  expect(back.run).toMatchObject({ state: 'stopped', step: 12, stepsPerSecond: 0, message: expect.stringContaining('step 12') as string });
  expect(back.run.losses).toHaveLength(12);
});

test.each([
  ['empty', () => ''],
  ['cut short', (whole: string) => whole.slice(0, whole.length / 2)],
  ['not a run', () => '{"version":1,"run":{}}'],
  ['of another version', (whole: string) => whole.replace('"version":1', '"version":2')],
  ['of a wrong type', (whole: string) => whole.replace('"losses":[{"step":1', '"losses":[{"step":"1"')],
])('a file that is %s is no run', (_, damage) => {
  const run = running();
  run.apply(steps(1, 30), 1);
  const whole = encodeRun(run.snapshot());
  expect(decodeRun(whole)).toBeDefined();
  expect(damage(whole)).not.toBe(whole);
  expect(decodeRun(damage(whole))).toBeUndefined();
});
