import { describe, expect, test } from 'vitest';
import { History, LIMITS } from '../../src/run/history';
import { RunStore, type Cursor, type LayerCursor } from '../../src/run/runStore';
import type { RunView, ToView } from '../../src/view/protocol';
import type { Outcome } from '../../src/train/outcome';
import { edit, end, identity, layer, observation, start, step, steps } from './events';

function running(limits = LIMITS): RunStore {
  const run = RunStore.create(identity, new History(identity.text, limits));
  run.apply([start], 0);
  return run;
}

/** The model file that a step was trained with. */
const textAt = (run: RunStore, n: number): string => run.textAfter(run.editAt(n - 1));

/** What a page holds after the messages, put together as view/protocol.ts says. */
function paint(view: RunView | undefined, message: ToView): RunView | undefined {
  const copy = structuredClone(message);
  if (copy.type === 'hydrate') return copy.run;
  if (copy.type !== 'update' || !view) return view;
  const { losses, evals, modes, ...state } = copy;
  const appended = { losses: [...view.losses, ...losses], evals: [...view.evals, ...evals], modes: [...view.modes, ...modes] };
  return { ...view, ...state, ...{ type: undefined }, ...appended };
}

/** A page that is told of everything at every call. */
function follow(run: RunStore) {
  let cursor: Cursor | undefined;
  let view: RunView | undefined;
  return (): { type: string; view: RunView } => {
    const told = run.since(cursor);
    cursor = told.cursor;
    view = paint(view, told.message);
    return { type: told.message.type, view: view! };
  };
}

test.each([16, 4000])('a page that is told piece by piece shows what a page that is told all at once does (capacity %d)', (losses) => {
  const run = running({ ...LIMITS, losses });
  const look = follow(run);
  const kinds = new Set<string>();
  for (let n = 1; n <= 500; n += 7) {
    if (n === 197) run.apply([edit(1, 196)], 123);
    run.apply([...steps(n, n + 6), observation(n + 5), { type: 'eval', step: n + 6, train_loss: 1 / n }], 123);
    if (n === 211) run.setCheckpoints([{ step: 196, edit: 0 }]);
    kinds.add(look().type);
  }
  run.setState('paused');
  const { view } = look();
  expect(kinds).toEqual(new Set(['hydrate', 'update']));
  expect(view).toEqual(paint(undefined, run.since(undefined).message));
  expect(view).toMatchObject({ state: 'paused', step: 504, steps: 1000, noSkillLoss: 0.6931, checkpoints: [196] });
  expect(view.losses.at(-1)!.step).toBe(504);
  expect(view.evals).toHaveLength(72);
  expect(view.first!.step).toBe(1);
  expect(view.now!.step).toBe(501);
  expect(view.before!.step).toBe(481);
  expect([view.firstProfile!.step, view.profile!.step]).toEqual([6, 503]);
  expect(view.profile!.layers.linear2).toEqual({ activation: [-503, -1, 0, 1, 503], gradient: [-1, -1, 0, 1, 1] });
  expect([view.modes.length, view.modes.at(-1)]).toEqual([72, { step: 503, train: 1 / 504, eval: null }]);
  expect(view.edits).toMatchObject([{ id: 1, step: 196, changes: ['lr → 1'], canRevert: true, effect: { flowBefore: 171 / 172 } }]);
});

test('a page is told of statistics, edits and checkpoints only when there are new ones, and never of the text', () => {
  const run = running();
  run.apply(steps(1, 5), 1);
  const { cursor, message } = run.since(undefined, 0);
  expect(message).not.toHaveProperty('run.text');
  run.apply(steps(6, 9), 1);
  const quiet = run.since(cursor, 1000);
  expect(quiet.message).toMatchObject({ type: 'update', losses: [{ step: 6 }, { step: 7 }, { step: 8 }, { step: 9 }] });
  for (const key of ['now', 'first', 'edits', 'checkpoints']) expect(quiet.message).not.toHaveProperty(key);
  run.apply(steps(10, 11), 1);
  const news = run.since(quiet.cursor, 2000);
  expect(news.message).toMatchObject({ type: 'update', now: { step: 11 } });
  expect(news.message).not.toHaveProperty('first');
  run.apply([edit(1, 11)], 1);
  expect(run.since(news.cursor).message).toMatchObject({ type: 'update', edits: [{ id: 1, canRevert: false }] });
});

