import { flag, positive } from '../documented';
import {
  APART,
  average,
  betas,
  decay,
  descent,
  eps,
  IN_GRADIENT,
  maximize,
  type OptimizerRule,
  page,
  rate,
  rule,
  type Update,
  type UpdateContext,
} from './optimizer';

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
  const exp_avg = average(g, state.exp_avg, gradient, scalar('beta1'));
  const exp_avg_sq = average(g, state.exp_avg_sq, g.square(gradient), scalar('beta2'));
  const max_exp_avg_sq = amsgrad ? g.max(state.max_exp_avg_sq, exp_avg_sq) : undefined;
  const denominator = g.add(g.div(g.sqrt(max_exp_avg_sq ?? exp_avg_sq), scalar('bias_correction2_sqrt')), scalar('eps'));
  const next = g.sub(param, g.mul(g.div(exp_avg, denominator), g.div(scalar('lr'), scalar('bias_correction1'))));
  return { param: next, state: { exp_avg, exp_avg_sq, ...(max_exp_avg_sq && { max_exp_avg_sq }) } };
}

const adamTable = (weightDecay: number, how: string) => ({
  lr: rate(0.001),
  betas: betas(),
  eps: eps(),
  weight_decay: decay(weightDecay, how),
  amsgrad: flag.default(false).describe('Divide by the largest second moment seen (Reddi et al. 2018).'),
  maximize,
});

/** Powers of 0.96 per step: what NAdam's momentum starts lower by. */
const WARM_UP = 0.96;
/** Products of NAdam's momenta up to each step, by its arguments. */
const products = new Map<string, number[]>();

const nadamMomentum = (beta1: number, step: number, momentumDecay: number) => beta1 * (1 - 0.5 * WARM_UP ** (step * momentumDecay));

function nadamProduct(beta1: number, step: number, momentumDecay: number): number {
  const key = `${beta1} ${momentumDecay}`;
  const known = products.get(key) ?? [1];
  products.set(key, known);
  for (let i = known.length; i <= step; i++) known.push(known[i - 1] * nadamMomentum(beta1, i, momentumDecay));
  return known[step];
}

