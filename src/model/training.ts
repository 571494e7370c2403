import { readChoice, readChosen, type Choices } from './choices';
import { LOSSES, type LossName } from './losses';
import { OPTIMIZERS, type OptimizerName } from './optimizers';
import type { SourceRange } from './problem';
import type { Problems } from './problems';
import { SCHEDULERS, type SchedulerName } from './schedulers';
import type { Choice, Located } from './spec';
import type { MapEntry } from './tree';
import { PLANNED } from './vocabulary';

export const LOSS_CHOICES: Choices<LossName> = { noun: 'loss', kind: 'loss', registry: LOSSES, planned: PLANNED.loss, example: 'CrossEntropyLoss' };
export const OPTIMIZER_CHOICES: Choices<OptimizerName> = {
  noun: 'optimizer',
  kind: 'optimizer',
  registry: OPTIMIZERS,
  planned: PLANNED.optimizer,
  example: 'AdamW: {lr: 0.001}',
};
export const SCHEDULER_CHOICES: Choices<SchedulerName> = {
  noun: 'scheduler',
  kind: 'scheduler',
  registry: SCHEDULERS,
  planned: PLANNED.scheduler,
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

/** Absent: AdamW with its defaults, located at `fallback`. */
export function readOptimizer(entry: MapEntry | undefined, fallback: SourceRange, problems: Problems): Choice<OptimizerName> | undefined {
  if (!entry) return readChosen('AdamW', { nameRange: fallback }, fallback, OPTIMIZERS.AdamW.args, problems);
  const optimizer = readChoice(entry.value, OPTIMIZER_CHOICES, problems, entry.keyRange);
  const { nesterov, momentum, dampening } = optimizer?.args ?? {};
  if (optimizer && nesterov === true && (momentum === 0 || dampening !== 0)) {
    problems.error('bad-value', '`nesterov: true` needs `momentum` above 0 and no `dampening`.', optimizer.argRanges.nesterov);
  }
  return optimizer;
}

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
