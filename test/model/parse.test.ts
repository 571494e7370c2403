import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseModel } from '../../src/model/parse';
import { formatProblem } from '../../src/model/problem';
import { type LayerSpec, type Spec, walkLayers } from '../../src/model/spec';
import { BAD_FILES, GOOD } from './badFiles';

const folder = (name: string) => join(import.meta.dirname, '..', name);

function modelFiles(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('model.nn.yaml'))
    .map((file) => join(root, file));
}

function parsed(text: string): Spec {
  const { spec, problems } = parseModel(text);
  expect(problems.map((problem) => formatProblem(problem, 'file', text))).toEqual([]);
  return spec!;
}

const layersOf = (...lines: string[]) =>
  parsed(`data: {source: moons}\nloss: CrossEntropyLoss\nmodel:\n${lines.map((line) => `  ${line}\n`).join('')}`).model;
const namesOf = (model: LayerSpec[]) => [...walkLayers(model)].map(({ name }) => name);

describe('a whole file', () => {
  test.each([...modelFiles(folder('torch')), ...modelFiles(folder('clinic'))])('%s gives a Spec', (file) => {
    const { spec, problems } = parseModel(readFileSync(file, 'utf8'));
    expect(problems).toEqual([]);
    expect(spec).toBeDefined();
  });

  test('defaults are those of the language', () => {
    const spec = parsed('data: {source: moons}\nmodel: [{Linear: 2}]\nloss: CrossEntropyLoss\n');
    expect(spec.optimizer).toMatchObject({ name: 'AdamW', args: { lr: 0.001, betas: [0.9, 0.999], weight_decay: 0.01 } });
    expect(spec.train).toMatchObject({ batch_size: 32, epochs: 20, seed: 0, shuffle: true, drop_last: true });
    expect(spec.data).toMatchObject({ normalize: 'none', normalize_target: 'none' });
    expect(spec.data.validation).toBeUndefined();
    expect(spec).toMatchObject({ schedulers: [], init: { name: 'default' }, regularize: { l1: 0, l2: 0 } });
  });

  test('steps take the place of the default epochs', () => {
    const { train } = parsed('data: {source: moons}\nmodel: [{Linear: 2}]\nloss: MSELoss\ntrain: {steps: 100}\n');
    expect(train).toMatchObject({ steps: 100 });
    expect(train.epochs).toBeUndefined();
  });

  test('label smoothing under regularize reaches the loss', () => {
    const { loss } = parsed('data: {source: moons}\nmodel: [{Linear: 2}]\nloss: CrossEntropyLoss\nregularize: {label_smoothing: 0.1}\n');
    expect(loss.args.label_smoothing).toBe(0.1);
  });

  test('every form of init', () => {
    const init = (value: string) => parsed(`data: {source: moons}\nmodel: [{Linear: 2}]\nloss: MSELoss\ninit: ${value}\n`).init;
    expect(init('orthogonal')).toMatchObject({ name: 'orthogonal', args: { gain: 1 } });
    expect(init('{constant: 0.5}')).toMatchObject({ name: 'constant', args: { val: 0.5 } });
    expect(init('{normal: {mean: 1, std: 0.2}}')).toMatchObject({ name: 'normal', args: { mean: 1, std: 0.2 } });
    expect(init('{weights: ./a.safetensors, strict: false}')).toMatchObject({ name: 'weights', args: { weights: './a.safetensors', strict: false } });
  });

  test('schedulers: one, or a list', () => {
    const names = (value: string) =>
      parsed(`data: {source: moons}\nmodel: [{Linear: 2}]\nloss: MSELoss\nscheduler: ${value}\n`).schedulers.map(({ name, args }) => [name, args]);
    expect(names('{StepLR: 10}')).toEqual([['StepLR', { step_size: 10, gamma: 0.1 }]]);
    expect(names('[{LinearLR: {total_iters: 100}}, {CosineAnnealingLR: {T_max: 900}}]').map(([name]) => name)).toEqual([
      'LinearLR',
      'CosineAnnealingLR',
    ]);
  });
});

