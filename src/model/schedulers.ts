import * as z from 'zod';
import { type ArgsOf, type ArgTable, type Documented, flag, integer, positive, real, share, size } from './documented';
import type { Choice } from './spec';

export const SCHEDULER_NAMES = [
  'StepLR',
  'MultiStepLR',
  'ExponentialLR',
  'CosineAnnealingLR',
  'CosineAnnealingWarmRestarts',
  'LinearLR',
  'OneCycleLR',
  'PolynomialLR',
  'ReduceLROnPlateau',
] as const;
export type SchedulerName = (typeof SCHEDULER_NAMES)[number];

export interface SchedulerRule<Table extends ArgTable = ArgTable> extends Documented<Table> {
  /**
   * The rate after `t` optimizer steps (t = 0 at the first), from the rate the optimizer was given.
   * @param factor what evaluations have made of it (ReduceLROnPlateau).
   */
  rate: (t: number, base: number, args: ArgsOf<Table>, factor: number) => number;
  /** The momentum (or β₁) after `t` steps, where it sets that too. */
  momentum?: (t: number, args: ArgsOf<Table>) => number | undefined;
  /** How many steps it takes as a part of a sequence; undefined: it must come last. */
  length?: (args: ArgsOf<Table>) => number;
}

const rule = <Table extends ArgTable>(r: SchedulerRule<Table>): SchedulerRule => r as unknown as SchedulerRule;
const page = (name: string) => `https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.${name}.html`;

const PLATEAU = {
  mode: z.enum(['min', 'max']).default('min').describe('min: the lower the better.'),
  factor: positive.lt(1).default(0.1).describe('Factor of a cut.'),
  patience: integer.min(0).default(10).describe('Evaluations in a row without a better one that are let pass.'),
  threshold: real.min(0).default(1e-4).describe('By how much, at least, to count as better.'),
  threshold_mode: z.enum(['rel', 'abs']).default('rel').describe('rel: as a share of the best.'),
  cooldown: integer.min(0).default(0).describe('Evaluations after a cut that do not count.'),
  min_lr: real.min(0).default(0).describe('The lowest rate.'),
  eps: real.min(0).default(1e-8).describe('A cut that changes the rate by no more is left out.'),
};
export type PlateauArgs = ArgsOf<typeof PLATEAU>;