test('statistics of a running model are told no more often than a page can take, the newest of one that stands still at once', () => {
  const run = running();
  run.apply(steps(1, 11), 1);
  const first = run.since(undefined, 0);
  run.apply(steps(12, 21), 1);
  const early = run.since(first.cursor, 499);
  expect(early.message).toMatchObject({ losses: { length: 10 } });
  expect(early.message).not.toHaveProperty('now');
  expect(run.since(early.cursor, 500).message).toMatchObject({ now: { step: 21 }, losses: [] });
  run.setState('paused');
  expect(run.since(early.cursor, 499).message).toMatchObject({ now: { step: 21 } });
});

test('other layers: everything is told anew, and statistics of the layers before are not shown as theirs', () => {
  const run = running();
  const look = follow(run);
  run.apply(steps(1, 25), 1);
  expect(look().view).toMatchObject({ first: { step: 1 }, now: { step: 21 } });
  const layers = [layer('linear1'), layer('linear9', 8)];
  run.apply([edit(1, 25, { layers, steps: 2000 })], 1);
  const { type, view } = look();
  expect({ type, ...view }).toMatchObject({ type: 'hydrate', layers, steps: 2000 });
  expect([view.first, view.now]).toEqual([undefined, undefined]);
  run.apply(steps(26, 45, ['linear1', 'linear9']), 1);
  expect(look()).toMatchObject({ type: 'update', view: { first: { step: 31 }, now: { step: 41 } } });
  // An edit that leaves the layers alone, only that they stand elsewhere now.
  run.apply([edit(2, 45, { layers: [layer('linear1', 9), layer('linear9', 10)], steps: 2000 })], 1);
  expect(look()).toMatchObject({ type: 'hydrate', view: { first: { step: 31 }, now: { step: 41 }, layers: [{ line: 9 }, { line: 10 }] } });
});

test('the past of a step: its layers, and the nearest statistics that fit them', () => {
  const run = running();
  run.apply(steps(1, 25), 1);
  run.apply([edit(1, 25, { layers: [layer('other')] }), ...steps(26, 45, ['other']), edit(2, 45, { layers: [layer('third')] })], 1);
  const past = (n: number) => {
    const { step: at, snapshot, layers } = run.past(n);
    return [at, snapshot?.step, layers.map(({ name }) => name).join()];
  };
  expect(past(13)).toEqual([11, 11, 'linear1,linear2']);
  expect(past(17)).toEqual([21, 21, 'linear1,linear2']);
  // The edit came after step 25; 31 would be nearer to 26 than nothing, and 21 is not of these layers.
  expect(past(25)).toEqual([21, 21, 'linear1,linear2']);
  expect(past(26)).toEqual([31, 31, 'other']);
  expect(past(45)).toEqual([41, 41, 'other']);
  expect(past(46)).toEqual([46, undefined, 'third']);
  expect([1, 25, 26, 45, 46].map((n) => textAt(run, n))).toEqual([identity.text, identity.text, 'text 1\n', 'text 1\n', 'text 2\n']);
  expect([run.textBefore(1), run.textAfter(1), run.textBefore(2), run.textAfter(2)]).toEqual([identity.text, 'text 1\n', 'text 1\n', 'text 2\n']);
});

test('an edit tells its effect as steps come', () => {
  const run = running();
  run.apply([...steps(1, 150), edit(1, 150)], 1);
  expect(run.run.edits[0].effect).toEqual({ slopeBefore: expect.any(Number), flowBefore: 121 / 122 });
  run.apply(steps(151, 160), 1);
  const early = run.run.edits[0].effect.slopeAfter!;
  // d log10(1/n) / dn in the middle, per 100 steps.
  expect(early).toBeCloseTo(-100 / 155.5 / Math.LN10, 3);
  run.apply(steps(161, 400), 1);
  const settled = run.run.edits[0].effect;
  expect(settled.slopeAfter).toBeCloseTo(-100 / 200 / Math.LN10, 1);
  expect(settled.flowAfter).toBe(171 / 172);
  run.apply(steps(401, 500), 1);
  expect(run.run.edits[0].effect).toBe(settled);
});

