import { describe, expect, test } from 'vitest';
import type { LossPoint } from '../../src/view/protocol';
import { mergePairs, Store, type StoreMessage } from '../../webview/store';
import { editMark, finding, runView, snapshot, trials } from './runView';

const point = (step: number, loss: number | null): LossPoint => ({ step, loss, total_loss: loss, lr: 0.1, grad_norm: 1 });
const update = (changes: Partial<Extract<StoreMessage, { type: 'update' }>> = {}): StoreMessage => ({
  type: 'update',
  runId: 'r1',
  state: 'running',
  step: 1,
  stepsPerSecond: 5,
  losses: [],
  evals: [],
  modes: [],
  ...changes,
});

describe('the store', () => {
  test('is filled by a hydration, emptied by one without a run', () => {
    const store = new Store();
    store.apply({ type: 'hydrate', compared: [], run: runView(), selectedLayer: 'linear1' });
    expect([store.run?.name, store.selected]).toEqual(['moons', 'linear1']);
    store.apply({ type: 'hydrate', compared: [] });
    expect([store.run, store.selected]).toEqual([undefined, undefined]);
  });

  test('an update replaces the state, appends the points, keeps the statistics it does not bring', () => {
    const store = new Store();
    const first = snapshot(1, {});
    const now = snapshot(2, {});
    store.apply({ type: 'hydrate', compared: [], run: runView({ losses: [point(1, 3)], first }) });
    expect(store.apply(update({ step: 2, losses: [point(2, 2)], now }))).toBe(true);
    store.apply(update({ step: 3, state: 'failed', message: 'out of memory', losses: [point(3, null)] }));
    expect(store.run).toMatchObject({ step: 3, state: 'failed', message: 'out of memory', first, now });
    expect(store.run!.losses.map((p) => [p.step, p.loss])).toEqual([
      [1, 3],
      [2, 2],
      [3, null],
    ]);
  });

  test('edits and checkpoints stay until an update brings others, and a comparison until the next hydration', () => {
    const store = new Store();
    const compared = [{ runId: 'r2', name: 'circles', losses: [], evals: [], layers: [], differs: [] }];
    store.apply({ type: 'hydrate', run: runView({ edits: [editMark(1, 5)], checkpoints: [4] }), compared });
    store.apply(update({ step: 6 }));
    expect([store.run!.edits.length, store.run!.checkpoints, store.compared]).toEqual([1, [4], compared]);
    store.apply(update({ step: 9, edits: [editMark(1, 5), editMark(2, 8)], checkpoints: [4, 8] }));
    expect([store.run!.edits.length, store.run!.checkpoints]).toEqual([2, [4, 8]]);
    store.apply({ type: 'hydrate', run: runView(), compared: [] });
    expect(store.compared).toEqual([]);
  });

  test('what was found and measured stays until an update brings it anew; findings that are gone are gone', () => {
    const store = new Store();
    const health = { findings: [finding('dead-relu')], passed: [] };
    store.apply({ type: 'hydrate', run: runView({ health }), compared: [] });
    store.apply(update({ step: 2, trials: trials() }));
    expect([store.run!.health, store.run!.trials]).toEqual([health, trials()]);
    store.apply(update({ step: 3, health: { findings: [], passed: ['units are alive'] } }));
    store.apply(update({ step: 4, trials: trials({ state: 'done' }) }));
    expect([store.run!.health, store.run!.trials]).toEqual([{ findings: [], passed: ['units are alive'] }, trials({ state: 'done' })]);
    store.apply({ type: 'hydrate', run: runView(), compared: [] });
    expect([store.run!.health, store.run!.trials]).toEqual([undefined, undefined]);
  });

  test('an update of another run, or before any run, changes nothing', () => {
    const store = new Store();
    expect(store.apply(update())).toBe(false);
    store.apply({ type: 'hydrate', compared: [], run: runView() });
    expect(store.apply(update({ runId: 'r2', step: 9 }))).toBe(false);
    expect(store.run!.step).toBe(0);
  });

  test('points that the hydration already had are not shown twice', () => {
    const store = new Store();
    store.apply({ type: 'hydrate', compared: [], run: runView({ losses: [point(1, 3), point(2, 2)] }) });
    store.apply(update({ losses: [point(2, 2), point(3, 1)] }));
    expect(store.run!.losses.map((p) => p.step)).toEqual([1, 2, 3]);
  });

  test('a run of days stays bounded and keeps its first and last step', () => {
    const store = new Store();
    store.apply({ type: 'hydrate', compared: [], run: runView() });
    for (let step = 1; step <= 100_000; step += 100) store.apply(update({ losses: Array.from({ length: 100 }, (_, i) => point(step + i, 1)) }));
    expect(store.run!.losses.length).toBeLessThanOrEqual(12_000);
    expect(store.run!.losses.length).toBeGreaterThan(3_000);
    expect(store.run!.losses.at(-1)!.step).toBe(100_000);
    expect(store.run!.losses.every((p) => Math.abs(p.loss! - 1) < 1e-12)).toBe(true);
  });
});

test('merging keeps the mean over the steps each point stands for, and what was not finite', () => {
  // Steps 1–3 at 6, steps 4 at 2: the mean over four steps is 5.
  expect(mergePairs([point(3, 6), point(4, 2)])).toMatchObject([{ step: 4, loss: 5 }]);
  expect(mergePairs([point(1, 1), point(2, null), point(3, 7)])).toMatchObject([
    { step: 2, loss: null },
    { step: 3, loss: 7 },
  ]);
});
