import * as z from 'zod';
import type { Graph, Value } from '../../graph/graph';
import { type ArgsOf, type ArgTable, type Documented, flag, positive, real } from '../documented';

/** What an update may use: everything is flat over all trained parameters, scalars are inputs of the step. */
export interface UpdateContext {
  g: Graph;
  param: Value;
  gradient: Value;
  /** By the names of `state`. */
  state: Record<string, Value>;
  /** By the names that `scalars` returns, and `lr`. */
  scalar: (name: string) => Value;
}

export interface Update {
  param: Value;
  state: Record<string, Value>;
}

export interface OptimizerRule<Table extends ArgTable = ArgTable> extends Documented<Table> {
  /** Names of the state tensors, as in PyTorch's optimizer state. All start at 0. */
  state: (args: ArgsOf<Table>) => string[];
  /** Numbers fed at a step (counted from 1). */
  scalars: (args: ArgsOf<Table>, step: number) => Record<string, number>;
  update: (context: UpdateContext, args: ArgsOf<Table>) => Update;
}

export const rule = <Table extends ArgTable>(r: OptimizerRule<Table>): OptimizerRule => r as unknown as OptimizerRule;
export const page = (name: string): string => `https://pytorch.org/docs/stable/generated/torch.optim.${name}.html`;

// Arguments that optimizers have in common.
export const rate = (lr: number) => positive.default(lr).describe('Learning rate.');
const decayRate = real.min(0).lt(1);
export const betas = (first = 0.9, second = 0.999) =>
  z.tuple([decayRate, decayRate]).default([first, second]).describe('Decay of the running mean of the gradient and of its square.');
export const eps = (value = 1e-8) => positive.default(value).describe('Added to the denominator.');
export const decay = (value: number, how: string) => real.min(0).default(value).describe(`Weight decay: ${how}`);
export const IN_GRADIENT = 'λ·w is added to the gradient.';
export const APART = 'the weights shrink by lr·λ at every step.';
export const maximize = flag.default(false).describe('Climb instead of descend.');

/** The direction that is descended: the gradient with its sign and λ·w. */
export function descent({ g, param, gradient, scalar }: UpdateContext, args: { weight_decay: number; maximize?: boolean }): Value {
  const signed = args.maximize ? g.neg(gradient) : gradient;
  return args.weight_decay ? g.add(signed, g.mul(param, scalar('weight_decay'))) : signed;
}

/** β·old + (1 − β)·now. */
export const average = (g: Graph, old: Value, now: Value, beta: Value): Value => g.add(g.mul(old, beta), g.mul(now, g.sub(1, beta)));
