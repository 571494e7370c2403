import { expect, test } from 'vitest';
import { examined, scattered } from '../examined';

/** Places of the points of a grid along one side. */
const along = ([from, to]: [number, number], size: number, i: number): number => from + ((to - from) * i) / (size - 1);

/** The largest difference of two lists. */
const farthest = (a: readonly (number | null)[], b: readonly number[]): number => Math.max(...b.map((value, i) => Math.abs((a[i] ?? NaN) - value)));

test('the boundary of a linear model is the line that it is, in the units of the data, whatever its normalisation', async () => {
  // Mean and standard deviation of both splits' columns are not those of the plane: they are fitted on the training split.
  const train = [
    [100, 1],
    [300, 3],
    [300, 1],
    [100, 3],
  ];
  const { boundary } = await examined({
    text: 'data: {file: ./d.csv, target: c, validation: ./v.csv, normalize: zscore}\nmodel: [{Linear: 1}]\nloss: BCEWithLogitsLoss\n',
    files: { './d.csv': ['width,height,c', ...train.map((row, i) => [...row, i % 2].join()), ''].join('\n'), './v.csv': 'width,height,c\n500,2,1\n' },
    // x' = (x − 200) / 100, y' = y − 2.
    tensor: (name) => (name === 'linear1.weight' ? [1, -2] : [0.5]),
  });
  expect(boundary).toMatchObject({ names: ['width', 'height'], x: [60, 540], y: [0.8, 3.2], size: 48 });
  const logits = boundary!.values.map((_, i) => {
    const [x, y] = [along(boundary!.x, 48, i % 48), along(boundary!.y, 48, Math.floor(i / 48))];
    return (x - 200) / 100 - 2 * (y - 2) + 0.5;
  });
  // On the line itself rounding decides.
  const isClear = (_: unknown, i: number) => Math.abs(logits[i]) > 1e-5;
  expect(boundary!.values.filter(isClear)).toEqual(logits.map((logit) => (logit > 0 ? 1 : 0)).filter(isClear));
  const confidence = logits.map((logit) => 100 / (1 + Math.exp(-Math.abs(logit))));
  expect(farthest(boundary!.confidence!, confidence)).toBeLessThanOrEqual(0.501);
  expect(boundary!.points).toEqual([
    ...train.map(([x, y], i) => ({ x, y, target: i % 2, isValidation: false })),
    { x: 500, y: 2, target: 1, isValidation: true },
  ]);
});

test('numbers over the plane, and what units put out there', async () => {
  const weight = scattered(20, 2);
  const { boundary, units } = await examined({
    text: 'data: {file: ./d.csv, target: t}\nmodel: [{Linear: 10}, ReLU, {Dropout: 0.5}, {Linear: 1}]\nloss: MSELoss\n',
    files: { './d.csv': 'a,b,t\n0,0,1\n1,2,3\n' },
    tensor: (name) => ({ 'linear1.weight': weight, 'linear1.bias': scattered(10), 'linear2.weight': scattered(10) })[name] ?? [0.25],
  });
  const first = (x: number, y: number) => scattered(10).map((bias, unit) => bias + weight[2 * unit] * x + weight[2 * unit + 1] * y);
  const relu = (x: number, y: number) => first(x, y).map((value) => Math.max(0, value));
  const predict = (x: number, y: number) => relu(x, y).reduce((sum, value, unit) => sum + value * scattered(10)[unit], 0.25);
  expect(boundary!.confidence).toBeUndefined();
  const over = (size: number, f: (x: number, y: number) => number) =>
    Array.from({ length: size ** 2 }, (_, i) => f(along(boundary!.x, size, i % size), along(boundary!.y, size, Math.floor(i / size))));
  const wanted = over(48, predict);
  // Three digits are kept.
  expect(farthest(boundary!.values, wanted)).toBeLessThan(0.005 * Math.max(...wanted.map(Math.abs)));
  expect(units!.map(({ layer, units: count, maps }) => [layer, count, maps.length])).toEqual([
    ['linear1', 10, 8],
    ['relu1', 10, 8],
    ['linear2', 1, 1],
  ]);
  const { size } = units![0];
  const outputs = [first, relu, (x: number, y: number) => [predict(x, y)]];
  units!.forEach(({ maps }, layer) =>
    maps.forEach(({ scale, values }, unit) => {
      const put = over(size, (x, y) => outputs[layer](x, y)[unit]);
      expect(scale).toBeCloseTo(Math.max(...put.map(Math.abs)), 2);
      expect(
        farthest(
          values.map((value) => (value * scale) / 127),
          put,
        ),
      ).toBeLessThanOrEqual(scale / 200);
    }),
  );
});

test('of a deep model the activations are shown, as coarse as they are many', async () => {
  const layers = Array.from({ length: 12 }, () => '{Linear: 9}, Tanh').join(', ');
  const { units } = await examined({
    text: `data: {source: moons, samples: 30}\nmodel: [${layers}, {Linear: 2}]\nloss: CrossEntropyLoss\n`,
    tensor: (name) =>
      scattered(name.endsWith('bias') ? (name.startsWith('linear13') ? 2 : 9) : name === 'linear1.weight' || name.startsWith('linear13') ? 18 : 81),
  });
  expect(units).toHaveLength(8);
  expect(units!.every(({ layer }) => layer.startsWith('tanh'))).toBe(true);
  expect(units!.at(-1)!.layer).toBe('tanh12');
  expect(units!.reduce((sum, { maps, size }) => sum + maps.length * size ** 2, 0)).toBeLessThanOrEqual(8000);
});

test('features that are constant have a plane too', async () => {
  const { boundary } = await examined({
    text: 'data: {file: ./d.csv, target: c}\nmodel: [{Linear: 2}]\nloss: CrossEntropyLoss\n',
    files: { './d.csv': 'a,b,c\n0,50,0\n0,50,1\n' },
    tensor: (name) => (name === 'linear1.weight' ? [1, 0, 0, 1] : [0, 0]),
  });
  expect(boundary).toMatchObject({ x: [-1, 1], y: [45, 55] });
});
