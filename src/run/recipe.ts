import { formatSetting } from '../base/format';
import { parseModel } from '../model/parse';
import type { Choice } from '../model/spec';

/**
 * What trains the model, as its file says it: loss, optimizer and schedulers with what was written for them and the rate, batch, length, and what else
 * bears on a step. `CrossEntropyLoss · AdamW lr 0.003, weight_decay 0.01 · batch 64 · 20 epochs`. Undefined of a text that is no model.
 */
export function recipeOf(text: string): string | undefined {
  const { spec } = parseModel(text);
  if (!spec) return undefined;
  const { loss, optimizer, schedulers, regularize, train, init } = spec;
  const { clip_grad_norm: norm, clip_grad_value: value } = train;
  const settings: [string, number | undefined][] = [
    ['l1', regularize.l1 || undefined],
    ['l2', regularize.l2 || undefined],
    ['max_norm', regularize.max_norm],
    ['clip_grad_norm', norm],
    ['clip_grad_value', value],
  ];
  return [
    written(loss),
    written(optimizer, ['lr', 'weight_decay', 'momentum']),
    ...schedulers.map((scheduler) => written(scheduler)),
    ...settings.flatMap(([name, setting]) => (setting === undefined ? [] : [`${name} ${formatSetting(setting)}`])),
    `batch ${train.batch_size}`,
    train.epochs === undefined ? `${train.steps} steps` : `${train.epochs} ${train.epochs === 1 ? 'epoch' : 'epochs'}`,
    `init ${written(init)}`,
  ].join(' · ');
}

/** The name, what was written for it, and of `always` what it is otherwise, unless that is 0. */
function written({ name, args, argRanges }: Choice<string>, always: readonly string[] = []): string {
  const isTold = (key: string) => Object.hasOwn(argRanges, key) || (always.includes(key) && args[key] !== 0);
  const told = Object.keys(args).filter((key) => isTold(key) && args[key] !== undefined);
  return [name, told.map((key) => `${key} ${settingText(args[key])}`).join(', ')].filter((part) => part !== '').join(' ');
}

function settingText(value: unknown): string {
  if (typeof value === 'number') return formatSetting(value);
  if (Array.isArray(value)) return `[${value.map(settingText).join(', ')}]`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
