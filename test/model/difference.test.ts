import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeDifference } from '../../src/model/difference';
import { matchLayers } from '../../src/model/matchLayers';
import { parseModel } from '../../src/model/parse';
import { TOP_KEYS } from '../../src/model/schema';
import type { LayerSpec, Spec } from '../../src/model/spec';
import { shapesOf, specOf } from './edits';

/** A whole file, of which an edit gives some keys anew. */
const FILE: Record<string, string> = {
  name: 'digits',
  data: '{source: blobs}',
  model: '[{Linear: 128}, ReLU, {Linear: 2}]',
  init: 'default',
  loss: 'CrossEntropyLoss',
  optimizer: '{SGD: {lr: 0.001}}',
  scheduler: '{CosineAnnealingLR: 100}',
  regularize: '{}',
  train: '{epochs: 20}',
};

function specWith(edit: Record<string, string>): Spec {
  const text = Object.entries({ ...FILE, ...edit }).map(([key, value]) => `${key}: ${value}\n`);
  const { spec, problems } = parseModel(text.join(''));
  if (!spec) throw new Error(problems.map((p) => p.message).join('\n'));
  return spec;
}

const differ = (before: Spec, after: Spec) => describeDifference(before, after, matchLayers(shapesOf(before), shapesOf(after)));
const change = (key: string, from: string, to: string) => differ(specWith({ [key]: from }), specWith({ [key]: to }));
const changeModel = (from: string, to: string) => differ(specOf(from), specOf(to));

test.each([
  ['optimizer', '{SGD: {lr: 0.001}}', '{SGD: {lr: 0.01}}', ['lr 0.001 → 0.01']],
  ['optimizer', '{SGD: {lr: 0.001}}', 'AdamW', ['optimizer SGD → AdamW']],
  ['optimizer', '{SGD: {lr: 0.1, weight_decay: 0.5}}', '{Adam: {betas: [0.8, 0.99]}}', ['optimizer SGD → Adam', 'lr 0.1 → 0.001']],
  ['optimizer', 'AdamW', '{AdamW: {betas: [0.8, 0.99], weight_decay: 1e-7}}', ['betas [0.9, 0.999] → [0.8, 0.99]', 'weight_decay 0.01 → 1e-7']],
  ['train', '{epochs: 20}', '{batch_size: 64, epochs: 20}', ['batch_size 32 → 64']],
  ['train', '{epochs: 20}', '{steps: 500, clip_grad_norm: 1}', ['epochs 20 → steps 500', 'clip_grad_norm none → 1']],
  ['train', '{steps: 500}', '{}', ['steps 500 → epochs 20']],
  ['loss', 'CrossEntropyLoss', 'MSELoss', ['loss CrossEntropyLoss → MSELoss']],
  ['loss', 'CrossEntropyLoss', '{CrossEntropyLoss: {label_smoothing: 0.1}}', ['loss: label_smoothing 0 → 0.1']],
  ['regularize', '{}', '{label_smoothing: 0.1, l2: 1e-4}', ['loss: label_smoothing 0 → 0.1', 'l2 0 → 0.0001']],
  ['data', '{source: blobs}', '{source: blobs, noise: 0.3}', ['data: noise 0.1 → 0.3']],
  ['data', '{source: blobs}', '{file: ./points.csv}', ['data: source blobs → file ./points.csv']],
  ['data', '{file: a.csv, target: y}', '{file: a.csv, target: [y, z], validation: 0.2}', ['data: target y → [y, z]', 'data: validation none → 0.2']],
  ['init', 'default', 'kaiming_normal', ['init default → kaiming_normal']],
  ['init', '{xavier_normal: {gain: 1}}', '{xavier_normal: {gain: 2}}', ['init: gain 1 → 2']],
  ['scheduler', '{CosineAnnealingLR: 100}', '{CosineAnnealingLR: 500}', ['scheduler: T_max 100 → 500']],
  [
    'scheduler',
    '{CosineAnnealingLR: 100}',
    '[{LinearLR: {total_iters: 5}}, {CosineAnnealingLR: 100}]',
    ['scheduler CosineAnnealingLR → LinearLR, CosineAnnealingLR'],
  ],
  [
    'scheduler',
    '[{LinearLR: {total_iters: 5}}, {StepLR: 7}]',
    '[{LinearLR: {total_iters: 9}}, {StepLR: 8}]',
    ['LinearLR: total_iters 5 → 9', 'StepLR: step_size 7 → 8'],
  ],
  ['scheduler', '{CosineAnnealingLR: 100}', '[]', ['scheduler CosineAnnealingLR → none']],
  ['name', 'digits', 'letters', ['name digits → letters']],
])('%s: %s → %s', (key, from, to, told) => {
  expect(change(key, from, to)).toEqual(told);
});