/** The unit is the optimizer step. */
export const SCHEDULERS: Record<SchedulerName, SchedulerRule> = {
  StepLR: rule({
    doc: 'Multiplies the rate by gamma every step_size steps.',
    formula: 'lr = lr₀·γ^⌊t / step_size⌋',
    reference: page('StepLR'),
    args: { step_size: size.describe('Steps between two cuts.'), gamma: positive.default(0.1).describe('Factor of a cut.') },
    rate: (t, base, { step_size, gamma }) => base * gamma ** Math.floor(t / step_size),
  }),
  MultiStepLR: rule({
    doc: 'Multiplies the rate by gamma at each milestone.',
    formula: 'lr = lr₀·γ^(milestones passed)',
    reference: page('MultiStepLR'),
    args: {
      milestones: z.array(size).min(1).describe('Steps after which the rate is cut.'),
      gamma: positive.default(0.1).describe('Factor of a cut.'),
    },
    rate: (t, base, { milestones, gamma }) => base * gamma ** milestones.filter((at) => t >= at).length,
  }),
  ExponentialLR: rule({
    doc: 'Multiplies the rate by gamma at every step.',
    formula: 'lr = lr₀·γᵗ',
    reference: page('ExponentialLR'),
    args: { gamma: positive.describe('Factor of a step; just below 1.') },
    rate: (t, base, { gamma }) => base * gamma ** t,
  }),
  CosineAnnealingLR: rule({
    doc: 'Lowers the rate along half a cosine, from its start to eta_min in T_max steps (Loshchilov & Hutter 2017).',
    formula: 'lr = η_min + (lr₀ − η_min)·(1 + cos(π·t / T_max)) / 2',
    reference: page('CosineAnnealingLR'),
    args: { T_max: size.describe('Steps to the minimum.'), eta_min: real.min(0).default(0).describe('The lowest rate.') },
    rate: (t, base, { T_max, eta_min }) => eta_min + ((base - eta_min) * (1 + Math.cos((Math.PI * t) / T_max))) / 2,
    length: ({ T_max }) => T_max,
  }),
  CosineAnnealingWarmRestarts: rule({
    doc: 'Half a cosine down, then back up to the start at once, in rounds that may grow (SGDR).',
    formula: 'lr = η_min + (lr₀ − η_min)·(1 + cos(π·T_cur / T_i)) / 2',
    reference: page('CosineAnnealingWarmRestarts'),
    args: {
      T_0: size.describe('Steps of the first round.'),
      T_mult: size.default(1).describe('Factor from round to round.'),
      eta_min: real.min(0).default(0).describe('The lowest rate.'),
    },
    rate: (t, base, { T_0, T_mult, eta_min }) => {
      let [left, round] = [t, T_0];
      if (T_mult === 1) left %= T_0;
      else
        while (left >= round) {
          left -= round;
          round *= T_mult;
        }
      return eta_min + ((base - eta_min) * (1 + Math.cos((Math.PI * left) / round))) / 2;
    },
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
  OneCycleLR: rule({
    doc: 'Up to a high rate, then down far below the first (Smith & Topin 2019). Sets the rate by itself: the optimizer’s lr does not count.',
    formula: 'lr: max_lr/div_factor → max_lr → max_lr/(div_factor·final_div_factor)',
    reference: page('OneCycleLR'),
    args: {
      max_lr: positive.describe('The highest rate.'),
      total_steps: size.describe('Steps of the whole cycle.'),
      pct_start: share.default(0.3).describe('Share of the steps in which the rate rises.'),
      anneal_strategy: z.enum(['cos', 'linear']).default('cos').describe('Along half a cosine, or a line.'),
      cycle_momentum: flag
        .default(true)
        .describe('Momentum (or β₁) goes the other way: down while the rate rises. Whatever the optimizer’s own is, also where that is 0.'),
      base_momentum: share.default(0.85).describe('The lowest momentum.'),
      max_momentum: share.default(0.95).describe('The highest momentum.'),
      div_factor: positive.default(25).describe('max_lr over the first rate.'),
      final_div_factor: positive.default(1e4).describe('The first rate over the last.'),
      three_phase: flag.default(false).describe('Comes down as it went up, then to the last rate.'),
    },
    rate: (t, _base, args) => {
      const first = args.max_lr / args.div_factor;
      return cycle(t, args, [first, args.max_lr, ...(args.three_phase ? [first] : []), first / args.final_div_factor]);
    },
    momentum: (t, args) => {
      const { cycle_momentum, max_momentum: high, base_momentum: low, three_phase } = args;
      return cycle_momentum ? cycle(t, args, [high, low, high, ...(three_phase ? [high] : [])]) : undefined;
    },
    length: ({ total_steps }) => total_steps,
  }),
  PolynomialLR: rule({
    doc: 'Lowers the rate to 0 along a power of the steps left.',
    formula: 'lr = lr₀·(1 − min(t, total) / total)^power',
    reference: page('PolynomialLR'),
    args: { total_iters: size.default(5).describe('Steps to 0.'), power: positive.default(1).describe('1: a line.') },
    rate: (t, base, { total_iters, power }) => base * (1 - Math.min(t, total_iters) / total_iters) ** power,
    length: ({ total_iters }) => total_iters,
  }),
  ReduceLROnPlateau: rule({
    doc: 'Cuts the rate when evaluations stop getting better. Watches the validation loss, or that of training where no samples are held back, and counts evaluations: there is one after every epoch.',
    formula: 'after more than patience evaluations without a better one: lr ← max(lr·factor, min_lr)',
    reference: page('ReduceLROnPlateau'),
    args: PLATEAU,
    rate: (_t, base, { min_lr }, factor) => Math.min(base, Math.max(base * factor, min_lr)),
  }),
};

/** A value of OneCycleLR: from each given one to the next, over its phases. */
function cycle(
  t: number,
  { total_steps, pct_start, three_phase, anneal_strategy }: { total_steps: number; pct_start: number; three_phase: boolean; anneal_strategy: string },
  values: number[],
): number {
  const up = pct_start * total_steps - 1;
  const ends = three_phase ? [up, 2 * pct_start * total_steps - 2, total_steps - 1] : [up, total_steps - 1];
  const at = Math.min(t, total_steps - 1);
  const phase = Math.max(
    ends.findIndex((end) => at <= end),
    0,
  );
  const start = phase === 0 ? 0 : ends[phase - 1];
  const done = ends[phase] > start ? (at - start) / (ends[phase] - start) : 1;
  const [from, to] = [values[phase], values[phase + 1]];
  return anneal_strategy === 'cos' ? to + ((from - to) / 2) * (1 + Math.cos(Math.PI * done)) : from + (to - from) * done;
}

/** Momentum of an optimizer step where a scheduler sets it. */
export function momentumAt(step: number, schedulers: readonly Choice<SchedulerName>[]): number | undefined {
  const { t, scheduler } = placeOf(step, schedulers);
  return scheduler && SCHEDULERS[scheduler.name].momentum?.(t, scheduler.args);
}

/**
 * The rate of an optimizer step (counted from 1); several schedulers run one after the other, each from its own beginning.
 * @param factor what evaluations have made of it so far.
 */
export function rateAt(step: number, base: number, schedulers: readonly Choice<SchedulerName>[], factor = 1): number {
  const { t, scheduler } = placeOf(step, schedulers);
  return scheduler ? SCHEDULERS[scheduler.name].rate(t, base, scheduler.args, factor) : base;
}

/** Whether it sets the optimizer's momentum, or β₁. */
export const cyclesMomentum = ({ name, args }: Choice<SchedulerName>): boolean => SCHEDULERS[name].momentum?.(0, args) !== undefined;

/** The arguments of ReduceLROnPlateau, where it is its turn at a step. */
export function plateauAt(step: number, schedulers: readonly Choice<SchedulerName>[]): PlateauArgs | undefined {
  const { scheduler } = placeOf(step, schedulers);
  return scheduler?.name === 'ReduceLROnPlateau' ? (scheduler.args as PlateauArgs) : undefined;
}

/** Which scheduler a step falls to, and how many steps of it came before. */
function placeOf(step: number, schedulers: readonly Choice<SchedulerName>[]): { t: number; scheduler?: Choice<SchedulerName> } {
  let t = step - 1;
  for (const [i, scheduler] of schedulers.entries()) {
    const steps = i === schedulers.length - 1 ? Infinity : (SCHEDULERS[scheduler.name].length?.(scheduler.args) ?? Infinity);
    if (t < steps) return { t, scheduler };
    t -= steps;
  }
  return { t };
}
