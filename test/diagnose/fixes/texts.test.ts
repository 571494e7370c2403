import { describe, expect, test } from 'vitest';
import type { FixRequest } from '../../../src/diagnose/fix';
import { mergeFixes, writeFix } from '../../../src/diagnose/writeFix';
import { parseModel } from '../../../src/model/parse';
import type { Spec } from '../../../src/model/spec';
import { applyEdits } from '../../../src/model/textEdits';
import { observe } from '../observe';
import { layersOf } from './requests';

function specOf(text: string): Spec {
  const { spec, problems } = parseModel(text);
  if (!spec) throw new Error(problems.map(({ message }) => message).join('\n'));
  return spec;
}

const fixFor = (request: FixRequest, text: string, sample = [2]) => writeFix(request, text, specOf(text), layersOf(specOf(text), sample));

/** The text afterwards; undefined where there is no fix. */
function fixed(request: FixRequest, text: string, sample?: number[]): string | undefined {
  const fix = fixFor(request, text, sample);
  return fix && applyEdits(text, fix.edits);
}

/** A file of one line a key, with these in place of its own. */
const file = (keys: Record<string, string> = {}): string =>
  Object.entries({
    data: '{source: moons, validation: 0.2}',
    model: '[Linear: 8, ReLU, Linear: 2]',
    loss: 'CrossEntropyLoss',
    ...keys,
  })
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('');

/** What a line of the file becomes. */
const lineAfter = (request: FixRequest, key: string, value: string): string | undefined =>
  fixed(request, file({ [key]: value }))
    ?.split('\n')
    .find((line) => line.startsWith(`${key}: `))
    ?.slice(key.length + 2);

describe('flow lists keep their style', () => {
  test.each([
    ['[Linear: 8, ReLU, Linear: 2]', '[Linear: 8, BatchNorm1d, ReLU, Linear: 2]'],
    ['[{Linear: 8}, ReLU, {Linear: 2}]', '[{Linear: 8}, BatchNorm1d, ReLU, {Linear: 2}]'],
    ['[ Linear: 8 , ReLU , Linear: 2 ]', '[ Linear: 8, BatchNorm1d , ReLU , Linear: 2 ]'],
  ])('%s', (before, after) => expect(lineAfter({ kind: 'insert-normalisation', layers: ['linear1'] }, 'model', before)).toBe(after));

  test('an item with arguments', () => {
    expect(lineAfter({ kind: 'insert-dropout', p: 0.2 }, 'model', '[Linear: 8, ReLU, Linear: 2]')).toBe('[Linear: 8, ReLU, Dropout: 0.2, Linear: 2]');
    expect(lineAfter({ kind: 'insert-dropout', p: 0.2 }, 'model', '[{Linear: 8}, ReLU, {Linear: 2}]')).toBe(
      '[{Linear: 8}, ReLU, {Dropout: 0.2}, {Linear: 2}]',
    );
  });

  test('the last one goes with its comma', () => {
    const remove: FixRequest = { kind: 'remove-layers', layers: ['softmax1'] };
    expect(lineAfter(remove, 'model', '[Linear: 2, Softmax]')).toBe('[Linear: 2]');
    expect(lineAfter(remove, 'model', '[Linear: 2, {Softmax: {dim: 1}}, Identity]')).toBe('[Linear: 2, Identity]');
  });
});