describe('entries', () => {
  test('a name, a name with its first argument, a name with arguments', () => {
    const [a, b, c] = layersOf('- ReLU', '- Linear: 10', '- Conv2d: {out_channels: 8, kernel_size: [3, 1], padding: same}');
    expect(a).toMatchObject({ type: 'ReLU', args: {} });
    expect(b).toMatchObject({ type: 'Linear', args: { out_features: 10, bias: true } });
    expect(c.args).toMatchObject({ out_channels: 8, kernel_size: [3, 1], stride: [1, 1], padding: 'same' });
  });

  test('name, init and freeze are not arguments of the layer', () => {
    const [layer] = layersOf('- Linear: {out_features: 10, name: head, init: zeros, freeze: true}');
    expect(layer).toMatchObject({ name: 'head', freeze: true, init: { name: 'zeros' }, args: { out_features: 10, bias: true } });
    expect(Object.keys(layer.args)).toEqual(['out_features', 'bias']);
  });

  test('default names count a class through the whole file, containers included', () => {
    const model = layersOf(
      '- Linear: 8',
      '- Residual:',
      '    - Linear: 8',
      '    - Residual: [ReLU]',
      '- Linear: {out_features: 8, name: own}',
      '- Linear: 8',
    );
    expect(namesOf(model)).toEqual(['linear1', 'residual1', 'linear2', 'residual2', 'relu1', 'own', 'linear4']);
  });

  test('containers hold their branches', () => {
    const [residual, parallel, repeat] = layersOf(
      '- Residual: {layers: [{Linear: 8}, ReLU], shortcut: [Identity], name: block}',
      '- Parallel: {branches: [[ReLU], [Tanh, ReLU], []], merge: add}',
      '- Repeat: {times: 3, layers: [ReLU], shared: true}',
    );
    const types = (spec: LayerSpec) => spec.branches.map((branch) => branch.map(({ type }) => type));
    expect([residual.name, types(residual), residual.args]).toEqual(['block', [['Linear', 'ReLU'], ['Identity']], {}]);
    expect([types(parallel), parallel.args]).toEqual([[['ReLU'], ['Tanh', 'ReLU'], []], { merge: 'add' }]);
    expect([types(repeat), repeat.args]).toEqual([[['ReLU']], { times: 3, shared: true }]);
  });

  test('joins name earlier layers, in a Repeat those of their own copy', () => {
    const model = layersOf(
      '- Linear: {out_features: 8, name: a}',
      '- Repeat: {times: 2, layers: [{ReLU: {name: r}}, {Add: [r, a]}]}',
      '- Concat: {layers: [a, r.1], dim: -1}',
      '- Mul: [a, repeat1]',
    );
    expect(model.slice(2).map(({ args }) => args)).toEqual([{ layers: ['a', 'r.1'], dim: -1 }, { layers: ['a', 'repeat1'] }]);
  });
});

describe('ranges', () => {
  const slices = (text: string) => (range: { start: number; end: number }) => text.slice(range.start, range.end);

  test('slice back to the very text', () => {
    const text = GOOD.replace('- Linear: 2\n', '- Linear: 2 # the logits\n');
    const spec = parsed(text);
    const slice = slices(text);
    expect([...walkLayers(spec.model)].map(({ typeRange }) => slice(typeRange))).toEqual(['Linear', 'ReLU', 'Residual', 'Linear', 'Tanh', 'Linear']);
    expect(spec.model.map(({ range }) => slice(range))).toEqual([
      'Linear: 16',
      'ReLU',
      'Residual:\n      - Linear: {out_features: 16, name: inner}\n      - Tanh',
      'Linear: 2',
    ]);
    expect(slice(spec.model[2].branches[0][0].argRanges.name)).toBe('inner');
    expect(slice(spec.model[0].argRanges.out_features)).toBe('16');
    expect(slice(spec.optimizer.argRanges.lr)).toBe('0.01');
    expect(slice(spec.optimizer.range)).toBe('AdamW: {lr: 0.01}');
    expect(slice(spec.data.ranges.validation)).toBe('0.2');
    expect(slice(spec.data.range)).toBe('source: spirals\n  samples: 500\n  validation: 0.2');
    expect(Object.values(spec.ranges).map(slice)).toEqual(Object.keys(spec.ranges));
    expect(slice(spec.train.ranges.epochs)).toBe('20');
  });

  test('with Windows line ends and a byte order mark', () => {
    const text = `\ufeff${GOOD.replaceAll('\n', '\r\n')}`;
    const spec = parsed(text);
    expect(slices(text)(spec.model[2].range)).toBe('Residual:\r\n      - Linear: {out_features: 16, name: inner}\r\n      - Tanh');
    expect(slices(text)(spec.ranges.train)).toBe('train');
  });

  test('what comes by an alias is located at the alias', () => {
    const text =
      'data: {source: moons}\nloss: MSELoss\nmodel:\n  - &block {Linear: 8}\n  - *block\n  - Linear: {<<: &d {bias: false}, out_features: 3}\n  - Linear: {<<: *d, out_features: 4, bias: true}\n';
    const { model } = parsed(text);
    expect(slices(text)(model[1].range)).toBe('*block');
    expect(model.map(({ args }) => args)).toEqual([
      { out_features: 8, bias: true },
      { out_features: 8, bias: true },
      { out_features: 3, bias: false },
      { out_features: 4, bias: true },
    ]);
  });
});

