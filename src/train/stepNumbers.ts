import { OPTIMIZERS } from '../model/optimizers';
import { rateAt } from '../model/schedulers';
import type { ParamGroup, Spec } from '../model/spec';
import type { ModelPlan } from './modelPlan';
import { argsAt, groupFinder } from './optimizerArgs';
import { lookaheadOf } from './update/averages';
import { gradientNoiseAt } from './update/gradient';
import { keptAfter } from './update/pruning';

/** What the numbers of a step depend on. */
export interface Moment {
  /** Counted from 1. */
  step: number;
  /** What evaluations have made of the rate so far (ReduceLROnPlateau); 1 unless told. */
  factor?: number;
}

/** The rate of a step: the optimizer's, or that of a group. */
export const rateOf = ({ step, factor }: Moment, { optimizer, schedulers }: Spec, group?: ParamGroup): number =>
  rateAt(step, (group?.args.lr ?? optimizer.args.lr) as number, schedulers, factor);

/** Numbers of the optimizer at a step, by the names of its inputs. @param age updates of the parameter, this one included. */
export const optimizerNumbers = (moment: Moment, spec: Spec, age: number, group?: ParamGroup): Record<string, number> => ({
  ...OPTIMIZERS[spec.optimizer.name].scalars(argsAt(moment.step, spec, group), age),
  lr: rateOf(moment, spec, group),
});

/** All that the update is fed with at a step. */
export function numbersAt(moment: Moment, { spec, trained }: Pick<ModelPlan, 'spec' | 'trained'>): Record<string, number> {
  const { step } = moment;
  const lookahead = lookaheadOf(spec);
  const keep = spec.train.prune && keptAfter(step, spec.train.prune, trained);
  return {
    ...optimizerNumbers(moment, spec, step),
    step,
    gradient_noise: gradientNoiseAt(step, spec),
    lookahead_now: lookahead && step % lookahead.k === 0 ? 1 : 0,
    prune_now: keep === undefined ? 0 : 1,
    prune_keep: keep ?? 0,
  };
}

/** Names of those of the optimizer's numbers that are not the same for all parameters: by their group, or by their age where some are young. */
export function numbersDiffering({ spec, trained }: ModelPlan, hasYoung: boolean): string[] {
  const groupOf = groupFinder(spec);
  const groups = new Set([undefined, ...trained.items.map(groupOf)]);
  // As they are written: a scheduler may even them out at one step and not at another.
  const all = [...groups].flatMap((group): Record<string, number>[] => {
    const args: Spec['optimizer']['args'] = { ...spec.optimizer.args, ...group?.args };
    return (hasYoung ? [1, 2, 10, 1000] : [1]).map((age) => ({ ...OPTIMIZERS[spec.optimizer.name].scalars(args, age), lr: args.lr as number }));
  });
  return Object.keys(all[0]).filter((name) => all.some((numbers) => numbers[name] !== all[0][name]));
}