test('going on from an earlier step forgets all that came after', () => {
  const run = running();
  const look = follow(run);
  run.apply([...steps(1, 20), { type: 'eval', step: 20, train_loss: 0.5, val_accuracy: 0.7, is_best: true }, edit(1, 30)], 100);
  run.apply([...steps(21, 60), { type: 'eval', step: 60, train_loss: 0.2, val_accuracy: 0.9, is_best: true }, edit(2, 60), end(60, true)], 100);
  expect(run.run).toMatchObject({ state: 'stopped', best: { step: 60, metric: 'val_accuracy', value: 0.9 }, seconds: 0.6 });
  look();
  run.apply([start, { type: 'resume', step: 40 }], 0);
  const { type, view } = look();
  expect(type).toBe('hydrate');
  expect(view).toMatchObject({ state: 'running', step: 40, edits: [{ id: 1 }], now: { step: 31 }, evals: [{ step: 20 }], layers: start.layers });
  expect(view.losses.at(-1)!.step).toBe(40);
  expect(run.run.best).toEqual({ step: 20, metric: 'val_accuracy', value: 0.7 });
  expect(textAt(run, 1000)).toBe('text 1\n');
  run.apply(steps(41, 45), 1);
  expect(look()).toMatchObject({ type: 'update', view: { step: 45 } });
  expect(look().view.losses.map((point) => point.step)).toEqual(Array.from({ length: 45 }, (_, i) => i + 1));
});

test('a checkpoint of before an edit takes that edit along, its `resume` event alone does not', () => {
  for (const [edits, left] of [
    [0, []],
    [1, [1]],
  ] as const) {
    const run = running();
    run.apply([...steps(1, 20), edit(1, 20, { layers: [layer('other')] })], 100);
    run.goBack({ step: 20, edit: edits, seconds: 0.25 });
    run.apply([edits ? { ...start, layers: [layer('other')] } : start, { type: 'resume', step: 20 }], 100);
    expect(run.run.edits.map(({ id }) => id)).toEqual(left);
    expect(run.run).toMatchObject({ seconds: 0.25, step: 20, layers: edits ? [{ name: 'other' }] : start.layers });
  }
});

test('a trainer that starts without going on from anywhere begins anew', () => {
  const run = running();
  run.apply(steps(1, 50), 1);
  run.apply([start, ...steps(1, 3)], 1);
  expect(run.run.losses.map((point) => point.step)).toEqual([1, 2, 3]);
  expect(run.run).toMatchObject({ step: 3, first: { step: 1 }, now: { step: 1 } });
});

test('an edit that is made again after a restart is one edit', () => {
  const run = running();
  run.apply([...steps(1, 20), edit(1, 20), edit(2, 20), ...steps(21, 24)], 1);
  run.apply([start, { type: 'resume', step: 20 }, edit(2, 20, { text: 'again\n' })], 1);
  expect(run.run.edits.map(({ id }) => id)).toEqual([1, 2]);
  expect(run.textAfter(2)).toBe('again\n');
});

test('a branch has the history up to its step and a life of its own', () => {
  const run = running();
  run.apply([...steps(1, 30), edit(1, 30), ...steps(31, 60), edit(2, 60), ...steps(61, 90)], 100);
  run.setState('paused');
  const branch = run.branch({ ...identity, runId: 'b', text: 'text 1\n' }, 60);
  expect(branch.run).toMatchObject({
    runId: 'b',
    state: 'starting',
    step: 60,
    parent: { runId: 'a', name: 'spirals', step: 60 },
    edits: [{ id: 1 }],
  });
  expect(branch.run.seconds).toBeCloseTo(0.6, 9);
  branch.apply([start, { type: 'resume', step: 60 }, ...steps(61, 70)], 100);
  expect(branch.run.losses).toHaveLength(70);
  expect(run.run.losses).toHaveLength(90);
  // With the text of after the edit it is a branch of after the edit.
  expect(run.branch({ ...identity, text: 'text 2\n' }, 60).run.edits).toHaveLength(2);
  expect(run.branch({ ...identity, text: identity.text }, 30).run.edits).toHaveLength(0);
  // The start's text may be that of a later edit too: what was trained in between stays.
  expect(textAt(run.branch({ ...identity, text: 'something else\n' }, 90), 91)).toBe('something else\n');
});