describe('problems', () => {
  test('read well and stand at their word', async () => {
    const report = Object.entries(BAD_FILES).map(([what, text]) => {
      const { spec, problems } = parseModel(text);
      expect.soft(spec, what).toBeUndefined();
      expect.soft(problems.length, what).toBeGreaterThan(0);
      const lines = problems.map(
        (problem) =>
          `${formatProblem(problem, '', text).slice(1)}  [${problem.code}] ${JSON.stringify(text.slice(problem.range!.start, problem.range!.end).slice(0, 40))}`,
      );
      return [`## ${what}`, ...lines, ''].join('\n');
    });
    await expect(report.join('\n')).toMatchFileSnapshot('parse.problems.txt');
  });

  test('none speaks of code', () => {
    const messages = Object.values(BAD_FILES).flatMap((text) => parseModel(text).problems.map(({ message }) => message));
    expect(messages.filter((message) => /undefined|\bnull\b|\[object|expected (int|string|array)|Invalid/.test(message))).toEqual([]);
  });
});

describe('whatever the text', () => {
  /** Processor time, so that a busy machine fails no test. */
  const quick = (text: string) => {
    const start = process.cpuUsage();
    const { problems } = parseModel(text);
    const { user, system } = process.cpuUsage(start);
    for (const { range } of problems) expect(range!.start <= range!.end && range!.end <= Math.max(1, text.length)).toBe(true);
    expect((user + system) / 1e6).toBeLessThan(1);
  };

  test('noise is answered with problems', () => fc.assert(fc.property(fc.string({ maxLength: 2000, unit: 'binary' }), quick), { numRuns: 200 }));

  test('so is YAML-like noise', () => {
    const word = fc.constantFrom(
      'model',
      'data',
      'Linear',
      ': ',
      '- ',
      '\n',
      '  ',
      '{',
      '}',
      '[',
      ']',
      '&a ',
      '*a',
      '<<',
      '"',
      "'",
      '|',
      '>',
      '#',
      '!x ',
      '?',
      ', ',
      '1',
      '.nan',
      '---\n',
      '\t',
      'name',
      'Residual',
      'layers',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 120 }), (words) => quick(words.join(''))),
      { numRuns: 500 },
    );
  });

  test('so is a good file with a part cut out, repeated or replaced', () => {
    const mutation = fc.record({
      at: fc.nat(GOOD.length),
      length: fc.nat(30),
      insert: fc.oneof(fc.string({ maxLength: 10 }), fc.constantFrom('', '\n', '  ', '- ', ': ', '{', '[', '*a', '__proto__: 1\n')),
    });
    const mutated = (text: string, { at, length, insert }: { at: number; length: number; insert: string }) =>
      text.slice(0, at) + insert + text.slice(at + length);
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => quick(mutations.reduce(mutated, GOOD))),
      { numRuns: 500 },
    );
  });

  test.each([
    '[',
    '{a: ',
    '- ',
    '? ',
    'a: ',
    ']',
    '"',
    '*a ',
    '&a ',
    '!',
    '\n',
    '\t',
    '|\n',
    '%a\n',
    '---\n',
    'a: {b: 1}\n',
    '- Linear: 1\n',
    'x ',
    '{},',
    'a,',
    '<<: *a\n',
    'é',
  ])('a great many of %j take no time', (part) => quick(part.repeat(65_536 / part.length)));

  test('a file beyond the size of any model is refused', () => {
    expect(parseModel('#'.repeat(65_537)).problems).toMatchObject([{ code: 'file-too-large' }]);
  });
});

test('the figures are there', () => expect(existsSync(folder('torch/net-lenet/model.nn.yaml'))).toBe(true));

test('a word that is nearly right comes with its replacement', () => {
  const text =
    'data: {source: moonz}\nmodel:\n  - Lineer: 3\n  - Linear: {out_featurs: 3, bais: true}\n  - &a Tanhh\n  - *a\n  - Add: [lineer1, linear2]\nloss: MSEloss\ntrian: {}\n';
  const fixes = parseModel(text).problems.map(({ range, replacement }) => [text.slice(range!.start, range!.end), replacement]);
  expect(fixes).toEqual([
    ['moonz', 'moons'],
    ['Lineer', 'Linear'],
    ['out_featurs', 'out_features'],
    ['bais', 'bias'],
    ['Tanhh', 'Tanh'],
    ['*a', undefined],
    ['lineer1', 'linear1'],
    ['MSEloss', 'MSELoss'],
    ['trian', 'train'],
  ]);
});
