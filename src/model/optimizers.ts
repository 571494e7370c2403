import * as z from 'zod';
import type { Graph, Value } from '../graph/graph';
import { type ArgsOf, type ArgTable, type Documented, flag, positive, real } from './documented';

export const OPTIMIZER_NAMES = ['SGD', 'Adam', 'AdamW'] as const;
export type OptimizerName = (typeof OPTIMIZER_NAMES)[number];

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

interface Update {
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

const rule = <Table extends ArgTable>(r: OptimizerRule<Table>): OptimizerRule => r as unknown as OptimizerRule;
const page = (name: string) => `https://pytorch.org/docs/stable/generated/torch.optim.${name}.html`;
const rate = (lr: number) => positive.default(lr).describe('Learning rate.');
const betas = z
  .tuple([real.min(0).lt(1), real.min(0).lt(1)])
  .default([0.9, 0.999])
  .describe('Decay of the running mean of the gradient and of its square.');
const eps = positive.default(1e-8).describe('Added to the denominator.');
const decay = (value: number, how: string) => real.min(0).default(value).describe(`Weight decay: ${how}`);
const maximize = flag.default(false).describe('Climb instead of descend.');

interface AdamArgs {
  betas: [number, number];
  eps: number;
  weight_decay: number;
  amsgrad: boolean;
}

const adamState = ({ amsgrad }: AdamArgs) => ['exp_avg', 'exp_avg_sq', ...(amsgrad ? ['max_exp_avg_sq'] : [])];

const adamScalars = ({ betas: [beta1, beta2], eps: epsilon, weight_decay }: AdamArgs, step: number) => ({
  beta1,
  beta2,
  eps: epsilon,
  weight_decay,
  bias_correction1: 1 - beta1 ** step,
  bias_correction2_sqrt: Math.sqrt(1 - beta2 ** step),
});

/** Kingma & Ba 2015, in PyTorch's order of operations. */
function adamStep({ g, param, gradient, state, scalar }: UpdateContext, { amsgrad }: AdamArgs): Update {
  const average = (old: Value, now: Value, beta: Value) => g.add(g.mul(old, beta), g.mul(now, g.sub(1, beta)));
  const exp_avg = average(state.exp_avg, gradient, scalar('beta1'));
  const exp_avg_sq = average(state.exp_avg_sq, g.square(gradient), scalar('beta2'));
  const max_exp_avg_sq = amsgrad ? g.max(state.max_exp_avg_sq, exp_avg_sq) : undefined;
  const denominator = g.add(g.div(g.sqrt(max_exp_avg_sq ?? exp_avg_sq), scalar('bias_correction2_sqrt')), scalar('eps'));
  const next = g.sub(param, g.mul(g.div(exp_avg, denominator), g.div(scalar('lr'), scalar('bias_correction1'))));
  return { param: next, state: { exp_avg, exp_avg_sq, ...(max_exp_avg_sq && { max_exp_avg_sq }) } };
}

const adamTable = (weightDecay: number, how: string) => ({
  lr: rate(0.001),
  betas,
  eps,
  weight_decay: decay(weightDecay, how),
  amsgrad: flag.default(false).describe('Divide by the largest second moment seen (Reddi et al. 2018).'),
  maximize,
});

export const OPTIMIZERS: Record<OptimizerName, OptimizerRule> = {
  SGD: rule({
    doc: 'Stochastic gradient descent, with momentum if wanted.',
    formula: 'b ← μ·b + (1 − τ)·g;  θ ← θ − lr·b',
    reference: page('SGD'),
    args: {
      lr: rate(0.001),
      momentum: real.min(0).default(0).describe('Share of the last update that is kept; 0.9 is usual.'),
      dampening: real.default(0).describe('Share of the gradient left out of the momentum buffer.'),
      weight_decay: decay(0, 'λ·w is added to the gradient.'),
      nesterov: flag.default(false).describe('Look ahead along the momentum; needs momentum and no dampening.'),
      maximize,
    },
    state: ({ momentum }) => (momentum ? ['momentum_buffer'] : []),
    // PyTorch's buffer starts as the first gradient, undampened.
    scalars: ({ momentum, dampening, weight_decay }, step) => ({ momentum, weight_decay, intake: step === 1 ? 1 : 1 - dampening }),
    update: ({ g, param, gradient, state, scalar }, { momentum, nesterov, weight_decay, maximize: up }): Update => {
      const signed = up ? g.neg(gradient) : gradient;
      const decayed = weight_decay ? g.add(signed, g.mul(param, scalar('weight_decay'))) : signed;
      if (!momentum) return { param: g.sub(param, g.mul(decayed, scalar('lr'))), state: {} };
      const buffer = g.add(g.mul(state.momentum_buffer, scalar('momentum')), g.mul(decayed, scalar('intake')));
      const direction = nesterov ? g.add(decayed, g.mul(buffer, scalar('momentum'))) : buffer;
      return { param: g.sub(param, g.mul(direction, scalar('lr'))), state: { momentum_buffer: buffer } };
    },
  }),
  Adam: rule({
    doc: 'Each parameter steps by the running mean of its gradient over the root of the running mean of its square.',
    formula: 'θ ← θ − lr·m̂ / (√v̂ + ε)',
    reference: page('Adam'),
    args: adamTable(0, 'λ·w is added to the gradient, so that Adam rescales it; AdamW does not.'),
    state: adamState,
    scalars: adamScalars,
    update: (context, args) => {
      const { g, param, gradient, scalar } = context;
      const signed = args.maximize ? g.neg(gradient) : gradient;
      return adamStep({ ...context, gradient: args.weight_decay ? g.add(signed, g.mul(param, scalar('weight_decay'))) : signed }, args);
    },
  }),
  AdamW: rule({
    doc: 'Adam with weight decay apart from the gradient (Loshchilov & Hutter 2019).',
    formula: 'θ ← θ·(1 − lr·λ) − lr·m̂ / (√v̂ + ε)',
    reference: page('AdamW'),
    args: adamTable(0.01, 'the weights shrink by lr·λ at every step.'),
    state: adamState,
    scalars: adamScalars,
    update: (context, args) => {
      const { g, param, gradient, scalar } = context;
      const shrunk = args.weight_decay ? g.mul(param, g.sub(1, g.mul(scalar('lr'), scalar('weight_decay')))) : param;
      return adamStep({ ...context, param: shrunk, gradient: args.maximize ? g.neg(gradient) : gradient }, args);
    },
  }),
};