const linear = '{Linear: 128}';
const named = (name: string) => `{Linear: {out_features: 128, name: ${name}}}`;
test.each([
  ['a size', `[${linear}, ReLU, {Linear: 2}]`, '[{Linear: 256}, ReLU, {Linear: 2}]', ['linear1: out_features 128 → 256']],
  ['an insertion', `[${linear}, ReLU, ${linear}]`, `[${linear}, {BatchNorm1d: {}}, ReLU, ${linear}]`, ['+ BatchNorm1d (batchnorm1d1)']],
  ['names that shift', `[{Linear: 2}, {Linear: 4}]`, `[{Linear: 3}, {Tanh: {}}, {Linear: 2}, {Linear: 4}]`, ['+ Linear (linear1)', '+ Tanh (tanh1)']],
  ['a removal', `[${linear}, {Dropout: 0.5}, {Dropout: 0.1}, ReLU]`, `[${linear}, {Dropout: 0.5}, ReLU]`, ['− Dropout (dropout2)']],
  ['another activation', `[${linear}, ReLU, ${linear}, ReLU]`, `[${linear}, ReLU, ${linear}, GELU]`, ['relu2: ReLU → GELU']],
  ['… under its name', `[${linear}, {ReLU: {name: act}}]`, `[${linear}, {GELU: {name: act}}]`, ['act: ReLU → GELU']],
  ['a name given', `[${linear}, ReLU]`, `[${named('encoder')}, ReLU]`, ['linear1 renamed to encoder']],
  ['a name changed', `[${named('encoder')}, ReLU]`, `[${named('decoder')}, ReLU]`, ['encoder renamed to decoder']],
  ['a name taken away', `[${named('encoder')}, ReLU]`, `[${linear}, ReLU]`, ['encoder renamed to linear1']],
  ['a name written out', `[${linear}, ReLU]`, `[${named('linear1')}, ReLU]`, []],
  ['frozen', `[${linear}, {Linear: 2}]`, `[{Linear: {out_features: 128, freeze: true}}, {Linear: 2}]`, ['linear1: freeze false → true']],
  ['an init of its own', `[${linear}]`, '[{Linear: {out_features: 128, init: zeros}}]', ['linear1: init default → zeros']],
  ['the same init of its own', `[${linear}]`, '[{Linear: {out_features: 128, init: default}}]', []],
  [
    'another order',
    `[{Linear: 2}, {Linear: 2}, ReLU, {BatchNorm1d: {}}]`,
    `[{Linear: 2}, {BatchNorm1d: {}}, {Linear: 2}, ReLU]`,
    ['batchnorm1d1 moved'],
  ],
  ['wrapped', `[{Linear: 2}, {Linear: 2}, ReLU]`, `[{Linear: 2}, {Residual: [{Linear: 2}, ReLU]}]`, ['+ Residual (residual1) around linear2, relu1']],
  ['unwrapped', `[{Linear: 2}, {Residual: [{Linear: 2}, ReLU]}]`, `[{Linear: 2}, {Linear: 2}, ReLU]`, ['− Residual (residual1)']],
  ['into a container', `[{Residual: [{Linear: 2}]}, ReLU]`, `[{Residual: [{Linear: 2}, ReLU]}]`, ['relu1 moved']],
  ['into another branch', `[{Parallel: [[{Linear: 2}, ReLU], [Tanh]]}]`, `[{Parallel: [[{Linear: 2}], [ReLU, Tanh]]}]`, ['relu1 moved']],
  ['between empty branches', `[{Linear: 2}, {Parallel: [[], [Tanh]]}]`, `[{Linear: 2}, {Parallel: [[Tanh], []]}]`, ['tanh1 moved']],
  ['into the shortcut', `[{Residual: {layers: [{Linear: 2}, ReLU]}}]`, `[{Residual: {layers: [{Linear: 2}], shortcut: [ReLU]}}]`, ['relu1 moved']],
  [
    'a branch',
    `[{Parallel: [[{Linear: 2}], [Tanh]]}]`,
    `[{Parallel: [[GELU], [{Linear: 2}], [Tanh]]}]`,
    ['parallel1: branches 2 → 3', '+ GELU (gelu1)'],
  ],
  [
    'a branch parted',
    `[{Parallel: [[{Linear: 2}, ReLU], [Tanh]]}]`,
    `[{Parallel: [[{Linear: 2}], [ReLU], [Tanh]]}]`,
    ['parallel1: branches 2 → 3', 'relu1 moved'],
  ],
  ['an empty branch', `[{Linear: 2}, {Parallel: [[Tanh]]}]`, `[{Linear: 2}, {Parallel: [[], [Tanh]]}]`, ['parallel1: branches 1 → 2']],
  [
    'how branches merge',
    `[{Parallel: [[{Linear: 2}], [Tanh]]}]`,
    `[{Parallel: {branches: [[{Linear: 2}], [Tanh]], merge: add}}]`,
    ['parallel1: merge concat → add'],
  ],
  ['copies', '[{Repeat: {times: 2, layers: [{Linear: 2}]}}]', '[{Repeat: {times: 4, layers: [{Linear: 2}]}}]', ['repeat1: times 2 → 4']],
  ['inside copies', '[{Repeat: {times: 2, layers: [{Linear: 2}]}}]', '[{Repeat: {times: 2, layers: [{Linear: 2}, ReLU]}}]', ['+ ReLU (relu1)']],
  [
    'a join that follows its layer',
    '[{Linear: 2}, Tanh, {Add: [linear1]}]',
    '[{Linear: 3}, {Linear: 2}, Tanh, {Add: [linear2]}]',
    ['+ Linear (linear1)'],
  ],
  ['a join that does not', '[{Linear: 2}, Tanh, {Add: [linear1]}]', '[{Linear: 2}, {Linear: 2}, Tanh, {Add: [linear1]}]', ['+ Linear (linear2)']],
  ['a join with another layer', '[{Linear: 2}, Tanh, {Add: [linear1]}]', '[{Linear: 2}, Tanh, {Add: [tanh1]}]', ['add1: layers [linear1] → [tanh1]']],
  [
    'a join with another copy',
    '[{Repeat: {times: 2, layers: [{Linear: 2}]}}, {Add: [linear1.0]}]',
    '[{Repeat: {times: 2, layers: [{Linear: 2}]}}, {Add: [linear1.1]}]',
    ['add1: layers [linear1.0] → [linear1.1]'],
  ],
])('layers: %s', (_, from, to, told) => {
  expect(changeModel(from, to)).toEqual(told);
});

