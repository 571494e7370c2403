import { expect } from 'vitest';
import { hash32, stream } from '../../../src/base/random';
import { gradients } from '../../../src/graph/autodiff';
import { Graph } from '../../../src/graph/graph';
import { lower } from '../../../src/graph/lower';
import { product } from '../../../src/graph/shape';
import { buildForward } from '../../../src/model/build';
import { parseModel } from '../../../src/model/parse';
import type { Spec } from '../../../src/model/spec';
import { createSession, type Feeds, numbers, tensor } from '../../../src/train/session';
import { maxRelativeError } from '../../graph/gradientOf';
import { NdArray } from './array';

type Arrays = Record<string, NdArray>;

/** Where a layer is looked at: an input, its parameters and running statistics by their names within the layer. */
export interface Point {
  x: NdArray;
  params: Arrays;
  buffers: Arrays;
}

export interface LayerCase {
  /** As in the file: `{BatchRenorm1d: {rmax: 2}}`; several make a chain, whose parameters carry their layer's name. */
  entry: string;
  /** Of the input, the batch first. */
  shape: number[];
  /** In training unless told. */
  isEvaluation?: true;
  /** Where ONNX Runtime has no double kernel. */
  precision?: 'float32';
  /** Numbers of the input from normal ones. */
  domain?: (n: number, at: number) => number;
  /** Parameters by their names within the layer, where random numbers will not do. */
  weights?: Record<string, (...index: number[]) => number>;
  /** Number of the optimizer step, where the layer asks for it. */
  step?: number;
  /** Of the layer's noise. */
  seed?: number;
  /**
   * The layer by the formula of its paper. What is a constant for the gradient is worked out at the point, outside of `y`.
   * `buffers`: what they become in this step; absent where they stay.
   */
  formula: (point: Point) => { y: (x: NdArray, params: Arrays) => NdArray; buffers?: Arrays };
  /** The input has no slope: tokens. */
  isInputFixed?: true;
}

export function specOf(entry: string): Spec {
  const { spec, problems } = parseModel(`data: {source: blobs}\nmodel: [${entry}]\nloss: CrossEntropyLoss\n`);
  if (!spec) throw new Error(problems.map(({ message }) => message).join('\n'));
  return spec;
}

/** As the trainer makes them, for step `draw`; the first is odd. */
const seedsOf = (name: string, draw: number) => Uint32Array.of(hash32(5, draw, name, 0) | 1, hash32(5, draw, name, 1));

/** What a layer without parameters makes of an input in training, in many steps. */
export async function drawsOf(entry: string, x: NdArray, steps: number): Promise<number[][]> {
  const g = new Graph();
  const none = () => {
    throw new Error('has parameters');
  };
  const { output, scalars, seeds } = buildForward(g, specOf(entry), g.input('x', x.shape), { training: true, parameter: none, buffer: none });
  g.output('y', output);
  const session = await createSession(lower(g));
  const fed: Feeds = { x: tensor(Float32Array.from(x.data), x.shape) };
  for (const [name, value] of scalars) fed[name] = tensor(Float32Array.of(value), []);
  const draws: number[][] = [];
  for (let step = 0; step < steps; step++) {
    for (const name of seeds) fed[name] = tensor(seedsOf(name, step), [2], 'uint32');
    draws.push([...numbers((await session.run(fed)).y)]);
  }
  await session.release();
  return draws;
}