test('which checkpoints can be reverted to, and which one is nearest', () => {
  const run = running();
  run.apply([...steps(1, 30), edit(1, 30), edit(4, 30), ...steps(31, 60)], 1);
  run.setCheckpoints([
    { step: 10, edit: 0 },
    { step: 30, edit: 1 },
    { step: 30, edit: 4 },
    { step: 50, edit: 4 },
  ]);
  expect(run.run.checkpoints).toEqual([10, 30, 50]);
  expect(run.run.edits.map(({ canRevert }) => canRevert)).toEqual([false, true]);
  expect([9, 29, 30, 1000].map((n) => run.checkpointAt(n))).toEqual([undefined, { step: 10, edit: 0 }, { step: 30, edit: 4 }, { step: 50, edit: 4 }]);
});

test('however long the run and however many its edits, it stays small', () => {
  const limits = { losses: 40, evals: 20, statistics: 12, observations: 8, edits: 5 };
  const run = running(limits);
  for (let n = 0; n < 3000; n += 10) {
    run.apply([...steps(n + 1, n + 10), { type: 'eval', step: n + 10, train_loss: 1, ...(n === 700 && { is_best: true as const }) }], 1);
    if (n % 50 === 0) run.apply([edit(n + 1, n + 10)], 1);
    const { lines } = run.unwritten(undefined);
    const count = (type: string) => lines.filter((line) => line.type === type).length;
    expect([count('step') <= 40, count('eval') <= 20, count('statistics') <= 12, count('edit') <= 5]).toEqual([true, true, true, true]);
  }
  // What something hangs on is there still.
  expect(run.run.first!.step).toBe(1);
  expect(run.run.best!.step).toBe(710);
  expect(run.unwritten(undefined).lines.filter((line) => line.type === 'statistics')[0]).toMatchObject({ step: 1 });
  expect(run.run.edits.at(-1)!.id).toBe(2951);
});

test('the end says whether the user ended it', () => {
  for (const [stopped, state] of [
    [true, 'stopped'],
    [false, 'finished'],
  ] as const) {
    const run = running();
    run.apply([...steps(1, 3), end(3, stopped)], 50);
    expect(run.run).toMatchObject({ state, step: 3, stepsPerSecond: 0, seconds: 0.03 });
    expect(run.isActive).toBe(false);
  }
});

test('a summary says what a list shows', () => {
  const run = running();
  run.apply([step(1), { type: 'eval', step: 1, train_loss: 0.5, val_loss: null, val_r2: null, train_r2: 0.25, is_best: true }], 10);
  run.rename('wide');
  run.pin(true);
  expect(run.summary()).toEqual({
    version: 2,
    runId: 'a',
    name: 'spirals',
    file: identity.file,
    uri: identity.uri,
    created: expect.any(String),
    updated: expect.any(String),
    state: 'running',
    step: 1,
    steps: 1000,
    seconds: 0.1,
    params: 84,
    best: { step: 1, metric: 'train_r2', value: 0.25 },
    title: 'wide',
    isPinned: true,
  });
});