test('a size for all dimensions is told as it is written', () => {
  const conv = (kernel: string) => specOf(`[{Unflatten: [1, 4, 4]}, {Conv2d: {out_channels: 2, kernel_size: ${kernel}, padding: 2}}]`);
  const told = (from: string, to: string) => {
    const [before, after] = [conv(from), conv(to)];
    return describeDifference(before, after, matchLayers(shapesOf(before, [16]), shapesOf(after, [16])));
  };
  expect(told('3', '5')).toEqual(['conv2d1: kernel_size 3 → 5']);
  expect(told('3', '[3, 5]')).toEqual(['conv2d1: kernel_size 3 → [3, 5]']);
  expect(told('3', '[3, 3]')).toEqual([]);
});

test('a container that moves takes its content along without a word', () => {
  const block = '{Residual: [{Linear: 2}, Tanh, {LayerNorm: {}}]}';
  expect(
    changeModel(`[${block}, {BatchNorm1d: {}}, ReLU, GELU, SiLU, ELU, Sigmoid]`, `[{BatchNorm1d: {}}, ReLU, GELU, SiLU, ELU, ${block}, Sigmoid]`),
  ).toEqual(['residual1 moved']);
});

test('layout, comments, order of keys and written defaults are no difference', () => {
  const before = Object.entries(FILE).map(([key, value]) => `${key}: ${value}`);
  const text = `# A comment
train:
  epochs: 20
  batch_size: 32
regularize:
loss: {CrossEntropyLoss: {label_smoothing: 0}}
model:
  - Linear: {bias: true, out_features: 128}   # wide
  - ReLU
  - Linear: {out_features: 2, freeze: false}
scheduler: {CosineAnnealingLR: {T_max: 100, eta_min: 0}}
optimizer: {SGD: {momentum: 0, lr: 1e-3}}
data: {noise: 0.1, source: blobs}
name: digits
`;
  const [old, now] = [before.join('\n'), text].map((t) => parseModel(t).spec!);
  expect(differ(old, now)).toEqual([]);
});

