import { type ArgsOf, type ArgTable, type Documented, positive, real, share, size } from './documented';
import type { Choice } from './spec';

export const SCHEDULER_NAMES = ['StepLR', 'CosineAnnealingLR', 'LinearLR'] as const;
export type SchedulerName = (typeof SCHEDULER_NAMES)[number];

export interface SchedulerRule<Table extends ArgTable = ArgTable> extends Documented<Table> {
  /** The rate after `t` optimizer steps (t = 0 at the first), from the rate the optimizer was given. */
  rate: (t: number, base: number, args: ArgsOf<Table>) => number;
  /** How many steps it takes as a part of a sequence; undefined: it must come last. */
  length?: (args: ArgsOf<Table>) => number;
}

const rule = <Table extends ArgTable>(r: SchedulerRule<Table>): SchedulerRule => r as unknown as SchedulerRule;
const page = (name: string) => `https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.${name}.html`;

/** The unit is the optimizer step. */
export const SCHEDULERS: Record<SchedulerName, SchedulerRule> = {
  StepLR: rule({
    doc: 'Multiplies the rate by gamma every step_size steps.',
    formula: 'lr = lr₀·γ^⌊t / step_size⌋',
    reference: page('StepLR'),
    args: { step_size: size.describe('Steps between two cuts.'), gamma: positive.default(0.1).describe('Factor of a cut.') },
    rate: (t, base, { step_size, gamma }) => base * gamma ** Math.floor(t / step_size),
  }),
  CosineAnnealingLR: rule({
    doc: 'Lowers the rate along half a cosine, from its start to eta_min in T_max steps (Loshchilov & Hutter 2017).',
    formula: 'lr = η_min + (lr₀ − η_min)·(1 + cos(π·t / T_max)) / 2',
    reference: page('CosineAnnealingLR'),
    args: { T_max: size.describe('Steps to the minimum.'), eta_min: real.min(0).default(0).describe('The lowest rate.') },
    rate: (t, base, { T_max, eta_min }) => eta_min + ((base - eta_min) * (1 + Math.cos((Math.PI * t) / T_max))) / 2,
    length: ({ T_max }) => T_max,
  }),
  LinearLR: rule({
    doc: 'Moves the rate from start_factor to end_factor of itself in total_iters steps: the usual warm-up.',
    formula: 'lr = lr₀·(start + (end − start)·min(t, total) / total)',
    reference: page('LinearLR'),
    args: {
      start_factor: positive
        .max(1)
        .default(1 / 3)
        .describe('Factor at the first step.'),
      end_factor: share.default(1).describe('Factor at the end.'),
      total_iters: size.default(5).describe('Steps from the first to the second.'),
    },
    rate: (t, base, { start_factor, end_factor, total_iters }) =>
      base * (start_factor + ((end_factor - start_factor) * Math.min(t, total_iters)) / total_iters),
    length: ({ total_iters }) => total_iters,
  }),
};

/** The rate of an optimizer step (counted from 1); several schedulers run one after the other, each from its own beginning. */
export function rateAt(step: number, base: number, schedulers: readonly Choice<SchedulerName>[]): number {
  let t = step - 1;
  for (const [i, { name, args }] of schedulers.entries()) {
    const { rate, length } = SCHEDULERS[name];
    const steps = i === schedulers.length - 1 ? Infinity : (length?.(args) ?? Infinity);
    if (t < steps) return rate(t, base, args);
    t -= steps;
  }
  return base;
}
