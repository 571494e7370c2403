import { expect, test } from 'vitest';
import { History, LIMITS } from '../../src/run/history';
import { edit, start, step } from './events';

const sampled = (history: History) => history.statistics.points.map((sample) => sample.step);
const train = (history: History, from: number, to: number) => {
  for (let n = from; n <= to; n++) history.apply(step(n, n % 10 === 0 ? ['linear1', 'linear2'] : []));
};

test('how a model begins to train is kept however long it trains: rules judge by it', () => {
  const history = new History('');
  history.apply(start);
  train(history, 1, 20_000);
  expect(sampled(history).slice(0, 5)).toEqual([10, 20, 30, 40, 50]);
  expect(sampled(history)[5]).toBeGreaterThan(100);
  expect(sampled(history).length).toBeLessThanOrEqual(LIMITS.statistics);
});

test('after an edit it is the beginning of the new model', () => {
  const history = new History('');
  history.apply(start);
  train(history, 1, 1000);
  history.apply(edit(1, 1000));
  train(history, 1001, 20_000);
  expect(sampled(history)).toEqual(expect.arrayContaining([1010, 1020, 1030, 1040, 1050]));
});
