import { describe, expect, test } from 'vitest';
import { Graph } from '../../src/graph/graph';
import { buildForward, scratchForward } from '../../src/model/build';
import { outlineModel } from '../../src/model/outline';
import { parseModel } from '../../src/model/parse';
import { NdArray, sigmoid, softmax, sum } from './layers/array';
import { expectFormula, layerAtPoint, specOf } from './layers/layerAtPoint';

type Arrays = Record<string, NdArray>;

const shapes = (model: string, sample: number[]) =>
  Object.fromEntries(outlineModel(specOf(model), sample).layers.map((l) => [l.name, [l.output.join('×'), l.params]]));
const places = (model: string, sample: number[]) =>
  Object.fromEntries(scratchForward(specOf(model), sample).layers.map((l) => [l.name, [l.inputs.join(' + '), l.block]]));
const names = (model: string, sample: number[]) =>
  scratchForward(specOf(model), sample).parameters.map(({ name, shape }) => `${name} ${shape.join('×')}`);
const problemsOf = (model: string, sample: number[]) => outlineModel(specOf(model), sample).problems.map(({ message }) => message);

/** x·Wᵀ + b at a place, over the last dimension. */
const linear = (x: NdArray, at: readonly number[], unit: number, weight: NdArray, bias: NdArray) =>
  bias.at(unit) + sum(weight.shape[1], (i) => x.at(...at, i) * weight.at(unit, i));

/** A Linear of one name over rows, and tanh. */
const layerOf = (x: NdArray, params: Arrays, name: string, activation: (v: number) => number) =>
  NdArray.of([...x.shape.slice(0, -1), params[`${name}.weight`].shape[0]], (...index) =>
    activation(linear(x, index.slice(0, -1), index.at(-1)!, params[`${name}.weight`], params[`${name}.bias`])),
  );

describe('DenseBlock', () => {
  const model = '{DenseBlock: [{Linear: {out_features: 2, name: a}}, [{Linear: {out_features: 3, name: b}}, Tanh]]}';

  test('each part sees the input and all parts before it', () =>
    expectFormula({
      entry: `Identity, ${model}`,
      shape: [3, 4],
      formula: () => ({
        y: (x, params) => {
          const beside = (p: NdArray, q: NdArray) =>
            NdArray.of([3, p.shape[1] + q.shape[1]], (n, c) => (c < p.shape[1] ? p.at(n, c) : q.at(n, c - p.shape[1])));
          const first = beside(
            x,
            layerOf(x, params, 'a', (v) => v),
          );
          return beside(first, layerOf(first, params, 'b', Math.tanh));
        },
      }),
    }));

  test('shapes, what each layer takes, and where it stands', () => {
    expect(shapes(model, [4])).toEqual({ denseblock1: ['9', 0], a: ['2', 10], b: ['3', 21], tanh1: ['3', 0] });
    expect(places(model, [4])).toEqual({
      denseblock1: [' + a + tanh1', undefined],
      a: ['', 'denseblock1'],
      b: [' + a', 'denseblock1'],
      tanh1: ['b', 'denseblock1'],
    });
  });

  test('what does not fit is named with all that it is made of', () => {
    const message = '`conv2d1`: expects an image C×H×W, got 6 (from the input and `a`)';
    expect(problemsOf('{DenseBlock: [{Linear: {out_features: 2, name: a}}, {Conv2d: {out_channels: 1, kernel_size: 3}}]}', [4])).toEqual([message]);
    expect(problemsOf('{DenseBlock: [{Conv2d: {out_channels: 1, kernel_size: 3}}]}', [1, 8, 8])).toEqual([
      '`denseblock1`: cannot concatenate 1×8×8 (from the input) and 1×6×6 (from `conv2d1`) along dimension 1: the others differ',
    ]);
  });
});

describe('Highway', () => {
  const model = '{Highway: {name: way, layers: [{Linear: {out_features: 4, name: h}}, Tanh]}}';

  test('T(x)·H(x) + (1 − T(x))·x, over the last dimension', () =>
    expectFormula({
      entry: `Identity, ${model}`,
      shape: [2, 3, 4],
      formula: () => ({
        y: (x, params) => {
          const h = layerOf(x, params, 'h', Math.tanh);
          const gate = layerOf(x, params, 'way.gate', sigmoid);
          return NdArray.of(x.shape, (...at) => gate.at(...at) * h.at(...at) + (1 - gate.at(...at)) * x.at(...at));
        },
      }),
    }));

  test('the gate is a Linear of the width of the input, and counts as the container’s own', () => {
    expect(names(model, [3, 4])).toEqual(['way.gate.weight 4×4', 'way.gate.bias 4', 'h.weight 4×4', 'h.bias 4']);
    expect(shapes(model, [3, 4])).toEqual({ way: ['3×4', 20], h: ['3×4', 20], tanh1: ['3×4', 0] });
    expect(places(model, [4]).way).toEqual(['tanh1 + ', undefined]);
  });

  test('it starts nearly closed; `freeze` and `init` are the gate’s', () => {
    const { parameters } = scratchForward(specOf('{Highway: {freeze: true, init: zeros, layers: [{Linear: 4}]}}'), [4]);
    expect(parameters.map(({ name, trained, init, start }) => [name, trained, init.name, start])).toEqual([
      ['highway1.gate.weight', false, 'zeros', { uniform: 0.5 }],
      ['highway1.gate.bias', false, 'zeros', { constant: -1 }],
      ['linear1.weight', true, 'default', { uniform: 0.5 }],
      ['linear1.bias', true, 'default', { uniform: 0.5 }],
    ]);
  });

  test('another shape is an error', () =>
    expect(problemsOf('{Highway: [{Linear: 3}]}', [4])).toEqual(['`highway1`: its layers give 3 for 4: make them equal']));
});