describe('activations', () => {
  test.each([
    ['[Linear: 2, LeakyReLU: 0.2]', '[Linear: 2, ReLU]'],
    ['[Linear: 2, {LeakyReLU: {negative_slope: 0.2, name: act}}]', '[Linear: 2, {ReLU: {name: act}}]'],
    ['[Linear: 2, {ELU: {name: act, alpha: 2}}]', '[Linear: 2, {ReLU: {name: act}}]'],
    ["[Linear: 2, 'Tanh']", '[Linear: 2, ReLU]'],
  ])('%s to ReLU keeps only what ReLU has', (before, after) => {
    const layers = ['leakyrelu1', 'act', 'tanh1'];
    expect(lineAfter({ kind: 'change-activation', layers, to: 'ReLU' }, 'model', before)).toBe(after);
  });

  test('copies in a Repeat are one entry, changed once', () => {
    const model = '[{Repeat: {times: 3, layers: [Linear: 4, Sigmoid]}}, Linear: 2]';
    const request: FixRequest = { kind: 'change-activation', layers: ['sigmoid1.0', 'sigmoid1.1', 'sigmoid1.2'], to: 'ReLU' };
    expect(lineAfter(request, 'model', model)).toBe('[{Repeat: {times: 3, layers: [Linear: 4, ReLU]}}, Linear: 2]');
    expect(fixFor(request, file({ model }))?.title).toBe('Sigmoid → ReLU (sigmoid1)');
  });

  test('what an anchor would change elsewhere too is left alone', () => {
    const model = '[Linear: 4, &a Sigmoid, Linear: 4, *a, Linear: 2]';
    expect(lineAfter({ kind: 'change-activation', layers: ['sigmoid1'], to: 'ReLU' }, 'model', model)).toBeUndefined();
    expect(lineAfter({ kind: 'change-activation', layers: ['sigmoid2'], to: 'ReLU' }, 'model', model)).toBe(
      '[Linear: 4, &a Sigmoid, Linear: 4, ReLU, Linear: 2]',
    );
  });

  test('where a join names a layer by its default name, no change that would rename it', () => {
    const model = '[Linear: 4, Sigmoid, Linear: 4, Sigmoid, Add: [sigmoid2], Linear: 2]';
    expect(lineAfter({ kind: 'change-activation', layers: ['sigmoid1'], to: 'ReLU' }, 'model', model)).toBeUndefined();
    expect(lineAfter({ kind: 'insert-normalisation', layers: ['linear1'] }, 'model', model)).toContain('[Linear: 4, BatchNorm1d, Sigmoid,');
  });
});

describe('normalisation', () => {
  test.each([
    ['[Conv2d: {out_channels: 4, kernel_size: 3}, ReLU, Flatten, Linear: 2]', [1, 6, 6], 'BatchNorm2d'],
    ['[Conv1d: {out_channels: 4, kernel_size: 3}, ReLU, Flatten, Linear: 2]', [2, 6], 'BatchNorm1d'],
    ['[Linear: 4, ReLU, Flatten, Linear: 2]', [5, 3], 'LayerNorm'],
  ])('by the shape: %s', (model, sample, type) => {
    const layers = ['conv2d1', 'conv1d1', 'linear1'];
    expect(fixFor({ kind: 'insert-normalisation', layers }, file({ model }), sample)?.title).toMatch(new RegExp(`^${type} after `));
  });

  test('of small batches LayerNorm, over channels and places', () => {
    const small = { train: '{batch_size: 4}' };
    const request: FixRequest = { kind: 'insert-normalisation', layers: ['conv2d1', 'linear1'] };
    expect(fixed(request, file(small))).toContain('[Linear: 8, LayerNorm, ReLU');
    const model = '[Conv2d: {out_channels: 4, kernel_size: 3}, ReLU, Flatten, Linear: 2]';
    expect(fixed(request, file({ model, ...small }), [1, 6, 6])).toContain('LayerNorm: [4, 4, 4], ReLU');
  });

  test('not twice, and not on the output', () => {
    expect(
      fixFor({ kind: 'insert-normalisation', layers: ['linear1'] }, file({ model: '[Linear: 8, BatchNorm1d, ReLU, Linear: 2]' })),
    ).toBeUndefined();
    expect(fixFor({ kind: 'insert-normalisation', layers: ['linear2'] }, file())).toBeUndefined();
  });
});

