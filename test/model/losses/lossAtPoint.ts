import { expect } from 'vitest';
import { stream } from '../../../src/base/random';
import { gradients } from '../../../src/graph/autodiff';
import { Graph } from '../../../src/graph/graph';
import { lower } from '../../../src/graph/lower';
import { LOSSES, type LossName, targetShape } from '../../../src/model/losses';
import { createSession, tensor } from '../../../src/train/session';
import { z } from 'zod';
import { maxRelativeError } from '../../graph/gradientOf';
import { NdArray } from '../layers/array';

export interface LossCase {
  loss: LossName;
  args?: Record<string, unknown>;
  /** Of the model's output, the batch first. */
  output: number[];
  /** Numbers of the output from normal ones. */
  domain?: (n: number, at: number) => number;
  target: number[];
  /** The output's dimension that holds the classes. */
  classDim?: number;
  /** By the paper, in plain loops. */
  formula: (x: NdArray, target: NdArray) => number;
}

/** Holds a loss against its formula, and its gradient against central differences of the formula. */
export async function expectLoss({ loss, args = {}, output, domain = (n) => n, target, classDim = 1, formula }: LossCase): Promise<void> {
  const rule = LOSSES[loss];
  const random = stream(23, 'loss-at-point');
  const x = NdArray.of(output, () => 0);
  x.data.forEach((_, i) => (x.data[i] = domain(random.normal(), i)));
  const y = new NdArray(targetShape(rule, output, classDim), Float64Array.from(target));
  const isClass = rule.target === 'class';

  const g = new Graph();
  const [input, truth] = [g.input('x', output), g.input('y', y.shape, isClass ? 'int32' : 'float32')];
  const value = rule.build(g, input, truth, z.object(rule.args).parse(args), classDim);
  expect(value.shape).toEqual([]);
  g.output('loss', value);
  g.output('dx', gradients(g, value, [input]).get(input.id) ?? g.fill(input, 0));
  const session = await createSession(lower(g), 'float64');
  const outputs = await session.run({
    x: tensor(x.data, output, 'float64'),
    y: isClass ? tensor(Int32Array.from(y.data), y.shape, 'int32') : tensor(y.data, y.shape, 'float64'),
  });
  await session.release();

  expect(Number(outputs.loss.data[0])).toBeCloseTo(formula(x, y), 9);
  const numeric = [...x.data].map((at, i) => {
    const beside = (step: number) => {
      x.data[i] = at + step;
      const there = formula(x, y);
      x.data[i] = at;
      return there;
    };
    return (beside(1e-5) - beside(-1e-5)) / 2e-5;
  });
  expect(maxRelativeError([...(outputs.dx.data as Float64Array)], numeric)).toBeLessThan(1e-7);
}