describe('MixtureOfExperts', () => {
  const model = '{MixtureOfExperts: {name: moe, experts: 4, top_k: 2, layers: [{Linear: {out_features: 3, name: f}}, Tanh]}}';
  const routed = (x: NdArray, params: Arrays) => layerOf(x, params, 'moe.router', (v) => v);

  /** Places of the `count` largest, the first of equal ones. */
  const largest = (values: readonly number[], count: number) =>
    values
      .map((value, i) => ({ value, i }))
      .sort((a, b) => b.value - a.value || a.i - b.i)
      .slice(0, count)
      .map(({ i }) => i);

  const formula = (top: number, x: NdArray, params: Arrays): NdArray => {
    const logits = routed(x, params);
    const experts = [0, 1, 2, 3].map((i) => layerOf(x, params, `f.${i}`, Math.tanh));
    return NdArray.of([...x.shape.slice(0, -1), 3], (...at) => {
      const row = [0, 1, 2, 3].map((i) => logits.at(...at.slice(0, -1), i));
      const chosen = largest(row, top);
      const shares = softmax(chosen.map((i) => row[i]));
      return sum(top, (k) => shares[k] * experts[chosen[k]].at(...at));
    });
  };

  test.each([
    ['samples, the best two', [5, 4], 2],
    ['each place of a sequence', [2, 3, 4], 2],
    ['all of them', [5, 4], 4],
    ['one at a time', [5, 4], 1],
  ])('%s', (_, shape, top) =>
    expectFormula({
      entry: `Identity, ${model.replace('top_k: 2', `top_k: ${top}`)}`,
      shape,
      formula: () => ({ y: (x, params) => formula(top, x, params) }),
    }),
  );

  test('copies are layers of their own, the router is the container’s', () => {
    expect(names(model.replace('experts: 4', 'experts: 2'), [4])).toEqual([
      'moe.router.weight 2×4',
      'moe.router.bias 2',
      'f.0.weight 3×4',
      'f.0.bias 3',
      'f.1.weight 3×4',
      'f.1.bias 3',
    ]);
    expect(places(model.replace('experts: 4', 'experts: 2'), [4])).toEqual({
      moe: ['tanh1.0 + tanh1.1', undefined],
      'f.0': ['', 'moe.0'],
      'tanh1.0': ['f.0', 'moe.0'],
      'f.1': ['', 'moe.1'],
      'tanh1.1': ['f.1', 'moe.1'],
    });
  });

  test('more at a time than there are, and experts that mix places, are errors', () => {
    expect(problemsOf('{MixtureOfExperts: {experts: 2, top_k: 3, layers: [{Linear: 4}]}}', [4])[0]).toContain('`top_k: 3` of 2 experts');
    expect(problemsOf('{MixtureOfExperts: {experts: 2, layers: [{Mean: {dim: 1}}]}}', [3, 4])[0]).toContain('its experts give 4 for 3×4');
  });
});

