import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scratchForward } from '../../src/model/build';
import { type LayerShape, longestRise, matchLayers } from '../../src/model/matchLayers';
import { shapesOf, specOf } from './edits';

const match = (before: string, after: string, sample?: number[]) =>
  Object.fromEntries(matchLayers(shapesOf(specOf(before), sample), shapesOf(specOf(after), sample)));

test('layers are listed as the graph has them, with what is theirs', () => {
  const model = `[
    {Linear: {out_features: 4, name: a.b}}, {BatchNorm1d: {name: a}},
    {Residual: [{Repeat: {times: 2, layers: [{Linear: 4}, {Repeat: {times: 2, shared: true, layers: [{Linear: 4}]}}]}}]}, {Linear: 4}]`;
  const spec = specOf(model);
  const layers = shapesOf(spec);
  expect(layers.map(({ name }) => name)).toEqual(scratchForward(spec, [2]).layers.map(({ name }) => name));
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  expect(byName.get('a.b')).toMatchObject({ isNamed: true, type: 'Linear', containers: [], tensors: { weight: [4, 2], bias: [4] } });
  expect(byName.get('a')?.tensors).toEqual({ weight: [4], bias: [4], running_mean: [4], running_var: [4] });
  expect(byName.get('linear2.1')).toMatchObject({ isNamed: false, owner: 'linear2.1', containers: ['Residual', 'Repeat'] });
  expect(byName.get('linear3.1.1')).toMatchObject({ owner: 'linear3', containers: ['Residual', 'Repeat', 'Repeat'], tensors: { bias: [4] } });
});

test('inside a shared Repeat another one shares too, as the graph does', () => {
  const spec = specOf('[{Repeat: {times: 2, shared: true, layers: [{Repeat: {times: 2, layers: [{Linear: 2}]}}]}}]');
  expect(scratchForward(spec, [2]).parameters.map(({ name }) => name)).toEqual(['linear1.weight', 'linear1.bias']);
  for (const layer of shapesOf(spec).filter(({ type }) => type === 'Linear'))
    expect(layer).toMatchObject({ owner: 'linear1', tensors: { bias: [2] } });
});

test('the same model: every layer is its own counterpart', () => {
  const model = '[{Linear: 8}, ReLU, {Residual: [{Linear: 8}, ReLU]}, {Linear: 3}]';
  const matched = match(model, model);
  expect(Object.keys(matched)).toHaveLength(6);
  for (const [now, old] of Object.entries(matched)) expect(now).toBe(old);
});

test('automatic names shift when a layer is inserted before them', () => {
  expect(
    match('[{Linear: 8}, ReLU, {Linear: 8}, {Linear: 3}]', '[{Linear: 8}, {BatchNorm1d: {}}, ReLU, {Linear: 16}, {Linear: 8}, {Linear: 3}]'),
  ).toEqual({
    linear1: 'linear1',
    relu1: 'relu1',
    linear3: 'linear2',
    linear4: 'linear3',
  });
});

test('a removed layer takes no other one with it', () => {
  expect(match('[{Linear: 8}, ReLU, {Linear: 16}, ReLU, {Linear: 8}, ReLU, {Linear: 3}]', '[{Linear: 8}, ReLU, {Linear: 3}]')).toEqual({
    linear1: 'linear1',
    relu1: 'relu1',
    linear2: 'linear4',
  });
});

test('a layer of another size is still the same layer, and so is the one that it feeds', () => {
  expect(match('[{Linear: 8}, ReLU, {Linear: 3}]', '[{Linear: 16}, ReLU, {Linear: 3}]')).toEqual({
    linear1: 'linear1',
    relu1: 'relu1',
    linear2: 'linear2',
  });
});

test('a layer inserted before one whose input it changes is the new one', () => {
  expect(match('[{Linear: 16}, ReLU, {Linear: 3}]', '[{Linear: 16}, ReLU, {Linear: 32}, ReLU, {Linear: 3}]')).toEqual({
    linear1: 'linear1',
    relu1: 'relu1',
    linear3: 'linear2',
  });
});

