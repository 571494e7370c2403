import { describe, expect, test } from 'vitest';
import type { Percentiles } from '../../src/train/observation';
import { axisLimit, ladderAxis, readLadder, rungs, spreadOf, spreadSlope } from '../../webview/spread';
import { valueAxis } from '../../webview/valueAxis';
import { layer } from './runView';

/** Of a normal distribution: mean ∓ 2.05 and ∓ 1 standard deviations. */
const normal = (deviation: number, mean = 0): Percentiles => [-2.05, -1, 0, 1, 2.05].map((z) => mean + z * deviation) as Percentiles;

/** Weighted layers `linear1`, `linear2`, … with these activations; undefined: no finite number. */
function ladder(...activations: (Percentiles | undefined)[]) {
  const layers = activations.map((_, index) => layer(`linear${index + 1}`));
  return rungs(layers, { step: 1, layers: Object.fromEntries(layers.map(({ name }, index) => [name, { activation: activations[index] }])) });
}

const LINEAR = valueAxis([]);

test('half of the middle 68 % of a normal distribution is its standard deviation', () => {
  expect(spreadOf(normal(0.7, 3))).toBeCloseTo(0.7, 12);
});

test('a layer that was not observed is not broken, whatever it is called', () => {
  const layers = [layer('linear1'), layer('constructor'), layer('__proto__')];
  const all = rungs(layers, { step: 1, layers: { linear1: {} } });
  expect(all.map(({ isBroken }) => isBroken)).toEqual([true, false, false]);
  expect(rungs(layers, undefined)).toEqual([]);
});

describe('trend over depth', () => {
  test('a spread that is a tenth in every next layer falls by one decade', () => {
    expect(spreadSlope(ladder(normal(1), normal(0.1), normal(0.01)))).toBeCloseTo(-1, 12);
    expect(spreadSlope(ladder(normal(1), normal(2), normal(4), normal(8)))).toBeCloseTo(Math.log10(2), 12);
  });

  test('layers that set the spread themselves or have no weights do not count', () => {
    const layers = [layer('a'), layer('norm', 'LayerNorm'), { ...layer('relu', 'ReLU'), params: 0 }, layer('b'), layer('c')];
    const spreads = [1, 50, 70, 10, 100];
    const all = rungs(layers, { step: 1, layers: Object.fromEntries(layers.map(({ name }, i) => [name, { activation: normal(spreads[i]) }])) });
    expect(spreadSlope(all)).toBeCloseTo(1, 12);
  });

  test('two layers are no trend', () => expect(spreadSlope(ladder(normal(1), normal(0.1)))).toBeUndefined());
});

describe('axis', () => {
  test('always shows ±1, and all layers where none stands out', () => {
    expect(axisLimit(ladder(normal(0.01)), [], LINEAR).limit).toBeGreaterThan(1);
    const { limit } = axisLimit(ladder(normal(1), normal(3), normal(5)), [], LINEAR);
    expect(limit).toBeGreaterThan(5 * 2.05);
  });

  test('one exploding layer does not flatten the others', () => {
    const { limit } = axisLimit(ladder(normal(1), normal(1), normal(5000), normal(1)), [], LINEAR);
    expect(limit).toBeLessThan(20);
    expect(limit).toBeGreaterThan(2.05);
  });

  test('has a tick at 0 and at both ends', () => {
    for (const deviation of [1e-6, 0.3, 0.7, 1.3, 2, 4, 7, 11, 900, 3e5]) {
      const { limit, step } = axisLimit(ladder(normal(deviation)), [], LINEAR);
      expect(limit).toBeGreaterThanOrEqual(2.05 * deviation);
      expect(limit / step - Math.round(limit / step)).toBeCloseTo(0, 9);
    }
  });

  test('is logarithmic where more than two decades lie between the widest layer and the narrowest, now or at the start, and then shows all', () => {
    expect(ladderAxis(ladder(normal(1), normal(90)), []).isLogarithmic).toBe(false);
    expect(ladderAxis(ladder(normal(1), normal(110)), []).isLogarithmic).toBe(true);
    expect(ladderAxis(ladder(normal(1)), ladder(normal(110))).isLogarithmic).toBe(true);
    const explodes = ladder(...[1, 10, 100, 1000].map((deviation) => normal(deviation)));
    const axis = ladderAxis(explodes, []);
    expect(axisLimit(explodes, [], axis).limit).toBeGreaterThan(2050);
    // Each layer ten times as wide as the one before reaches one further.
    const places = explodes.map(({ percentiles }) => axis.place(percentiles![4]));
    for (const [index, place] of places.slice(2).entries()) expect(place - places[index + 1]).toBeCloseTo(1, 2);
  });

  test('without any number there still is one', () => expect(axisLimit([], [], LINEAR).limit).toBeGreaterThan(1));
});

describe('reading', () => {
  const read = (...activations: (Percentiles | undefined)[]) => readLadder(ladder(...activations), 4);

  test.each([
    ['a third per layer', [normal(1), normal(1 / 3), normal(1 / 9)], 'The spread shrinks about 3.0× per layer.'],
    ['twice per layer', [normal(0.1), normal(0.2), normal(0.4)], 'The spread grows about 2.0× per layer.'],
    ['level', [normal(1), normal(1.1), normal(0.9)], 'The spread keeps its size over depth.'],
    ['off centre', [normal(0.5), normal(0.3, 2), normal(0.5)], 'The spread keeps its size over depth. Median far from 0 in linear2.'],
    ['not finite', [normal(1), undefined], 'No finite number in linear2.'],
    ['constant', [[0, 0, 0, 0, 0] as Percentiles], 'Nearly constant: linear1.'],
    ['beyond', [normal(1), normal(2.5)], 'Beyond the axis: linear2.'],
  ])('%s', (_what, activations, text) => expect(read(...activations)).toBe(text));

  test('counts what it does not name', () => {
    expect(read(undefined, undefined, undefined, undefined, undefined)).toBe('No finite number in linear1, linear2, linear3 and 2 more.');
  });

  test('nothing is said of nothing', () => expect(readLadder([], 1)).toBe(''));
});
