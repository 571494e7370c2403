import { asNamed, readChoice, readChosen, type Choices } from './choices';
import { LOSSES, type LossName } from './losses';
import { OPTIMIZERS, type OptimizerName, type WrapperName, WRAPPERS } from './optimizers';
import type { SourceRange } from './problem';
import type { Problems } from './problems';
import { cyclesMomentum, SCHEDULERS, type SchedulerName } from './schedulers';
import type { Choice, Located } from './spec';
import { entryOf, type MapEntry, type Tree } from './tree';

export const LOSS_CHOICES: Choices<LossName> = { noun: 'loss', kind: 'loss', registry: LOSSES, example: 'CrossEntropyLoss' };
export const OPTIMIZER_CHOICES: Choices<OptimizerName | WrapperName> = {
  noun: 'optimizer',
  kind: 'optimizer',
  registry: { ...OPTIMIZERS, ...WRAPPERS },
  example: 'AdamW: {lr: 0.001}',
};
export const SCHEDULER_CHOICES: Choices<SchedulerName> = {
  noun: 'scheduler',
  kind: 'scheduler',
  registry: SCHEDULERS,
  example: 'CosineAnnealingLR: 1000',
};

/** The loss, with the label smoothing that `regularize` asks for. */
export function readLoss(entry: MapEntry, smoothing: Located<number> | undefined, problems: Problems): Choice<LossName> | undefined {
  const loss = readChoice(entry.value, LOSS_CHOICES, problems, entry.keyRange);
  if (!loss || !smoothing) return loss;
  if (loss.argRanges.label_smoothing) {
    problems.error('label-smoothing-twice', '`label_smoothing` is given here and in the loss; keep one of them.', smoothing.range);
  } else if (!('label_smoothing' in LOSSES[loss.name].args)) {
    problems.error('bad-value', `\`label_smoothing\` is for CrossEntropyLoss; \`${loss.name}\` has none.`, smoothing.range);
  }
  return { ...loss, args: { ...loss.args, label_smoothing: smoothing.value } };
}

/** The optimizer that makes the steps, and what stands around it, outermost first. */
export interface ReadOptimizer {
  optimizer: Choice<OptimizerName>;
  wrappers: Choice<WrapperName>[];
}

/** Absent: AdamW with its defaults, located at `fallback`. */
export function readOptimizer(entry: MapEntry | undefined, fallback: SourceRange, problems: Problems): ReadOptimizer | undefined {
  return entry ? readWrapped(entry.value, entry.keyRange, [], problems) : withDefault(fallback, [], problems);
}

function withDefault(range: SourceRange, wrappers: Choice<WrapperName>[], problems: Problems): ReadOptimizer | undefined {
  const optimizer = readChosen('AdamW', { nameRange: range }, range, OPTIMIZERS.AdamW.args, problems);
  return optimizer && { optimizer, wrappers };
}

function readWrapped(tree: Tree, keyRange: SourceRange, outer: Choice<WrapperName>[], problems: Problems): ReadOptimizer | undefined {
  const read = readChoice(tree, OPTIMIZER_CHOICES, problems, keyRange) as Choice<OptimizerName> | Choice<WrapperName> | undefined;
  if (!read) return undefined;
  if (!isWrapper(read)) {
    const { nesterov, momentum, dampening } = read.args;
    if (nesterov === true && (momentum === 0 || dampening !== 0))
      problems.error('bad-value', '`nesterov: true` needs `momentum` above 0 and no `dampening`.', read.argRanges.nesterov);
    return { optimizer: read, wrappers: outer };
  }
  const { name, range } = read;
  if (outer.some((wrapper) => wrapper.name === name)) {
    problems.error('wrapped-twice', `\`${name}\` stands around itself; keep one of the two.`, range);
    return undefined;
  }
  const { optimizer: _, ...args } = read.args;
  const value = asNamed(tree)?.value;
  const inner = value?.kind === 'map' ? entryOf(value, 'optimizer') : undefined;
  const wrappers = [...outer, { ...read, args }];
  return inner ? readWrapped(inner.value, inner.keyRange, wrappers, problems) : withDefault(range, wrappers, problems);
}

function isWrapper(choice: Choice<OptimizerName> | Choice<WrapperName>): choice is Choice<WrapperName> {
  return Object.hasOwn(WRAPPERS, choice.name);
}

/** Where the optimizer that makes the steps stands in the file. */
export const optimizerPath = (wrappers: readonly Choice<WrapperName>[]): string[] => [
  'optimizer',
  ...wrappers.flatMap(({ name }) => [name, 'optimizer']),
];

/** One scheduler, or a list that runs one after the other. */
export function readSchedulers(entry: MapEntry | undefined, problems: Problems): Choice<SchedulerName>[] {
  if (!entry) return [];
  const items = entry.value.kind === 'list' ? entry.value.items : [entry.value];
  const read = items.map((item) => readChoice(item, SCHEDULER_CHOICES, problems, entry.keyRange));
  for (const scheduler of read.slice(0, -1)) {
    if (scheduler && !SCHEDULERS[scheduler.name].length) {
      problems.error('endless-scheduler', `\`${scheduler.name}\` has no end, so nothing can follow it. Put it last.`, scheduler.range);
    }
  }
  return read.filter((scheduler) => scheduler !== undefined);
}

/** An optimizer without a momentum is none that OneCycleLR can cycle, as in PyTorch. One whose momentum is 0 gets the cycled one, as there. */
export function checkCycledMomentum(schedulers: readonly Choice<SchedulerName>[], { name }: Choice<OptimizerName>, problems: Problems): void {
  const { args } = OPTIMIZERS[name];
  if ('momentum' in args || 'betas' in args) return;
  for (const scheduler of schedulers) {
    if (!cyclesMomentum(scheduler)) continue;
    const message = `\`${scheduler.name}\` cycles the momentum too, and \`${name}\` has none. Add \`cycle_momentum: false\`.`;
    problems.error('no-momentum', message, scheduler.range);
  }
}