describe('what was seen of a layer', () => {
  /** As a page puts it together: what was told after `after` does not hold any more. */
  function watch(run: RunStore, name: string) {
    let cursor: LayerCursor | undefined;
    let steps: number[] = [];
    return (): number[] => {
      const { after, moments, cursor: next } = run.layerSince(name, cursor);
      cursor = next;
      steps = [...steps.filter((at) => at <= after), ...moments.map(({ step: at }) => at)];
      return steps;
    };
  }

  test('told piece by piece it is what is told at once, also where it is thinned', () => {
    const run = running({ ...LIMITS, observations: 10 });
    const look = watch(run, 'linear2');
    for (let n = 0; n < 500; n += 5) {
      run.apply([...steps(n + 1, n + 5), observation(n)], 1);
      look();
    }
    expect(look()).toEqual(watch(run, 'linear2')());
    expect(look().length).toBeLessThanOrEqual(21);
    expect(look().at(-1)).toBe(495);
  });

  test('has its tensors by name, from the start on, and of a normalisation its statistics', () => {
    const run = running();
    const normalised = step(1, ['linear1']);
    normalised.layers!.linear1.normalisation = { gamma: { mean: 1, std: 0, min: 1, max: 1 } };
    run.apply([observation(0), normalised, observation(1)], 1);
    const { moments, normalisation } = run.layerSince('linear1');
    expect(moments.map(({ tensors }) => Object.keys(tensors))).toEqual([
      ['activation', 'gradient', 'weight'],
      ['activation', 'gradient', 'weight', 'weight.update'],
    ]);
    expect(moments[1]).toMatchObject({ step: 1, active: [0, 100], units: 2, tensors: { activation: { to: 1 } } });
    expect(normalisation).toEqual([{ step: 1, statistics: normalised.layers!.linear1.normalisation }]);
    expect(run.layerSince('constructor')).toMatchObject({ moments: [], normalisation: [] });
  });

  test('a parameter belongs to the layer with the longest name that fits', () => {
    const run = running();
    run.apply([observation(1, ['a', 'a.b'])], 1);
    const names = (name: string) => Object.keys(run.layerSince(name).moments[0].tensors);
    expect([names('a'), names('a.b')]).toEqual([
      ['activation', 'gradient', 'weight', 'weight.update'],
      ['activation', 'gradient', 'weight', 'weight.update'],
    ]);
  });

  test('after an edit of the layers it is of the new ones; an edit of numbers keeps it', () => {
    const run = running();
    run.apply([observation(0), ...steps(1, 10), observation(10), edit(1, 10), ...steps(11, 20), observation(20)], 1);
    expect(watch(run, 'linear1')()).toEqual([0, 10, 20]);
    const layers = [layer('linear1'), layer('other')];
    run.apply([edit(2, 20, { layers }), ...steps(21, 30, ['linear1', 'other']), observation(30, ['linear1', 'other'])], 1);
    expect(watch(run, 'linear1')()).toEqual([30]);
    expect(run.run.firstProfile!.step).toBe(30);
    expect(run.past(12)).toMatchObject({ profile: { step: 10 } });
    expect(run.past(29)).toMatchObject({ profile: { step: 30 } });
  });

  test('of the step at which an edit takes over it is of the new layers, also on disk', () => {
    const run = running();
    run.apply([observation(0), ...steps(1, 10), observation(10)], 1);
    const { written } = run.unwritten(undefined);
    const layers = [layer('linear1'), layer('other')];
    run.apply([edit(1, 10, { layers }), observation(10, ['linear1', 'other'])], 1);
    expect(Object.keys(run.run.profile!.layers)).toEqual(['linear1', 'other']);
    const { lines } = run.unwritten(written);
    expect(lines.filter(({ type }) => type === 'observation')).toMatchObject([{ step: 0 }, { step: 10, layers: { other: {} } }]);
  });

  test('what a run that went back to an earlier step had seen is forgotten', () => {
    const run = running();
    run.apply([observation(0), ...steps(1, 10), observation(10), ...steps(11, 20), observation(20)], 1);
    run.setOutcome({ step: 20 } as Outcome);
    run.goBack({ step: 15, edit: 0, seconds: 1 });
    expect(watch(run, 'linear1')()).toEqual([0, 10]);
    expect([run.run.profile!.step, run.run.outcome]).toEqual([10, undefined]);
    expect(run.run.modes.map(({ step: at }) => at)).toEqual([0, 10]);
  });
});
