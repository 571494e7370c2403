import { expect, test } from 'vitest';
import type { LayerMoment } from '../../src/view/protocol';
import { Freeze } from '../../webview/freeze';
import { Store, type StoreMessage } from '../../webview/store';
import type { LayerHistory } from '../../webview/view';
import { runView } from './runView';

const at = (step: number) => ({ step, loss: 1 / step, total_loss: 1 / step, lr: 0.1, grad_norm: 1 });
const update = (step: number): StoreMessage => ({
  type: 'update',
  runId: 'r1',
  state: 'running',
  step,
  stepsPerSecond: 5,
  losses: [at(step)],
  evals: [],
  modes: [],
});

/** A store that has got as far as step 2. */
function storeAt2(): Store {
  const store = new Store();
  store.apply({ type: 'hydrate', run: runView({ step: 1, losses: [at(1)] }), compared: [] });
  store.apply(update(2));
  return store;
}

test('what is held stays while messages arrive, and the newest comes when it is let go', () => {
  const store = storeAt2();
  const freeze = new Freeze();
  expect(freeze.shown(store).run).toBe(store.run);
  freeze.toggle(store, undefined);
  store.apply(update(3));
  const held = freeze.shown(store).run!;
  expect([held.step, held.losses.map(({ step }) => step), freeze.step]).toEqual([2, [1, 2], 2]);
  // A page that is shown again is told everything anew.
  store.apply({ type: 'hydrate', run: runView({ step: 4 }), compared: [] });
  expect(freeze.shown(store).run).toBe(held);
  freeze.toggle(store, undefined);
  expect(freeze.step).toBeUndefined();
  expect(freeze.shown(store).run!.step).toBe(4);
});

test('another run is shown at once', () => {
  const store = storeAt2();
  const freeze = new Freeze();
  freeze.toggle(store, undefined);
  store.apply({ type: 'hydrate', run: runView({ runId: 'r2', step: 1 }), compared: [] });
  expect(freeze.shown(store).run!.runId).toBe('r2');
  expect(freeze.step).toBeUndefined();
});

test('without a run there is nothing to hold', () => {
  const freeze = new Freeze();
  freeze.toggle(new Store(), undefined);
  expect(freeze.step).toBeUndefined();
});

test('the history of a layer is held too, and that of one selected meanwhile ends at the same step', () => {
  const history = (layer: string, ...steps: number[]): LayerHistory => ({
    layer,
    moments: steps.map((step): LayerMoment => ({ step, tensors: {} })),
    normalisation: [],
  });
  const freeze = new Freeze();
  const before = history('linear1', 1, 2);
  expect(freeze.history(before)).toBe(before);
  freeze.toggle(storeAt2(), before);
  expect(freeze.history(history('linear1', 1, 2, 3))).toBe(before);
  const other = freeze.history(history('linear2', 1, 2, 3, 4))!;
  expect(other.moments.map(({ step }) => step)).toEqual([1, 2]);
  // The very same, so that nothing is painted again.
  expect(freeze.history(history('linear2', 1, 2, 3, 4, 5))).toBe(other);
  expect(freeze.history(undefined)).toBeUndefined();
});
