import { describe, expect, test } from 'vitest';
import { hoverAt } from '../../../src/model/language/hover';
import { ENTRY_CHOICES } from '../../../src/model/grammar';
import { INIT_CHOICES } from '../../../src/model/initSpec';
import { LOSS_CHOICES, OPTIMIZER_CHOICES, SCHEDULER_CHOICES } from '../../../src/model/training';
import type { Documented } from '../../../src/model/documented';
import { descriptionOf } from '../../../src/model/expects';
import { SECTIONS } from '../../../src/model/schema';
import { atCaret, REST } from './caret';

/** The word that the hover is about, and what it says. */
function hover(marked: string): [string, string] | undefined {
  const [text, offset] = atCaret(marked);
  const found = hoverAt(text, offset);
  return found && [text.slice(found.range.start, found.range.end), found.markdown];
}

const everything: [string, Documented][] = [
  ...[ENTRY_CHOICES, INIT_CHOICES, LOSS_CHOICES, OPTIMIZER_CHOICES, SCHEDULER_CHOICES].flatMap(({ registry }) =>
    Object.entries<Documented>(registry),
  ),
  ...Object.entries<Documented>(SECTIONS),
];

test('a layer: meaning, formula, shapes, arguments with their defaults, reference', () => {
  expect(hover(`${REST}model:\n  - Lin|ear: 10\n`)).toEqual([
    'Linear',
    [
      '**Linear** Every output is a weighted sum of all inputs of the last dimension.',
      '`y = x·Wᵀ + b`',
      'Shapes: `(N, …, in) → (N, …, out_features)`',
      '- `out_features`: Size of the output. A whole number of at least 1, required.\n- `bias`: Adds a learnable bias. `true` or `false`, default `true`.',
      'As every such layer: `name`, `init`, `freeze`, `weight_norm`, `spectral_norm`, `weight_standardization`, `drop_connect`.',
      '[torch.nn.Linear](https://pytorch.org/docs/stable/generated/torch.nn.Linear.html)',
    ].join('\n\n'),
  ]);
});

describe('every kind of word', () => {
  test.each([
    ['opti|mizer: Adam\n', 'optimizer', '**optimizer** How weights follow'],
    ['optimizer: Ad|am\n', 'Adam', '**Adam** Each parameter steps by'],
    ['optimizer: {Adam: {l|r: 0.1}}\n', 'lr', '**lr** of `Adam`. Learning rate. A number above 0, default `0.001`.'],
    ['train: {|seed: 0}\n', 'seed', '**seed** of `train`.'],
    ['train: {shuffle: tru|e}\n', 'true', '**shuffle** of `train`.'],
    ['data: {source: moons|}\n', 'moons', '**moons** Two interleaved half circles'],
    ['init: {xavier_uni|form: 2}\n', 'xavier_uniform', '**xavier_uniform** Keeps the variance'],
    ['init: {weights: a, str|ict: true}\n', 'strict', '**strict** of `weights`.'],
    ['scheduler: [{LinearLR: {total_it|ers: 3}}]\n', 'total_iters', '**total_iters** of `LinearLR`.'],
    ['model: [Residual: {layers: [Drop|out]}]\n', 'Dropout', '**Dropout** Sets a random share'],
    ['model: [Parallel: {branches: [[{GELU: ta|nh}]]}]\n', 'tanh', '**approximate** of `GELU`.'],
    ['model: [Repeat: {ti|mes: 3}]\n', 'times', '**times** of `Repeat`.'],
    ['model:\n  - Conv2d: {kernel_|size: 3\n', 'kernel_size', '**kernel_size** of `Conv2d`.'],
  ])('%s', (marked, word, start) => {
    const [about, markdown] = hover(marked)!;
    expect([about, markdown.slice(0, start.length)]).toEqual([word, start]);
  });

  test.each([
    'loss: Nons|ense\n',
    'nons|ense: 1\n',
    'train: {seed: |3}\n',
    'model: [{Linear: 1|0}]\n',
    '# Lin|ear\n',
    '|',
    'model: [{Add: [Lin|ear]}]\n',
    '__pro|to__: 1\n',
  ])('nothing to say in %j', (marked) => expect(hover(marked)).toBeUndefined());
});

test.each(everything)('%s is documented to the last argument', (_, { doc, args }) => {
  expect(doc).toMatch(/^[A-Z].*\.$/);
  for (const [name, argument] of Object.entries(args)) expect.soft(descriptionOf(argument), name).toMatch(/^\S.*\.$/);
});

test('nothing is said that is wrong in teaching notes: of scaling after dropout in evaluation, of inputs that batch normalisation would normalise', () => {
  const texts = everything.flatMap(([, { doc, args }]) => [doc, ...Object.values(args).map(descriptionOf)]);
  expect(
    texts.filter((text) => /scal[^.]*evaluation|evaluation[^.]*scal|need[^.]*normali|normali[^.]*(need|unnecessary|superfluous)/i.test(text)),
  ).toEqual([]);
});
