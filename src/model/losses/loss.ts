import * as z from 'zod';
import type { Graph, Value } from '../../graph/graph';
import type { Shape } from '../../graph/shape';
import { type ArgsOf, type ArgTable, type Documented, positive } from '../documented';

/** How predictions are scored beside the loss; `neighbours`: the share of samples whose nearest other sample is of their class. */
export type Score = 'accuracy' | 'binary-accuracy-logits' | 'binary-accuracy' | 'signs' | 'neighbours' | 'r2';

export interface LossRule<Table extends ArgTable = ArgTable> extends Documented<Table> {
  /** `class`: int32 indices, the class dimension left out; `number`: float32 of the prediction's shape. */
  target: 'class' | 'number';
  score: Score;
  /** What of the output is compared with the target; all of it as it is unless said. */
  prediction?: (g: Graph, output: Value, args: ArgsOf<Table>, classDim: number) => Value;
  /** The target is half as wide as the output. */
  isHalved?: true;
  /** The scalar task loss (of `reduction: none`, one for each element of the batch); `classDim` is the output's dimension that holds the classes. */
  build: (g: Graph, output: Value, target: Value, args: ArgsOf<Table>, classDim: number) => Value;
}

/** The smallest normal float32: its logarithm is finite. */
export const SMALLEST = 2 ** -126;

/** `none`: what each element costs; not for the file, but for who asks for the losses of single samples. */
export type Reduction = 'mean' | 'sum' | 'none';

export const reduction = z.enum(['mean', 'sum']).default('mean').describe('Average or sum over all elements of the batch.');
export const weight = z.array(positive).optional().describe('A factor per class, for unbalanced data.');
export const page = (name: string): string => `https://pytorch.org/docs/stable/generated/torch.nn.${name}.html`;
export const rule = <Table extends ArgTable>(r: LossRule<Table>): LossRule => r as unknown as LossRule;

export function reduce(g: Graph, values: Value, how: Reduction): Value {
  if (how === 'none') return values;
  return how === 'mean' ? g.mean(values) : g.sum(values);
}

/** Target shape that the loss takes for a prediction shape (both with the batch): dim of the classes left out for class targets. */
export function targetShape(loss: LossRule, output: Shape, classDim: number): Shape {
  if (loss.isHalved) return output.map((n, i) => (i === classDim ? n / 2 : n));
  return loss.target === 'class' ? output.filter((_, i) => i !== classDim) : output;
}

/** 1 where the class dimension names the target's class, else 0; of the output's shape. */
export function oneHot(g: Graph, output: Value, target: Value, dim: number): Value {
  const classes = output.shape[dim];
  const names = g.constant([...Array(classes).keys()], alongClasses(output, dim), 'int32');
  const column = output.shape.map((n, i) => (i === dim ? 1 : n));
  return g.cast(g.equal(g.reshape(target, column), names), 'float32');
}

export const alongClasses = (output: Value, dim: number): number[] => output.shape.map((n, i) => (i === dim ? n : 1));