test('every key of the file is told of', () => {
  const values: Record<(typeof TOP_KEYS)[number], [string, string]> = {
    name: ['a', 'b'],
    data: ['{source: blobs}', '{source: moons}'],
    model: ['[{Linear: 2}]', '[{Linear: 3}]'],
    init: ['default', 'zeros'],
    loss: ['MSELoss', 'L1Loss'],
    optimizer: ['SGD', 'Adam'],
    scheduler: ['{StepLR: 5}', '{StepLR: 6}'],
    param_groups: ['[{layers: linear1, lr: 0.1}]', '[{layers: linear1, lr: 0.2}]'],
    regularize: ['{l1: 0}', '{l1: 1}'],
    train: ['{seed: 0}', '{seed: 1}'],
  };
  for (const key of TOP_KEYS) expect.soft(change(key, ...values[key]), key).toHaveLength(1);
});

/** Every place in a parsed file that holds a value, but for those that only say where it stands. */
function* leaves(value: unknown, path: string[] = []): Generator<string[]> {
  if (typeof value !== 'object' || value === null) yield path;
  else for (const [key, inner] of Object.entries(value)) if (!/^ranges?$|Ranges?$/.test(key)) yield* leaves(inner, [...path, key]);
}

const rich = parseModel(`name: rich
data: {file: a.csv, target: [y, z], shape: [2], task: regression, validation: 0.2, normalize: zscore, seed: 3}
model:
  - Linear: {out_features: 4, init: {normal: {mean: 0, std: 1}}, freeze: true}
  - Residual: {layers: [{Linear: 4}], shortcut: [{Linear: 4}]}
  - Parallel: {branches: [[Tanh], [{Dropout: 0.5}]], merge: add}
  - Repeat: {times: 2, layers: [{LayerNorm: {}}]}
  - Add: [linear1]
  - Linear: 2
init: {xavier_normal: {gain: 2}}
loss: MSELoss
optimizer: {AdamW: {lr: 0.1}}
scheduler: [{LinearLR: {total_iters: 5}}, {StepLR: 7}]
regularize: {l1: 0.1, l2: 0.1}
train: {epochs: 3, clip_grad_norm: 1, clip_grad_value: 1}
`).spec!;
const identity = new Map(shapesOf(rich).map(({ name }) => [name, name]));

/** A type makes a layer another one, a name is what it is found by: of those the tests above. */
const isIdentity = (path: string[]) => path[0] === 'model' && ['name', 'type'].includes(path.at(-1)!) && !path.includes('init');

test.each([...leaves(rich)].filter((path) => !isIdentity(path)).map((path) => [path.join('.'), path] as const))('another %s is told', (_, path) => {
  const edited = structuredClone(rich);
  let at = edited as unknown as Record<string, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
  const key = path.at(-1)!;
  const old = at[key];
  at[key] = typeof old === 'number' ? old + 1 : typeof old === 'boolean' ? !old : 'another';
  expect(describeDifference(rich, edited, identity)).toHaveLength(1);
  expect(describeDifference(edited, rich, identity)).toHaveLength(1);
});