test('names that the user wrote find each other wherever they stand', () => {
  const [a, b] = ['{Linear: {out_features: 2, name: a}}', '{Linear: {out_features: 2, name: b}}'];
  expect(match(`[${a}, ReLU, ${b}]`, `[${b}, ReLU, ${a}]`)).toEqual({ b: 'b', relu1: 'relu1', a: 'a' });
  expect(match(`[${a}, {Linear: 2}, ${b}, {Linear: 2}]`, `[{Linear: 2}, ${a}, ${b}, {Linear: 2}]`)).toEqual({
    linear1: 'linear2',
    a: 'a',
    b: 'b',
    linear4: 'linear4',
  });
});

test('between layers with names the order counts', () => {
  const named = '{Linear: {out_features: 2, name: middle}}';
  // Without the name, the first of three equal layers would seem to be the one that stayed.
  expect(match(`[{Linear: 2}, ${named}, {Linear: 2}, {Tanh: {}}]`, `[${named}, {Linear: 2}, {Tanh: {}}]`)).toEqual({
    middle: 'middle',
    linear2: 'linear3',
    tanh1: 'tanh1',
  });
});

test('a name that the user gives to a layer, changes or takes away does not part it from its weights', () => {
  const named = (name: string) => `[{Linear: 8}, {Linear: {out_features: 8, name: ${name}}}, {Linear: 3}]`;
  const automatic = '[{Linear: 8}, {Linear: 8}, {Linear: 3}]';
  expect(match(automatic, named('encoder'))).toMatchObject({ encoder: 'linear2' });
  expect(match(named('encoder'), named('decoder'))).toMatchObject({ decoder: 'encoder' });
  expect(match(named('encoder'), automatic)).toMatchObject({ linear2: 'encoder' });
});

test('another name at another place is another layer', () => {
  const [encoder, decoder, middle] = ['encoder', 'decoder', 'middle'].map((name) => `{Linear: {out_features: 2, name: ${name}}}`);
  expect(match(`[${encoder}, ${middle}]`, `[${middle}, ${decoder}]`)).toEqual({ middle: 'middle' });
});

test('different types never match, not even under one name', () => {
  expect(match('[{Linear: 8}, {ReLU: {name: act}}, {Linear: 3}]', '[{Linear: 8}, {GELU: {name: act}}, {Linear: 3}]')).toEqual({
    linear1: 'linear1',
    linear2: 'linear2',
  });
});

test('layers that change places keep what they are', () => {
  expect(match('[{Linear: 4}, {Linear: 2}, {BatchNorm1d: {}}]', '[{BatchNorm1d: {}}, {Linear: 4}, {Linear: 2}]')).toEqual({
    batchnorm1d1: 'batchnorm1d1',
    linear1: 'linear1',
    linear2: 'linear2',
  });
});

test('layers that get a container around them, or lose it, stay', () => {
  const plain = '[{Linear: 2}, {Linear: 2}, ReLU, {Linear: 3}]';
  const wrapped = '[{Linear: 2}, {Residual: [{Linear: 2}, ReLU]}, {Linear: 3}]';
  const names = { linear1: 'linear1', linear2: 'linear2', relu1: 'relu1', linear3: 'linear3' };
  expect(match(plain, wrapped)).toEqual(names);
  expect(match(wrapped, plain)).toEqual(names);
});

test('a layer in the same kind of container is the more likely one', () => {
  expect(match('[{Linear: 2}, {Residual: [{Linear: 2}, {Linear: 2}]}, Tanh]', '[{Linear: 5}, {Residual: [{Linear: 5}]}, Tanh]')).toMatchObject({
    residual1: 'residual1',
    linear1: 'linear1',
    tanh1: 'tanh1',
  });
});

test('what surrounds a layer says more than its automatic name', () => {
  expect(match('[{Residual: [{Linear: 2}]}, {Linear: 2}, ReLU]', '[{Linear: 2}, GELU]')).toEqual({ linear1: 'linear2' });
});