describe('init', () => {
  const matched = (keys: Record<string, string>) => fixFor({ kind: 'match-init' }, file(keys));

  test.each([
    ['[Linear: 8, GELU, Linear: 2]', 'init: kaiming_normal'],
    ['[Linear: 8, Tanh, Linear: 2]', 'init: xavier_uniform'],
    ['[Linear: 8, Sigmoid, Linear: 8, Tanh, Linear: 8, ReLU, Linear: 2]', 'init: xavier_uniform'],
  ])('by the activations: %s', (model, title) => expect(matched({ model })).toMatchObject({ title, needsRestart: true }));

  test.each(['kaiming_normal', '{kaiming_normal: {nonlinearity: relu}}', 'kaiming_uniform', '{weights: ./a.safetensors}'])('%s stays', (init) =>
    expect(matched({ init })).toBeUndefined(),
  );

  test('a layer’s own init goes where it is off, and stays where it fits', () => {
    const model =
      '[Linear: {out_features: 8, init: {normal: {std: 1}}}, ReLU, Linear: {out_features: 8, init: {normal: {std: 0.4}}}, ReLU, Linear: 2]';
    const text = file({ model, init: 'kaiming_normal' });
    expect(fixed({ kind: 'match-init' }, text)).toBeUndefined();
    const off = text.replace('std: 1}', 'std: 8}');
    expect(fixed({ kind: 'match-init' }, off)).toBe(off.replace(', init: {normal: {std: 8}}', ''));
  });
});

test.each<[FixRequest, string, string | undefined, string | undefined]>([
  [
    { kind: 'use-adam', lr: 0.001 },
    'optimizer',
    '{SGD: {lr: 0.6, momentum: 0.9, nesterov: true, weight_decay: 0.1}}',
    '{Adam: {lr: 0.001, weight_decay: 0.1}}',
  ],
  [{ kind: 'use-adam', lr: 0.001 }, 'optimizer', '{SGD: {momentum: 0.9}}', '{Adam: {lr: 0.001}}'],
  [{ kind: 'use-adam', lr: 0.001 }, 'optimizer', 'SGD', '{Adam: {lr: 0.001}}'],
  [{ kind: 'use-adam', lr: 0.001 }, 'optimizer', '{AdamW: {lr: 1}}', undefined],
  [{ kind: 'set-learning-rate', lr: 0.00299 }, 'optimizer', 'SGD', '{SGD: {lr: 0.00299}}'],
  [{ kind: 'set-learning-rate', lr: 0.6 }, 'optimizer', '{SGD: {lr: 0.6}}', undefined],
  [{ kind: 'set-learning-rate', lr: 0.2 }, 'optimizer', '{SAM: {optimizer: {SGD: {lr: 0.6}}}}', '{SAM: {optimizer: {SGD: {lr: 0.2}}}}'],
  [{ kind: 'set-learning-rate', lr: 0.2 }, 'optimizer', '{SAM: {rho: 0.1}}', '{SAM: {rho: 0.1, optimizer: {AdamW: {lr: 0.2}}}}'],
  [{ kind: 'use-adam', lr: 0.001 }, 'optimizer', '{Lookahead: {optimizer: SGD}}', '{Lookahead: {optimizer: {Adam: {lr: 0.001}}}}'],
  [{ kind: 'warm-up', steps: 50 }, 'scheduler', '{StepLR: 9}', '[{LinearLR: {start_factor: 0.1, total_iters: 50}}, {StepLR: 9}]'],
  [{ kind: 'warm-up', steps: 50 }, 'scheduler', '[StepLR: 9]', '[LinearLR: {start_factor: 0.1, total_iters: 50}, StepLR: 9]'],
  [{ kind: 'warm-up', steps: 50 }, 'scheduler', 'LinearLR', undefined],
  [{ kind: 'clip-gradient-norm', norm: 1 }, 'train', '{clip_grad_norm: 5, steps: 3}', '{clip_grad_norm: 1, steps: 3}'],
  [{ kind: 'train-longer', factor: 3 }, 'train', '{steps: 30}', '{steps: 90}'],
  [{ kind: 'train-longer', factor: 2 }, 'train', '{seed: 1}', '{seed: 1, epochs: 40}'],
  [{ kind: 'set-penalty', name: 'l2', value: 0 }, 'regularize', '{l1: 0.1, l2: 0.2}', '{l1: 0.1}'],
  [{ kind: 'set-penalty', name: 'l2', value: 0 }, 'regularize', '{l2: 0.2}', undefined],
  [{ kind: 'use-loss', name: 'NLLLoss' }, 'loss', '{CrossEntropyLoss: {label_smoothing: 0.1, weight: [1, 2]}}', '{NLLLoss: {weight: [1, 2]}}'],
  [{ kind: 'use-loss', name: 'MSELoss' }, 'loss', '{CrossEntropyLoss: {label_smoothing: 0.1}}', 'MSELoss'],
  [{ kind: 'early-stopping', patience: 5 }, 'train', '{ steps: 9 }', '{ steps: 9, early_stopping: 5 }'],
  [{ kind: 'early-stopping', patience: 5 }, 'data', '{source: xor}', '{source: xor, validation: 0.2}'],
  [{ kind: 'unfreeze', layers: ['linear1'] }, 'model', '[Linear: {out_features: 2, freeze: true}]', '[Linear: {out_features: 2}]'],
])('%j: %s: %s', (request, key, before, after) => expect(lineAfter(request, key, before!)).toBe(after));

