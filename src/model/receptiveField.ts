import type { Shape } from '../graph/shape';
import type { LayerRule } from './layers/layer';

/** What a value's positions see of the model's input: along each side of the sample, how many of its positions, and how far apart neighbours are. */
export interface Field {
  size: readonly number[];
  stride: readonly number[];
}

/** Images and sequences have positions from dim 2 on: each sees itself. */
export function startField(input: Shape): Field | undefined {
  if (input.length < 3) return undefined;
  const ones = input.slice(2).map(() => 1);
  return { size: ones, stride: ones };
}

/** Araujo, Norris & Sim 2019, “Computing receptive fields”: r += (k − 1) · dilation · stride so far. Undefined once positions end. */
export function fieldThrough(
  rule: LayerRule,
  args: Record<string, unknown>,
  field: Field | undefined,
  input: Shape,
  output: Shape,
): Field | undefined {
  if (!field) return undefined;
  const window = rule.window?.(args);
  if (window) {
    const { kernel, stride, dilation = [] } = window;
    return {
      size: field.size.map((size, i) => size + (kernel[i] - 1) * (dilation[i] ?? 1) * field.stride[i]),
      stride: field.stride.map((step, i) => step * stride[i]),
    };
  }
  // A Linear mixes the last dimension, and what changes the positions without a window mixes them all.
  const hasSamePositions = output.length === input.length && input.slice(2).every((n, i) => n === output[i + 2]);
  return rule.unit !== 'last' && hasSamePositions ? field : undefined;
}

/** Where ways are joined the largest counts; a way on which positions have ended ends them. */
export function widestField(fields: readonly (Field | undefined)[]): Field | undefined {
  const known = fields.filter((field) => field !== undefined);
  if (known.length < fields.length) return undefined;
  return known.reduce((a, b) => ({ size: larger(a.size, b.size), stride: larger(a.stride, b.stride) }));
}

const larger = (a: readonly number[], b: readonly number[]) => a.map((n, i) => Math.max(n, b[i]));