/** A layer's own output, running statistics and gradients of a random projection, on the engine. */
export async function layerAtPoint({ entry, shape, isEvaluation, precision, domain, weights = {}, step = 1, seed = 1 }: LayerCase) {
  const random = stream(11, 'layer-at-point');
  const isDouble = precision !== 'float32';
  const fed: Feeds = {};
  const feed = (name: string, { data, shape: dims }: NdArray) =>
    (fed[name] = isDouble ? tensor(data, dims, 'float64') : tensor(Float32Array.from(data), dims));
  const point: Point = { x: NdArray.of(shape, () => 0), params: {}, buffers: {} };
  point.x.data.forEach((_, i) => (point.x.data[i] = (domain ?? ((n) => n))(random.normal(), i)));

  const g = new Graph();
  const spec = specOf(entry);
  const short = (name: string) => (spec.model.length === 1 ? name.slice(spec.model[0].name.length + 1) : name);
  const input = (name: string, value: NdArray) => {
    feed(name, value);
    return g.input(name, value.shape);
  };
  const x = input('x', point.x);
  const forward = buildForward(g, spec, x, {
    training: !isEvaluation,
    parameter: (p) => {
      const centre = 'constant' in p.start ? p.start.constant : 0;
      const spread = 'constant' in p.start ? 0.3 : 0.6;
      return input(p.name, (point.params[short(p.name)] = NdArray.of(p.shape, weights[short(p.name)] ?? (() => centre + spread * random.normal()))));
    },
    buffer: (b) => {
      const value = b.start === 0 ? () => 0.3 * random.normal() : () => 0.4 + 0.6 * Math.abs(random.normal());
      return input(b.name, (point.buffers[short(b.name)] = NdArray.of(b.shape, value)));
    },
  });
  for (const [name, value] of forward.scalars) feed(name, new NdArray([], Float64Array.of(value)));
  feed('step', new NdArray([], Float64Array.of(step)));
  for (const [i, name] of forward.seeds.entries())
    fed[name] = tensor(Uint32Array.of(2 * (seed * 7919 + i) + 1, seed * 104_729 + 17 * i), [2], 'uint32');

  const { output } = forward;
  const projection = NdArray.of(output.shape, () => random.normal());
  const value = g.sum(g.mul(output, g.constant([...projection.data], output.shape)));
  const variables = [x, ...forward.parameters.map(({ name, shape: dims }) => g.input(name, dims))];
  const grads = gradients(g, value, variables);
  g.output('y', output);
  variables.forEach((v, i) => g.output(`d${i}`, grads.get(v.id) ?? g.fill(v, 0)));
  for (const [name, next] of forward.updates) g.output(`next ${name}`, next);

  const lowered = lower(g);
  const session = await createSession(lowered, isDouble ? 'float64' : 'float32');
  const inputs = new Set(lowered.nodes.flatMap(({ op, attrs }) => (op === 'Input' ? [attrs.name as string] : [])));
  const outputs = await session.run(Object.fromEntries(Object.entries(fed).filter(([name]) => inputs.has(name))));
  await session.release();
  const read = (name: string) => [...(outputs[name].data as Float64Array)];
  const next = Object.fromEntries([...forward.updates.keys()].map((name) => [short(name), read(`next ${name}`)]));
  return { point, projection, shape: output.shape, y: read('y'), next, gradients: variables.map((_, i) => read(`d${i}`)) };
}

/** Holds a layer against its formula: what it makes, what its statistics become, and its gradients against central differences of the formula. */
export async function expectFormula(one: LayerCase): Promise<void> {
  const { point, projection, shape, y, next, gradients: analytic } = await layerAtPoint(one);
  const { y: formula, buffers = {} } = one.formula(point);
  const expected = formula(point.x, point.params);
  const isDouble = one.precision !== 'float32';
  expect(shape).toEqual(expected.shape);
  expect(maxRelativeError(y, [...expected.data])).toBeLessThan(isDouble ? 1e-9 : 1e-5);
  expect(Object.keys(next).sort()).toEqual(Object.keys(buffers).sort());
  for (const [name, value] of Object.entries(buffers)) expect(maxRelativeError(next[name], [...value.data])).toBeLessThan(isDouble ? 1e-9 : 1e-5);

  const variables = [point.x, ...Object.values(point.params)];
  const projected = () => formula(point.x, point.params).data.reduce((total, v, i) => total + v * projection.data[i], 0);
  variables.forEach(({ data }, which) => {
    if (which === 0 && one.isInputFixed) return;
    const numeric = [...data].map((at, i) => {
      const beside = (step: number) => {
        data[i] = at + step;
        const there = projected();
        data[i] = at;
        return there;
      };
      return (beside(1e-5) - beside(-1e-5)) / 2e-5;
    });
    expect(analytic[which]).toHaveLength(product(variables[which].shape));
    const names = ['x', ...Object.keys(point.params)];
    expect(maxRelativeError(analytic[which], numeric), `gradient of ${names[which]}`).toBeLessThan(isDouble ? 1e-7 : 2e-4);
  });
}