test('a penalty of 0 takes the whole section out where nothing else is in it', () => {
  const fix = fixed({ kind: 'set-penalty', name: 'l2', value: 0 }, file({ regularize: '{l2: 0.2}', train: '{steps: 3}' }));
  expect(fix).toBe(file({ train: '{steps: 3}' }));
});

test('a file that brings its own validation split cannot be split', () => {
  const text = file({ data: '{file: ./a.npz}' });
  const { spec, layers, facts } = observe(text, { facts: { validation: { samples: 9, overlap: 0, repeated: 0, shift: 0 } } });
  expect(writeFix({ kind: 'split-validation', share: 0.2 }, text, spec, layers, facts)).toBeUndefined();
  expect(writeFix({ kind: 'split-validation', share: 0.2 }, text, spec, layers)).toMatchObject({ title: 'validation: 0.2' });
});

test('with the data known, a batch is no larger than it', () => {
  const text = file({ train: '{batch_size: 32}' });
  const { spec, layers, facts } = observe(text, { facts: { samples: 100 } });
  const sized = (samples: number) => writeFix({ kind: 'set-batch-size', size: 128 }, text, spec, layers, { ...facts!, samples })?.title;
  expect([200, 100, 32, 20].map(sized)).toEqual(['batch_size: 32 → 128', 'batch_size: 32 → 100', undefined, undefined]);
});

test('with the data known, no fix that would make shapes misfit', () => {
  const text = file({ model: '[Linear: 8, {Residual: [Linear: 8, ReLU]}, Linear: 2]' });
  const { spec, layers, facts } = observe(text);
  expect(writeFix({ kind: 'widen', layers: ['linear1'], factor: 2 }, text, spec, layers, facts)).toBeUndefined();
  expect(writeFix({ kind: 'widen', layers: ['linear1', 'linear2'], factor: 2 }, text, spec, layers, facts)?.title).toBe(
    'out_features: 8 → 16 (2 layers)',
  );
});

describe('fixes together', () => {
  const text = file({ optimizer: '{SGD: {lr: 0.5}}', train: '{steps: 3}' });
  const fix = (request: FixRequest) => fixFor(request, text)!;

  test('that do not touch each other', () => {
    const [clip, longer, norm] = [
      fix({ kind: 'clip-gradient-norm', norm: 1 }),
      fix({ kind: 'early-stopping', patience: 3 }),
      fix({ kind: 'insert-normalisation', layers: ['linear1'] }),
    ];
    const after = applyEdits(text, mergeFixes(text, [clip, longer, norm])!);
    expect(after).toContain('train: {steps: 3, clip_grad_norm: 1, early_stopping: 3}');
    expect(after).toContain('BatchNorm1d');
  });

  test('not those that do, or that do not go together', () => {
    expect(mergeFixes(text, [fix({ kind: 'use-adam', lr: 0.1 }), fix({ kind: 'set-learning-rate', lr: 0.01 })])).toBeUndefined();
    expect(mergeFixes(text, [fix({ kind: 'clip-gradient-norm', norm: 1 }), fix({ kind: 'clip-gradient-norm', norm: 2 })])).toBeUndefined();
  });
});