test('what comes into the language later is told too', () => {
  const later = (value: unknown) => ({ ...rich, ema: value, model: [{ ...rich.model[0], weight_norm: value }, ...rich.model.slice(1)] }) as Spec;
  expect(describeDifference(later(undefined), later(0.5), identity)).toEqual(['linear1: weight_norm none → 0.5', 'ema none → 0.5']);
  const groups = (lr: number) => later([{ layers: 'conv*', lr, range: { start: lr, end: lr } }]);
  expect(describeDifference(groups(1), groups(2), identity)[1]).toBe('ema [{layers: conv*, lr: 1}] → [{layers: conv*, lr: 2}]');
});

type Entry = Record<string, unknown>;

/** Models of one width, so that any layer fits anywhere. */
const { list } = fc.letrec<{ entry: Entry; list: Entry[]; branch: Entry[] }>((tie) => ({
  entry: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Entry>(
      { Linear: 2 },
      { Linear: { out_features: 2, name: 'a' } },
      { Linear: { out_features: 2, bias: false } },
      { Add: ['first'] },
    ),
    fc.record({ Residual: fc.record({ layers: tie('list'), shortcut: tie('list') }, { requiredKeys: ['layers'] }) }),
    fc.record({ Parallel: fc.record({ branches: fc.array(tie('branch'), { minLength: 1, maxLength: 3 }), merge: fc.constant('add') }) }),
    fc.record({ Repeat: fc.record({ times: fc.constant(2), layers: tie('list') }) }),
  ),
  list: fc.array(tie('entry'), { minLength: 1, maxLength: 3 }),
  branch: fc.array(tie('entry'), { maxLength: 2 }),
}));

const isListOfEntries = (value: unknown): value is Entry[] =>
  Array.isArray(value) && value.every((entry) => !Array.isArray(entry) && typeof entry === 'object');
function* listsIn(value: unknown): Generator<Entry[]> {
  if (isListOfEntries(value)) yield value;
  if (typeof value === 'object') for (const inner of Object.values(value ?? {})) yield* listsIn(inner);
}

/** One entry taken out, and put in at another place, or not at all. */
const edit = fc.record({ from: fc.nat(), at: fc.nat(), to: fc.nat(), before: fc.nat(), isRemoved: fc.boolean() });
function edited(model: Entry[], { from, at, to, before, isRemoved }: typeof edit extends fc.Arbitrary<infer T> ? T : never): Entry[] {
  const copy = structuredClone(model);
  const pick = <T>(items: T[], n: number): T => items[n % items.length];
  const source = pick([...listsIn(copy)], from);
  const [entry] = source.splice(at % source.length, 1);
  const target = pick([...listsIn(copy)], to);
  if (entry && !isRemoved) target.splice(before % (target.length + 1), 0, entry);
  return copy;
}

const parsed = (model: Entry[]): Spec | undefined =>
  parseModel(`data: {source: blobs}\nloss: MSELoss\nmodel: ${JSON.stringify([{ Tanh: { name: 'first' } }, ...model, { Linear: 2 }])}`).spec;

/** All that a list of layers means, but for the names that nobody wrote. */
const meaning = (entries: LayerSpec[]): unknown =>
  entries.map(({ type, name, args, argRanges, branches }) => [type, 'name' in argRanges ? name : '', args, branches.map(meaning)]);

test('nothing is told of models that mean the same, something of all others', () => {
  fc.assert(
    fc.property(list, fc.array(edit, { minLength: 1, maxLength: 2 }), (model, edits) => {
      const [before, after] = [model, edits.reduce(edited, model)].map(parsed);
      fc.pre(before !== undefined && after !== undefined);
      const isSame = JSON.stringify(meaning(before.model)) === JSON.stringify(meaning(after.model));
      const told = differ(before, after);
      expect({ told, isSame: told.length === 0 }).toEqual({ told, isSame });
    }),
    { numRuns: 100 },
  );
});
