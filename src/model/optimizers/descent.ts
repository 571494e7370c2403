import { flag, positive, real } from '../documented';
import { average, decay, descent, eps, IN_GRADIENT, maximize, type OptimizerRule, page, rate, rule, type Update } from './optimizer';

const rho = (value: number) => real.min(0).lt(1).default(value).describe('Decay of the running mean of the squared gradient.');

/** Plain descent, and optimizers that scale it by the gradients so far. */
export const descentFamily = {
  SGD: rule({
    doc: 'Stochastic gradient descent, with momentum if wanted.',
    formula: 'b ← μ·b + (1 − τ)·g;  θ ← θ − lr·b',
    reference: page('SGD'),
    args: {
      lr: rate(0.001),
      momentum: real.min(0).default(0).describe('Share of the last update that is kept; 0.9 is usual.'),
      dampening: real.default(0).describe('Share of the gradient left out of the momentum buffer.'),
      weight_decay: decay(0, IN_GRADIENT),
      nesterov: flag.default(false).describe('Look ahead along the momentum; needs momentum and no dampening.'),
      maximize,
    },
    state: ({ momentum }) => (momentum ? ['momentum_buffer'] : []),
    // PyTorch's buffer starts as the first gradient, undampened.
    // Where momentum is 0, beside other layers that have one, there is nothing to dampen.
    scalars: ({ momentum, dampening, weight_decay }, step) => ({ momentum, weight_decay, intake: step === 1 || !momentum ? 1 : 1 - dampening }),
    update: (context, args): Update => {
      const { g, param, state, scalar } = context;
      const { momentum, nesterov } = args;
      const decayed = descent(context, args);
      if (!momentum) return { param: g.sub(param, g.mul(decayed, scalar('lr'))), state: {} };
      const buffer = g.add(g.mul(state.momentum_buffer, scalar('momentum')), g.mul(decayed, scalar('intake')));
      const direction = nesterov ? g.add(decayed, g.mul(buffer, scalar('momentum'))) : buffer;
      return { param: g.sub(param, g.mul(direction, scalar('lr'))), state: { momentum_buffer: buffer } };
    },
  }),
  RMSprop: rule({
    doc: 'Divides the gradient by the root of the running mean of its square (Hinton’s lecture 6e).',
    formula: 'v ← α·v + (1 − α)·g²;  θ ← θ − lr·g / (√v + ε)',
    reference: page('RMSprop'),
    args: {
      lr: rate(0.01),
      alpha: rho(0.99),
      eps: eps(),
      weight_decay: decay(0, IN_GRADIENT),
      momentum: real.min(0).default(0).describe('Share of the last update that is kept.'),
      centered: flag.default(false).describe('Divides by the standard deviation instead of the root mean square.'),
      maximize,
    },
    state: ({ momentum, centered }) => ['square_avg', ...(momentum > 0 ? ['momentum_buffer'] : []), ...(centered ? ['grad_avg'] : [])],
    scalars: ({ alpha, eps: epsilon, weight_decay, momentum }) => ({ alpha, eps: epsilon, weight_decay, momentum }),
    update: (context, args): Update => {
      const { g, param, state, scalar } = context;
      const gradient = descent(context, args);
      const square_avg = average(g, state.square_avg, g.square(gradient), scalar('alpha'));
      const grad_avg = args.centered ? average(g, state.grad_avg, gradient, scalar('alpha')) : undefined;
      const spread = grad_avg ? g.sub(square_avg, g.square(grad_avg)) : square_avg;
      const scaled = g.div(gradient, g.add(g.sqrt(spread), scalar('eps')));
      const kept = { square_avg, ...(grad_avg && { grad_avg }) };
      if (args.momentum === 0) return { param: g.sub(param, g.mul(scaled, scalar('lr'))), state: kept };
      const momentum_buffer = g.add(g.mul(state.momentum_buffer, scalar('momentum')), scaled);
      return { param: g.sub(param, g.mul(momentum_buffer, scalar('lr'))), state: { ...kept, momentum_buffer } };
    },
  }),
  Adagrad: rule({
    doc: 'Divides by the root of the sum of all squared gradients: parameters that are seldom used keep large steps (Duchi et al. 2011).',
    formula: 's ← s + g²;  θ ← θ − lr / (1 + (t − 1)·η) · g / (√s + ε)',
    reference: page('Adagrad'),
    args: {
      lr: rate(0.01),
      lr_decay: real.min(0).default(0).describe('η: how the rate falls with the steps.'),
      weight_decay: decay(0, IN_GRADIENT),
      initial_accumulator_value: real.min(0).default(0).describe('Where the sum starts.'),
      eps: eps(1e-10),
      maximize,
    },
    state: () => ['sum'],
    // State starts at 0: what the sum starts at comes in with the first gradient.
    scalars: ({ lr_decay, weight_decay, initial_accumulator_value, eps: epsilon }, step) => ({
      weight_decay,
      eps: epsilon,
      slowdown: 1 + (step - 1) * lr_decay,
      intake: step === 1 ? initial_accumulator_value : 0,
    }),
    update: (context, args): Update => {
      const { g, param, state, scalar } = context;
      const gradient = descent(context, args);
      const sum = g.add(g.add(state.sum, scalar('intake')), g.square(gradient));
      const step = g.mul(g.div(gradient, g.add(g.sqrt(sum), scalar('eps'))), g.div(scalar('lr'), scalar('slowdown')));
      return { param: g.sub(param, step), state: { sum } };
    },
  }),
  Adadelta: rule({
    doc: 'Steps in the units of the weights: by the running size of past updates over that of the gradients (Zeiler 2012).',
    formula: 'Δ = √(u + ε) / √(v + ε) · g;  u ← ρ·u + (1 − ρ)·Δ²;  θ ← θ − lr·Δ',
    reference: page('Adadelta'),
    args: {
      lr: rate(1),
      rho: rho(0.9),
      eps: positive.default(1e-6).describe('Added under the roots.'),
      weight_decay: decay(0, IN_GRADIENT),
      maximize,
    },
    state: () => ['square_avg', 'acc_delta'],
    scalars: ({ rho: share, eps: epsilon, weight_decay }) => ({ rho: share, eps: epsilon, weight_decay }),
    update: (context, args): Update => {
      const { g, param, state, scalar } = context;
      const gradient = descent(context, args);
      const square_avg = average(g, state.square_avg, g.square(gradient), scalar('rho'));
      const root = (v: typeof param) => g.sqrt(g.add(v, scalar('eps')));
      const delta = g.mul(g.div(root(state.acc_delta), root(square_avg)), gradient);
      const acc_delta = average(g, state.acc_delta, g.square(delta), scalar('rho'));
      return { param: g.sub(param, g.mul(delta, scalar('lr'))), state: { square_avg, acc_delta } };
    },
  }),
} satisfies Record<string, OptimizerRule>;
