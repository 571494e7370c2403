import { describe, expect, test } from 'vitest';
import { checkpointBefore, type Past, runAt, TimeTravel } from '../../webview/timeTravel';
import { layer, runView, snapshot } from './runView';

const past = (step: number, changes: Partial<Past> = {}): Past => ({ type: 'past', runId: 'r1', step, layers: [], ...changes });

/** A reader of a run that is at step 100, and the steps that the host was asked for. */
function setUp() {
  const asked: number[] = [];
  const travel = new TimeTravel((_run, step) => asked.push(step));
  travel.follow(runView({ step: 100 }));
  return { asked, travel };
}

describe('a reader of the past', () => {
  test('a drag asks for where it began and for where it stands when the answer is there, for nothing between', () => {
    const { asked, travel } = setUp();
    for (const step of [90, 80, 70, 60]) travel.go(step);
    expect(asked).toEqual([90]);
    travel.take(past(90));
    expect(asked).toEqual([90, 60]);
    travel.take(past(60));
    expect([asked.length, travel.step, travel.answer?.step]).toEqual([2, 60, 60]);
  });

  test('the latest step and what is after it is now', () => {
    const { asked, travel } = setUp();
    travel.go(50);
    travel.go(100);
    expect(travel.step).toBeUndefined();
    travel.go(Infinity);
    expect([travel.step, asked]).toEqual([undefined, [50]]);
  });

  test('an answer that comes after the reader left is not shown, and the next question is asked', () => {
    const { asked, travel } = setUp();
    travel.go(50);
    travel.leave();
    travel.take(past(50));
    expect(travel.answer).toBeUndefined();
    travel.go(40);
    expect(asked).toEqual([50, 40]);
  });

  test('stays where it is while the run goes on', () => {
    const { travel } = setUp();
    travel.go(50);
    travel.take(past(50));
    travel.follow(runView({ step: 200 }));
    expect([travel.step, travel.answer?.step]).toEqual([50, 50]);
  });

  test('another run leads back to now, and answers about the one before count no more', () => {
    const { asked, travel } = setUp();
    travel.go(50);
    travel.follow(runView({ runId: 'r2', step: 100 }));
    expect(travel.step).toBeUndefined();
    travel.go(30);
    travel.take(past(50));
    expect([asked, travel.answer]).toEqual([[50, 30], undefined]);
  });

  test('a run that was set back to before the moment leads back to now', () => {
    const { travel } = setUp();
    travel.go(50);
    travel.follow(runView({ step: 20 }));
    expect(travel.step).toBeUndefined();
  });

  test('without a run there is no past', () => {
    const { asked, travel } = setUp();
    travel.follow(undefined);
    travel.go(1);
    expect([travel.step, asked]).toEqual([undefined, []]);
  });
});

describe('a run as it was', () => {
  const [first, then] = [snapshot(1, {}), snapshot(42, {})];
  const losses = [10, 40, 80].map((step) => ({ step, loss: 1, total_loss: 1, lr: 1 / step, grad_norm: step }));
  const run = runView({ layers: [layer('linear1'), layer('relu1', 'ReLU')], losses, first, now: snapshot(80, {}), step: 80 });

  test('has the statistics, the loss and the learning rate of then', () => {
    const was = runAt(run, past(41, { snapshot: then, layers: run.layers }));
    expect([was.now, was.first, was.losses.at(-1)!.step]).toEqual([then, first, 40]);
    expect(run.losses.length).toBe(3);
  });

  test('other layers have no start to be held against', () => {
    const was = runAt(run, past(41, { snapshot: then, layers: [layer('linear1')] }));
    expect([was.layers.length, was.first]).toEqual([1, undefined]);
  });

  test('without statistics of then those of now do not stand in', () => {
    const was = runAt(run, past(41, { layers: run.layers }));
    expect([was.now, was.first]).toEqual([undefined, undefined]);
  });
});

test('a branch begins at the newest checkpoint that is not later', () => {
  expect([9, 10, 25, 90].map((step) => checkpointBefore([10, 20, 30], step))).toEqual([undefined, 10, 20, 30]);
});
