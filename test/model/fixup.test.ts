import { expect, test } from 'vitest';
import { scratchForward } from '../../src/model/build';
import { parseModel } from '../../src/model/parse';
import { initialParameter } from '../../src/train/initialise';

/** What the weights start as: their standard deviation over that of kaiming_normal with a rectifier's gain, √(2 / fan_in), to one place. */
function scales(model: string, sample = [400], init = 'fixup'): Record<string, number> {
  const { spec, problems } = parseModel(`data: {source: blobs}\nmodel: [${model}]\nloss: CrossEntropyLoss\ninit: ${init}\n`);
  if (!spec) throw new Error(problems.map(({ message }) => message).join('\n'));
  const startOf = initialParameter(3, {});
  const weights = scratchForward(spec, sample).parameters.filter(({ kind }) => kind === 'weight');
  return Object.fromEntries(
    weights.map((parameter) => {
      const start = startOf(parameter);
      const rms = Math.sqrt(start.reduce((sum, v) => sum + v * v, 0) / start.length);
      const fanIn = parameter.shape.slice(1).reduce((a, b) => a * b);
      return [parameter.name, Number((rms / Math.sqrt(2 / fanIn)).toFixed(1))];
    }),
  );
}

const linear = (name: string, width = 400) => `{Linear: {out_features: ${width}, name: ${name}}}`;

// Zhang, Dauphin & Ma 2019, section 3, rules 1 and 2; numbers worked by hand.
test('inside of branches L^(−1/(2m − 2)), 0 for the last of a branch and for the classifier, the rest as He’s', () => {
  // Four blocks of two layers: 4^(−1/2) = 0.5.
  const block = (i: number) => `{Residual: {layers: [${linear(`a${i}`)}, ReLU, ${linear(`b${i}`)}]}}`;
  const model = [linear('first'), 'ReLU', block(1), block(2), block(3), block(4), linear('last', 10)].join(', ');
  expect(scales(model)).toEqual({
    'first.weight': 1,
    ...Object.fromEntries([1, 2, 3, 4].flatMap((i) => [[`a${i}.weight`, 0.5] as const, [`b${i}.weight`, 0] as const])),
    'last.weight': 0,
  });
});

test('copies count as blocks of their own; m is the number of layers of the branch; a shortcut’s layers are not scaled', () => {
  // 16 blocks of three layers: 16^(−1/4) = 0.5.
  const branch = [linear('a'), 'ReLU', linear('b'), 'ReLU', linear('c')].join(', ');
  const model = `{Repeat: {times: 16, layers: [{Residual: {layers: [${branch}], shortcut: [${linear('way')}]}}]}}, ${linear('last')}`;
  const found = scales(model);
  for (const copy of [0, 7, 15]) expect(['a', 'b', 'c', 'way'].map((name) => found[`${name}.${copy}.weight`])).toEqual([0.5, 0.5, 0, 1]);
  expect(found['last.weight']).toBe(0);
});

test('side by side the longest way counts, and each ends at 0; a branch of one layer is 0; a block in a block is one of its own', () => {
  // Four Residuals; the outermost has the layers p, q, r on its longest way: 4^(−1/4) = 0.7.
  const inner = `{Residual: [${linear('s')}]}, {Residual: [${linear('t')}]}, {Residual: [${linear('u')}]}`;
  const parallel = `{Parallel: {merge: add, branches: [[${linear('q')}, ReLU, ${linear('r')}], [${linear('v')}]]}}`;
  const found = scales(`{Residual: [${inner}, ${linear('p')}, ReLU, ${parallel}]}, ${linear('last')}`);
  expect(found).toEqual({
    's.weight': 0,
    't.weight': 0,
    'u.weight': 0,
    'p.weight': 0.7,
    'q.weight': 0.7,
    'r.weight': 0,
    'v.weight': 0,
    'last.weight': 0,
  });
});

test('convolutions count their windows; a layer may have it alone; norms keep their start', () => {
  const conv = (name: string, init = '') => `{Conv2d: {out_channels: 60, kernel_size: 3, padding: 1, name: ${name}${init}}}`;
  const blocks = Array.from({ length: 4 }, (_, i) => `{Residual: [${conv(`a${i}`)}, ReLU, ${conv(`b${i}`)}]}`).join(', ');
  expect(scales(`${conv('stem')}, ${blocks}, ${conv('last')}`, [60, 8, 8])).toMatchObject({ 'stem.weight': 1, 'a3.weight': 0.5, 'b0.weight': 0 });
  const one = scales(`{Residual: [${conv('a', ', init: fixup')}, ${conv('b')}]}, ${conv('last')}`, [60, 8, 8], 'orthogonal');
  expect(one['a.weight']).toBe(1);
  expect(one['b.weight']).toBeGreaterThan(0);
});

test('of a weight with its length apart the length is scaled, so that no direction is 0', () => {
  const { spec } = parseModel(
    'data: {source: blobs}\nmodel: [{Linear: {out_features: 3, weight_norm: true}}]\nloss: CrossEntropyLoss\ninit: fixup\n',
  );
  const startOf = initialParameter(3, {});
  const starts = Object.fromEntries(scratchForward(spec!, [4]).parameters.map((p) => [p.name, [...startOf(p)]]));
  expect(starts['linear1.weight_g']).toEqual([0, 0, 0]);
  expect(starts['linear1.weight_v'].every((v) => v !== 0)).toBe(true);
});
