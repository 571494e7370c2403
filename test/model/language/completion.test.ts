import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { completionsAt } from '../../../src/model/language/completion';
import { LOSS_NAMES } from '../../../src/model/losses';
import { WEIGHT_ARGUMENTS } from '../../../src/model/weightArguments';
import { OPTIMIZER_NAMES } from '../../../src/model/optimizers';
import { parseModel } from '../../../src/model/parse';
import { SCHEDULER_NAMES } from '../../../src/model/schedulers';
import { TOP_KEYS } from '../../../src/model/schema';
import { GENERATOR_NAMES } from '../../../src/model/spec';
import { CONTAINER_TYPES, ENTRY_TYPES } from '../../../src/model/vocabulary';
import { GOOD } from '../badFiles';
import { atCaret, REST, withoutPlaceholders } from './caret';

const labels = (marked: string) => completionsAt(...atCaret(marked)).map(({ label }) => label);
const without = (all: readonly string[], ...some: string[]) => all.filter((name) => !some.includes(name));

/** The text after choosing `label`. */
function chosen(marked: string, label: string): string {
  const [text, offset] = atCaret(marked);
  const { insert, range } = completionsAt(text, offset).find((completion) => completion.label === label)!;
  return text.slice(0, range.start) + withoutPlaceholders(insert) + text.slice(range.end);
}

const TRAIN_KEYS = [
  'batch_size',
  'epochs',
  'steps',
  'seed',
  'shuffle',
  'drop_last',
  'clip_grad_norm',
  'clip_grad_value',
  'early_stopping',
  'overfit_batch',
  'unfreeze',
  'precision',
  'ema',
  'prune',
];
const CONV_ARGUMENTS = [
  'out_channels',
  'kernel_size',
  'stride',
  'padding',
  'dilation',
  'groups',
  'bias',
  'name',
  'init',
  'freeze',
  ...Object.keys(WEIGHT_ARGUMENTS),
];

describe('what is offered', () => {
  test.each<[string, readonly string[]]>([
    ['|', TOP_KEYS],
    ['opt|', TOP_KEYS],
    ['name: a\n|\ntrain: {}\n', without(TOP_KEYS, 'name', 'train')],
    ['train: {|', TRAIN_KEYS],
    ['train: {seed: 1, b|}\n', without(TRAIN_KEYS, 'seed')],
    ['train:\n  seed: 1\n  |\n  steps: 3\n', without(TRAIN_KEYS, 'seed', 'steps')],
    ['model:\n  - Con|', ENTRY_TYPES],
    ['model:\n  |', ENTRY_TYPES],
    ['model:\n  - ReLU\n  |\nloss: MSELoss\n', ENTRY_TYPES],
    ['model: [ReLU, |', ENTRY_TYPES],
    ['model:\n  - Residual:\n      - ReLU\n      - |\n  - ReLU\n', ENTRY_TYPES],
    ['model:\n  - Parallel: {branches: [[ReLU, |', ENTRY_TYPES],
    ['model:\n  - Conv2d: {|}', CONV_ARGUMENTS],
    ['model:\n  - Conv2d: {out_channels: 3, ker|\n  - ReLU\n', without(CONV_ARGUMENTS, 'out_channels')],
    ['model:\n  - Conv2d:\n      kernel_size: 3\n      |\n  - ReLU\n', without(CONV_ARGUMENTS, 'kernel_size')],
    ['model:\n  - LayerNorm: {|}', ['normalized_shape', 'eps', 'elementwise_affine', 'name', 'freeze']],
    ['model:\n  - ReLU: {|}', ['name']],
    ['model:\n  - GELU: |', ['none', 'tanh']],
    ['model:\n  - Conv2d: {padding: |}', ['same', 'valid']],
    ['model:\n  - Linear: {bias: f|', ['true', 'false']],
    ['loss: |', LOSS_NAMES],
    ['loss:\n  Cross|', LOSS_NAMES],
    ['optimizer: {|', [...OPTIMIZER_NAMES, 'Lookahead', 'SAM']],
    ['scheduler:\n  - Lin|', SCHEDULER_NAMES],
    ['scheduler: |', SCHEDULER_NAMES],
    ['data: {source: |', [...GENERATOR_NAMES]],
    ['data:\n  normalize: z|\n', ['none', 'zscore', 'minmax']],
    ['init: {xavier_uniform: {|', ['gain']],
    ['init: {weights: a.safetensors, |}', ['strict']],
    ['init: {zeros: , |}', []],
    ['train: {early_stopping: {|', ['patience', 'monitor', 'min_delta']],
    ['train:\n  early_stopping:\n    monitor: |\n', ['val_loss', 'val_accuracy', 'val_r2', 'train_loss']],
    ['model:\n  - Linear: {init: {normal: {|', ['mean', 'std']],
  ])('%j', (marked, expected) => expect(labels(marked)).toEqual(expected));

  test('earlier layers in a join, the latest first; not later ones, nor the containers around', () => {
    const before = 'model:\n  - Linear: {out_features: 3, name: a}\n  - ReLU\n  - Residual:\n      - Tanh\n';
    expect(labels(`${before}      - Add: [|]\n  - ReLU\n`)).toEqual(['tanh1', 'relu1', 'a']);
    expect(labels(`${before}      - Concat:\n          layers:\n            - |`)).toEqual(['tanh1', 'relu1', 'a']);
    expect(labels(`${before}  - Mul: [a, re|`)).toEqual(['residual1', 'tanh1', 'relu1', 'a']);
  });

  test.each([
    '# a com|',
    'name: "quo|',
    'name: |',
    'model:\n  - Linear: 3\n    |',
    'train: {batch_size: |',
    'nonsense:\n  |',
    'model:\n  - Nonsense: {|',
  ])('nothing in %j', (marked) => expect(labels(marked)).toEqual([]));
});