/** Optimizers that divide by a running size of the gradient, with momentum. */
export const adamFamily = {
  Adam: rule({
    doc: 'Each parameter steps by the running mean of its gradient over the root of the running mean of its square.',
    formula: 'θ ← θ − lr·m̂ / (√v̂ + ε)',
    reference: page('Adam'),
    args: adamTable(0, 'λ·w is added to the gradient, so that Adam rescales it; AdamW does not.'),
    state: adamState,
    scalars: adamScalars,
    update: (context, args) => adamStep({ ...context, gradient: descent(context, args) }, args),
  }),
  AdamW: rule({
    doc: 'Adam with weight decay apart from the gradient (Loshchilov & Hutter 2019).',
    formula: 'θ ← θ·(1 − lr·λ) − lr·m̂ / (√v̂ + ε)',
    reference: page('AdamW'),
    args: adamTable(0.01, APART),
    state: adamState,
    scalars: adamScalars,
    update: (context, args) => {
      const { g, param, gradient, scalar } = context;
      const shrunk = args.weight_decay ? g.mul(param, g.sub(1, g.mul(scalar('lr'), scalar('weight_decay')))) : param;
      return adamStep({ ...context, param: shrunk, gradient: args.maximize ? g.neg(gradient) : gradient }, args);
    },
  }),
  Adamax: rule({
    doc: 'Adam by the largest recent gradient instead of the root of the mean square (Kingma & Ba 2015).',
    formula: 'u ← max(β₂·u, |g| + ε);  θ ← θ − lr / (1 − β₁ᵗ) · m / u',
    reference: page('Adamax'),
    args: { lr: rate(0.002), betas: betas(), eps: eps(), weight_decay: decay(0, IN_GRADIENT), maximize },
    state: () => ['exp_avg', 'exp_inf'],
    scalars: ({ betas: [beta1, beta2], eps: epsilon, weight_decay }, step) => ({
      beta1,
      beta2,
      eps: epsilon,
      weight_decay,
      bias_correction1: 1 - beta1 ** step,
    }),
    update: (context, args): Update => {
      const { g, param, state, scalar } = context;
      const gradient = descent(context, args);
      const exp_avg = average(g, state.exp_avg, gradient, scalar('beta1'));
      const exp_inf = g.max(g.mul(state.exp_inf, scalar('beta2')), g.add(g.abs(gradient), scalar('eps')));
      const next = g.sub(param, g.mul(g.div(exp_avg, exp_inf), g.div(scalar('lr'), scalar('bias_correction1'))));
      return { param: next, state: { exp_avg, exp_inf } };
    },
  }),
  NAdam: rule({
    doc: 'Adam that looks ahead along its momentum (Dozat 2016).',
    formula: 'θ ← θ − lr·( μ_{t+1}·m / (1 − Π μ) + (1 − μ_t)·g / (1 − Π μ) ) / (√v̂ + ε)',
    reference: page('NAdam'),
    args: {
      lr: rate(0.002),
      betas: betas(),
      eps: eps(),
      weight_decay: decay(0, IN_GRADIENT),
      momentum_decay: positive.default(4e-3).describe('How fast the momentum grows to its full size.'),
    },
    state: () => ['exp_avg', 'exp_avg_sq'],
    scalars: ({ betas: [beta1, beta2], eps: epsilon, weight_decay, momentum_decay }, step) => {
      const [now, next] = [nadamMomentum(beta1, step, momentum_decay), nadamMomentum(beta1, step + 1, momentum_decay)];
      const product = nadamProduct(beta1, step, momentum_decay);
      return {
        beta1,
        beta2,
        eps: epsilon,
        weight_decay,
        bias_correction2: 1 - beta2 ** step,
        share_of_gradient: (1 - now) / (1 - product),
        // The paper has the product up to the next step here; PyTorch 1.13 counts the present one twice.
        share_of_momentum: next / (1 - product * now * next),
      };
    },
    update: (context, args): Update => {
      const { g, param, state, scalar } = context;
      const gradient = descent(context, args);
      const exp_avg = average(g, state.exp_avg, gradient, scalar('beta1'));
      const exp_avg_sq = average(g, state.exp_avg_sq, g.square(gradient), scalar('beta2'));
      const denominator = g.add(g.sqrt(g.div(exp_avg_sq, scalar('bias_correction2'))), scalar('eps'));
      const direction = g.add(g.mul(gradient, scalar('share_of_gradient')), g.mul(exp_avg, scalar('share_of_momentum')));
      return { param: g.sub(param, g.mul(g.div(direction, denominator), scalar('lr'))), state: { exp_avg, exp_avg_sq } };
    },
  }),
  RAdam: rule({
    doc: 'Adam whose first steps do not divide by a second moment that is known too little yet (Liu et al. 2020): a warm-up by itself.',
    formula: 'θ ← θ − lr·m̂·r_t / (√v̂ + ε), or θ − lr·m̂ while r_t is not known',
    reference: page('RAdam'),
    args: { lr: rate(0.001), betas: betas(), eps: eps(), weight_decay: decay(0, IN_GRADIENT) },
    state: () => ['exp_avg', 'exp_avg_sq'],
    scalars: ({ betas: [beta1, beta2], eps: epsilon, weight_decay }, step) => {
      const correction2 = 1 - beta2 ** step;
      const longest = 2 / (1 - beta2) - 1;
      const length = longest - (2 * step * beta2 ** step) / correction2;
      const isKnown = length > 5;
      const r = Math.sqrt(((length - 4) * (length - 2) * longest) / ((longest - 4) * (longest - 2) * length));
      const adaptive = isKnown ? r * Math.sqrt(correction2) : 0;
      return { beta1, beta2, eps: epsilon, weight_decay, bias_correction1: 1 - beta1 ** step, adaptive, plain: isKnown ? 0 : 1 };
    },
    update: (context, args): Update => {
      const { g, param, state, scalar } = context;
      const gradient = descent(context, args);
      const exp_avg = average(g, state.exp_avg, gradient, scalar('beta1'));
      const exp_avg_sq = average(g, state.exp_avg_sq, g.square(gradient), scalar('beta2'));
      const factor = g.add(g.div(scalar('adaptive'), g.add(g.sqrt(exp_avg_sq), scalar('eps'))), scalar('plain'));
      const mean = g.div(exp_avg, scalar('bias_correction1'));
      return { param: g.sub(param, g.mul(g.mul(mean, factor), scalar('lr'))), state: { exp_avg, exp_avg_sq } };
    },
  }),
  Lion: rule({
    doc: 'Every weight moves by the same size, in the direction that gradient and momentum agree on (found by search). Wants a third to a tenth of AdamW’s rate.',
    formula: 'θ ← θ·(1 − lr·λ) − lr·sign(β₁·m + (1 − β₁)·g);  m ← β₂·m + (1 − β₂)·g',
    reference: 'Chen et al. 2023, Symbolic Discovery of Optimization Algorithms',
    args: { lr: rate(1e-4), betas: betas(0.9, 0.99), weight_decay: decay(0, APART), maximize },
    state: () => ['exp_avg'],
    scalars: ({ betas: [beta1, beta2], weight_decay }) => ({ beta1, beta2, weight_decay }),
    update: ({ g, param, gradient, state, scalar }, args): Update => {
      const signed = args.maximize ? g.neg(gradient) : gradient;
      const shrunk = args.weight_decay ? g.mul(param, g.sub(1, g.mul(scalar('lr'), scalar('weight_decay')))) : param;
      const direction = g.sign(average(g, state.exp_avg, signed, scalar('beta1')));
      return { param: g.sub(shrunk, g.mul(direction, scalar('lr'))), state: { exp_avg: average(g, state.exp_avg, signed, scalar('beta2')) } };
    },
  }),
} satisfies Record<string, OptimizerRule>;
