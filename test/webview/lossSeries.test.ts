import { describe, expect, test } from 'vitest';
import type { LossPoint } from '../../src/view/protocol';
import { balancedClasses, LossSeries, type Smoothing, smoothingHalfLife, spreadMarks, thinOut } from '../../webview/lossSeries';

const points = (...losses: (number | null)[]): LossPoint[] => losses.map((loss, i) => ({ step: i + 1, loss, total_loss: loss, lr: 1, grad_norm: 1 }));

const plain = (halfLife: number): Smoothing => ({ halfLife, isGeometric: false });
const geometric = (halfLife: number): Smoothing => ({ halfLife, isGeometric: true });

describe('the smoothed loss', () => {
  test('a loss one half-life old weighs half of the latest', () => {
    const series = new LossSeries();
    series.follow(points(1, 0), plain(1));
    // Weights 1/4 and 1/2 of the two steps: (1 · ¼ + 0 · ½) / (¼ + ½) = 1/3.
    expect(series.smooth).toEqual([
      { x: 1, y: 1 },
      { x: 2, y: expect.closeTo(1 / 3, 12) as number },
    ]);
  });

  test('a constant stays that constant from the first step on', () => {
    const series = new LossSeries();
    series.follow(points(...Array<number>(50).fill(2.5)), plain(7));
    for (const { y } of series.smooth) expect(y).toBeCloseTo(2.5, 12);
  });

  test('does not depend on how many steps one point stands for', () => {
    const [fine, coarse] = [new LossSeries(), new LossSeries()];
    fine.follow(points(...Array<number>(40).fill(4), ...Array<number>(40).fill(1)), plain(10));
    coarse.follow(
      points(4, 1).map((p) => ({ ...p, step: p.step * 40 })),
      plain(10),
    );
    expect(coarse.smooth.at(-1)!.y).toBeCloseTo(fine.smooth.at(-1)!.y, 10);
  });

  test('goes on where it was, and starts over with another run', () => {
    const [whole, parts] = [new LossSeries(), new LossSeries()];
    const losses = points(5, 3, null, 2);
    whole.follow(losses, plain(3));
    const growing = losses.slice(0, 2);
    parts.follow(growing, plain(3));
    growing.push(...losses.slice(2));
    parts.follow(growing, plain(3));
    expect(parts).toMatchObject({ raw: whole.raw, smooth: whole.smooth, broken: [3] });
    parts.follow(points(-1), plain(3));
    expect(parts).toMatchObject({ raw: [{ x: 1, y: -1 }], broken: [], hasNegative: true });
  });
});

test('on a logarithmic axis it is the mean of the logarithms, so that it keeps up with a loss that falls by decades', () => {
  const series = new LossSeries();
  series.follow(points(100, 1), geometric(1));
  // (2 · ¼ + 0 · ½) / (¼ + ½) decades.
  expect(series.smooth[1].y).toBeCloseTo(10 ** (2 / 3), 12);
  const falling = Array.from({ length: 400 }, (_, i) => 10 ** (-i / 40));
  series.follow(points(...falling), geometric(5));
  // Of a straight line an exponential mean is as late as its mean age, Σ k·2^(−k/5) / Σ 2^(−k/5): 1 / (2^(1/5) − 1) steps.
  expect(Math.log10(series.smooth[399].y / falling[399])).toBeCloseTo(1 / (2 ** 0.2 - 1) / 40, 6);
});

test('an exact zero has no logarithm: it stays a point, and the curve passes it by', () => {
  const series = new LossSeries();
  series.follow(points(4, 0, 4), geometric(3));
  expect([series.raw.length, series.smooth]).toEqual([
    3,
    [
      { x: 1, y: expect.closeTo(4, 12) as number },
      { x: 3, y: expect.closeTo(4, 12) as number },
    ],
  ]);
});

test('another smoothing starts over', () => {
  const [series, anew] = [new LossSeries(), new LossSeries()];
  const losses = points(5, 3, 2);
  series.follow(losses, plain(3));
  series.follow(losses, geometric(3));
  anew.follow(losses, geometric(3));
  expect(series).toMatchObject({ raw: anew.raw, smooth: anew.smooth });
});

test('what is not finite is kept as a mark of its own, never as a point of the curve', () => {
  const series = new LossSeries();
  series.follow(points(1, null, null, 2), plain(2));
  expect(series.broken).toEqual([2, 3]);
  expect(series.raw.map((p) => p.x)).toEqual([1, 4]);
});

test('marks are spread: the first always, never more than about 25', () => {
  expect(spreadMarks([90, 91, 92, 110], 400)).toEqual([90, 110]);
  expect(
    spreadMarks(
      Array.from({ length: 10_000 }, (_, i) => i + 1),
      10_000,
    ).length,
  ).toBeLessThanOrEqual(26);
  expect(spreadMarks([], 100)).toEqual([]);
});

test('a curve is thinned evenly, its end stays', () => {
  const curve = (count: number) => Array.from({ length: count }, (_, x) => ({ x, y: 1 }));
  expect(thinOut(curve(10), 4).map(({ x }) => x)).toEqual([0, 3, 6, 9]);
  expect(thinOut(curve(4000), 800)).toHaveLength(800);
  expect(thinOut(curve(3), 4)).toEqual(curve(3));
  expect(thinOut([], 4)).toEqual([]);
});

test('ln C is told from any other number', () => {
  expect([Math.log(2), Math.log(10), Math.log(1000)].map(balancedClasses)).toEqual([2, 10, 1000]);
  expect([0, 1, 2.3, 2.302].map(balancedClasses)).toEqual([undefined, undefined, undefined, undefined]);
});

test('the half-life is at most 2 % of the steps on show, and of a round number', () => {
  expect([1, 50, 99, 100, 250, 560, 20_000, 1_000_000].map(smoothingHalfLife)).toEqual([1, 1, 1, 2, 5, 10, 200, 20_000]);
});