describe('what is written', () => {
  test.each([
    ['model:\n  - Lin|', 'Linear', 'model:\n  - Linear: 16'],
    ['model:\n  |', 'ReLU', 'model:\n  - ReLU'],
    ['model: [Conv|]', 'Conv2d', 'model: [{Conv2d: {out_channels: 16, kernel_size: 3}}]'],
    ['model:\n  - Re|', 'Residual', 'model:\n  - Residual:\n    - '],
    ['model:\n  - Li|near: 10\n', 'Conv2d', 'model:\n  - Conv2d: 10\n'],
    ['optimizer: A|', 'Adam', 'optimizer: {Adam: {lr: 0.001}}'],
    ['optimizer:\n  A|', 'AdamW', 'optimizer:\n  AdamW: {lr: 0.001}'],
    ['loss: M|', 'MSELoss', 'loss: MSELoss'],
    ['tr|', 'train', 'train:\n  '],
    ['train: {sh|}', 'shuffle', 'train: {shuffle: false}'],
    ['init: c|', 'constant', 'init: {constant: 0}'],
    ['init: w|', 'weights', 'init: {weights: ./weights.safetensors}'],
  ])('%j, %s', (marked, label, text) => expect(chosen(marked, label)).toBe(text));

  test.each([
    `${REST}model:\n  - |\n`,
    `${REST}model: [|]\n`,
    `${REST}model: [ReLU]\noptimizer: |\n`,
    `${REST}model: [ReLU]\noptimizer:\n  |\n`,
    `${REST}model: [ReLU]\nscheduler: [|]\n`,
    `${REST}model: [ReLU]\ninit: |\n`,
    `${REST}model: [{Linear: {out_features: 2, init: |}}]\n`,
    `data: {source: |}\nmodel: [ReLU]\nloss: MSELoss\n`,
    `data: {source: moons}\nmodel: [ReLU]\nloss: |\n`,
  ])('every choice in %j is understood', (marked) => {
    const choices = labels(marked).filter((label) => !(CONTAINER_TYPES as readonly string[]).includes(label));
    expect(choices.length).toBeGreaterThan(2);
    for (const label of choices) expect.soft(parseModel(chosen(marked, label)).problems, label).toEqual([]);
  });
});

test('a caret anywhere, in good files and bad ones, never throws', () => {
  const mutation = fc.tuple(fc.nat(GOOD.length), fc.nat(20), fc.constantFrom('', '\n', '  ', '- ', ': ', '{', '[', '}', '"', '*a'));
  const property = fc.property(mutation, fc.nat(GOOD.length), ([at, length, insert], caret) => {
    const text = GOOD.slice(0, at) + insert + GOOD.slice(at + length);
    const offset = Math.min(caret, text.length);
    for (const { range } of completionsAt(text, offset)) expect(range.start <= offset && offset <= range.end).toBe(true);
  });
  fc.assert(property, { numRuns: 300 });
});