describe('NeuralODE', () => {
  const model = (args: string) => `Identity, {NeuralODE: {name: ode, ${args}, layers: [{Linear: {out_features: 3, name: f}}, Tanh]}}`;
  const plus = (a: NdArray, h: number, b: NdArray) => NdArray.of(a.shape, (...at) => a.at(...at) + h * b.at(...at));

  test('euler: x ← x + h·F(x)', () =>
    expectFormula({
      entry: model('steps: 3, method: euler'),
      shape: [2, 3],
      formula: () => ({
        y: (x, params) => [1, 2, 3].reduce((at) => plus(at, 1 / 3, layerOf(at, params, 'f', Math.tanh)), x),
      }),
    }));

  test('rk4: the classical tableau', () =>
    expectFormula({
      entry: model('steps: 2, method: rk4'),
      shape: [2, 3],
      formula: () => ({
        y: (x, params) => {
          const f = (at: NdArray) => layerOf(at, params, 'f', Math.tanh);
          const h = 0.5;
          const step = (at: NdArray) => {
            const k1 = f(at);
            const k2 = f(plus(at, h / 2, k1));
            const k3 = f(plus(at, h / 2, k2));
            const k4 = f(plus(at, h, k3));
            return plus(plus(plus(plus(at, h / 6, k1), h / 3, k2), h / 3, k3), h / 6, k4);
          };
          return step(step(x));
        },
      }),
    }));

  // dx/dt = A·x has the solution exp(A)·x: an error of order h for Euler's method, of order h⁴ for that of Runge and Kutta.
  test.each([
    ['euler', 1],
    ['rk4', 4],
  ])('%s: halving the step divides the error by 2^%i', async (method, order) => {
    const error = async (steps: number) => {
      const entry = `Identity, {NeuralODE: {steps: ${steps}, method: ${method}, layers: [{Linear: {out_features: 2, bias: false, name: f}}]}}`;
      const { y, point } = await layerAtPoint({ entry, shape: [1, 2], formula: () => ({ y: (x) => x }) });
      const a = point.params['f.weight'];
      let [term, exact] = [point.x, point.x];
      for (let n = 1; n < 30; n++) {
        const before = term;
        term = NdArray.of([1, 2], (_, i) => sum(2, (j) => a.at(i, j) * before.at(0, j)) / n);
        exact = plus(exact, 1, term);
      }
      return Math.hypot(y[0] - exact.at(0, 0), y[1] - exact.at(0, 1));
    };
    const [coarse, fine] = [await error(8), await error(16)];
    expect(Math.log2(coarse / fine)).toBeGreaterThan(order - 0.3);
    expect(Math.log2(coarse / fine)).toBeLessThan(order + 0.3);
  });

  test('one set of weights, a copy for every evaluation', () => {
    expect(names(model('steps: 2, method: rk4'), [3])).toEqual(['f.weight 3×3', 'f.bias 3']);
    const taken = places(model('steps: 2, method: euler'), [3]);
    expect(taken).toEqual({
      identity1: ['', undefined],
      ode: ['identity1 + tanh1.0 + tanh1.1', undefined],
      'f.0': ['identity1', 'ode.0'],
      'tanh1.0': ['f.0', 'ode.0'],
      'f.1': ['identity1 + tanh1.0', 'ode.1'],
      'tanh1.1': ['f.1', 'ode.1'],
    });
  });

  test('a slope of another shape is an error', () =>
    expect(problemsOf('{NeuralODE: [{Linear: 3}]}', [4])).toEqual([
      '`neuralode1`: its layers give 3 for 4: a slope has the shape of what it changes',
    ]));
});

describe('reading', () => {
  const read = (model: string) => parseModel(`data: {source: blobs}\nmodel: ${model}\nloss: MSELoss\n`);

  test('a part is a layer or a list of layers', () => {
    const { spec } = read('[{DenseBlock: [ReLU, [Tanh, {Linear: 2}]]}, {DenseBlock: {parts: [ReLU], name: d}}]');
    expect(spec?.model.map(({ name, branches, args }) => [name, branches.map((part) => part.map(({ type }) => type)), args])).toEqual([
      ['denseblock1', [['ReLU'], ['Tanh', 'Linear']], {}],
      ['d', [['ReLU']], {}],
    ]);
  });

  test.each([
    ['[{MixtureOfExperts: {layers: [ReLU]}}]', '`MixtureOfExperts` needs `experts`: a whole number from 1 to 64.'],
    ['[{NeuralODE: {layers: [ReLU], method: dopri5}}]', '`method` of `NeuralODE` must be `euler` or `rk4`, got the text `dopri5`.'],
    ['[{DenseBlock: [3]}]', 'A layer is expected here, got `3`.'],
    ['[{Highway: {init: 3, layers: [ReLU]}}]', 'An init scheme is expected here, for example `kaiming_normal`, got `3`.'],
  ])('%s', (model, message) => expect(read(model).problems.map((p) => p.message)).toEqual([message]));

  test('copies count: too many layers, and references into them, are told', () => {
    const many = read('[{NeuralODE: {steps: 1000, method: rk4, layers: [ReLU, ReLU, ReLU]}}]');
    expect(many.problems.map(({ code }) => code)).toEqual(['too-many-layers']);
    const into = read('[{MixtureOfExperts: {experts: 2, layers: [{Linear: {out_features: 2, name: a}}]}}, {Add: [a]}]');
    expect(into.problems.map(({ code }) => code)).toEqual(['unknown-reference']);
    expect(read('[{MixtureOfExperts: {experts: 2, layers: [{Linear: {out_features: 2, name: a}}]}}, {Add: [a.1]}]').problems).toEqual([]);
  });
});

test('PReLU: `init` is the number that its slopes start with', () => {
  const starts = (entry: string) => scratchForward(specOf(entry), [3]).parameters.map(({ shape, start }) => [shape, start]);
  expect(starts('PReLU')).toEqual([[[1], { constant: 0.25 }]]);
  expect(starts('{PReLU: {num_parameters: 3, init: -0.1}}')).toEqual([[[3], { constant: -0.1 }]]);
});

test('a copy’s share of the depth is asked for by the name of the copy, also where a layer has a name of JavaScript', () => {
  const g = new Graph();
  const unused = () => g.constant(0);
  const entry = '{DropPath: {p: 0.5, name: constructor}}, {DropPath: {p: 0.5, name: toString}}';
  const { scalars } = buildForward(g, specOf(entry), g.input('x', [2, 3]), { training: true, parameter: unused, buffer: unused });
  expect([...scalars]).toEqual([
    ['constructor.p', 0.25],
    ['toString.p', 0.5],
  ]);
});