test('copies of a Repeat: one more leaves the others as they are', () => {
  const repeat = (times: number) => `[{Repeat: {times: ${times}, layers: [{Linear: {out_features: 2, name: l}}, Tanh]}}, {Linear: 3}]`;
  const matched = match(repeat(2), repeat(3));
  expect(matched).toEqual(match(repeat(2), repeat(2)));
  expect(match(repeat(3), repeat(2))).toEqual(matched);
});

test('where all else is equal an equal name decides', () => {
  expect(match('[{Linear: 2}, Tanh, ReLU, {Linear: 2}]', '[ReLU, {Linear: 2}, Tanh, GELU]')).toMatchObject({ linear1: 'linear1', tanh1: 'tanh1' });
});

const type = fc.constantFrom('{Linear: 2}', '{Linear: 4}', 'ReLU', 'Tanh', '{BatchNorm1d: {}}', '{Residual: [ReLU, {LayerNorm: {}}]}');
const name = fc.option(fc.constantFrom('a', 'b', 'c', 'd'));
const model = fc
  .uniqueArray(fc.tuple(type, name), { minLength: 1, maxLength: 9, selector: ([, n]) => n ?? Symbol() })
  .map((entries) => entries.map(([t, n]) => (n && t.startsWith('{Linear') ? `{Linear: {out_features: ${t[9]}, name: ${n}}}` : t)))
  .map((entries) => `[${entries.join(', ')}]`);

test('an undo finds back the very pairs of its edit; pairs are one to one and of one type', () => {
  fc.assert(
    fc.property(model, model, (one, other) => {
      const [a, b] = [shapesOf(specOf(one)), shapesOf(specOf(other))];
      const there = [...matchLayers(a, b)];
      const back = [...matchLayers(b, a)];
      expect(new Map(there.map(([now, old]) => [old, now]))).toEqual(new Map(back));
      expect(new Set(there.map(([, old]) => old)).size).toBe(there.length);
      const typeOf = (layers: LayerShape[], wanted: string) => layers.find((layer) => layer.name === wanted)!.type;
      for (const [now, old] of there) expect(typeOf(b, now)).toBe(typeOf(a, old));
      const written = b.filter((l) => l.isNamed && a.some((m) => m.isNamed && m.name === l.name && m.type === l.type));
      for (const layer of written) expect(Object.fromEntries(there)[layer.name]).toBe(layer.name);
    }),
  );
});

const dense = (index: number, width: number): LayerShape => {
  const name = `linear${index}`;
  return { name, isNamed: false, type: 'Linear', args: { out_features: width }, containers: [], tensors: { weight: [width, width] }, owner: name };
};

test('what long lists have in common before and behind an edit is not cut up, however long', () => {
  const before = Array.from({ length: 10_000 }, (_, i) => dense(i + 1, i + 1));
  const after = [...before.slice(0, 4_000), dense(0, 9), ...before.slice(4_000)].map((layer, i) => ({ ...layer, name: `linear${i + 1}` }));
  const expected = before.map(({ name }, i) => [`linear${i < 4_000 ? i + 1 : i + 2}`, name]);
  expect([...matchLayers(before, after)]).toEqual(expected);
});

test('the longest lists that there can be, alike in nothing but type, are matched all the same', () => {
  const before = Array.from({ length: 10_000 }, (_, i) => dense(i, i + 1));
  const after = Array.from({ length: 10_000 }, (_, i) => dense(i, 20_000 + i));
  expect([...matchLayers(before, after)]).toEqual(before.map((layer) => [layer.name, layer.name]));
});

test('the longest rise', () => {
  expect(longestRise([])).toEqual([]);
  expect(longestRise([3, 0, 1, 2])).toEqual([1, 2, 3]);
  fc.assert(
    fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6]), (values) => {
      const rises = (at: number, last: number): number =>
        at === values.length ? 0 : Math.max(rises(at + 1, last), values[at] > last ? 1 + rises(at + 1, values[at]) : 0);
      const rise = longestRise(values);
      expect(rise.length).toBe(rises(0, -1));
      rise.forEach((at, i) => i > 0 && expect(at > rise[i - 1] && values[at] > values[rise[i - 1]]).toBe(true));
    }),
  );
});
