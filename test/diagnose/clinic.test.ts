import { describe, expect, test } from 'vitest';
import { stream } from '../../src/base/random';
import { isAlarm } from '../../src/diagnose/diagnose';
import type { RuleId } from '../../src/diagnose/finding';
import { History } from '../../src/run/history';
import { RunDiagnosis } from '../../src/run/runDiagnosis';
import type { Plan } from '../../src/train/protocol';
import { Trainer } from '../../src/train/trainer';

/** A model trained to its end as the command line does; its causes, first one first. */
async function causesOf(text: string, rows?: string): Promise<RuleId[]> {
  const files: Plan['files'] = rows === undefined ? {} : { './d.csv': new TextEncoder().encode(rows) };
  const trainer = await Trainer.create({ text, files, statsEvery: 10 });
  const history = new History(text);
  const diagnosis = new RunDiagnosis();
  try {
    history.apply(trainer.start);
    while (!trainer.isFinished) for (const event of await trainer.next()) history.apply(event);
    for (const event of await trainer.end()) history.apply(event);
    diagnosis.update(history);
    return diagnosis.findings.filter((finding) => isAlarm(finding) && !finding.cause).map(({ rule }) => rule);
  } finally {
    await trainer.release();
  }
}

interface Model {
  data?: string;
  model?: string;
  loss?: string;
  optimizer?: string;
  train?: string;
  more?: string;
}

const file = ({
  data,
  model,
  loss,
  optimizer,
  train,
  more,
}: Model) => `data: ${data ?? '{source: moons, samples: 400, noise: 0.15, validation: 0.25}'}
model: ${model ?? '[Linear: 16, ReLU, Linear: 2]'}
loss: ${loss ?? 'CrossEntropyLoss'}
optimizer: ${optimizer ?? '{Adam: {lr: 0.01}}'}
train: ${train ?? '{batch_size: 32, steps: 200}'}
${more ?? ''}`;

const csv = '{file: ./d.csv, target: y, validation: 0.3, normalize: zscore}';

/** Two clouds `apart` in each of four features; the second has `share` of all samples. Columns a, b, c, d, y. */
function clouds({ samples = 400, share = 0.5, apart = 2, label = (second: boolean) => Number(second) }): string {
  const random = stream(0, 'clouds');
  const rows = Array.from({ length: samples }, (_, i) => {
    const second = i < share * samples;
    return [...[0, 1, 2, 3].map(() => random.normal() + (second ? apart : 0)), label(second)].join(',');
  });
  return ['a,b,c,d,y', ...rows].join('\n');
}

/** A model, and the rows of its data where they come from a file. */
type Case = [model: Model, rows?: string];

const regression: Model = {
  data: '{source: sine, samples: 300, noise: 0.1, validation: 0.25}',
  model: '[Linear: 24, Tanh, Linear: 1]',
  loss: 'MSELoss',
  train: '{batch_size: 32, steps: 300}',
};
const circles = '{source: circles, samples: 400, noise: 0.05, validation: 0.25}';
const small: Model = { data: csv, model: '[Linear: 8, ReLU, Linear: 2]', train: '{batch_size: 32, steps: 100}' };
const binary: Model = { data: csv, model: '[Linear: 8, ReLU, Linear: 1]', loss: 'BCEWithLogitsLoss' };
const fast: Model = { optimizer: '{SGD: {lr: 0.3, momentum: 0.9}}' };
const slow: Model = { optimizer: '{Adam: {lr: 0.003}}' };
const normalised: Model = { model: '[Linear: 24, BatchNorm1d, ReLU, Linear: 2]', train: '{batch_size: 16, steps: 200}' };
/** Two normalisations behind weights of a large scale, so that running statistics start far from those of the batches. */
const scaled = (momentum: number): Model => {
  const block = `Linear: {out_features: 24, init: {normal: {std: 3}}}, BatchNorm1d: {momentum: ${momentum}}, ReLU`;
  return { ...normalised, model: `[${block}, ${block}, Linear: 2]` };
};

/** A sick model, and one that differs from it in what matters only. */
const pairs: [rule: RuleId, sick: Case, sound: Case][] = [
  ['loss-reduction-sum', [{ ...fast, loss: '{CrossEntropyLoss: {reduction: sum}}' }], [fast]],
  ['batch-too-small', [{ ...normalised, train: '{batch_size: 2, steps: 200}' }], [normalised]],
  ['train-eval-mismatch', [scaled(0.0001)], [scaled(0.1)]],
  ['output-activation-mismatch', [{ ...regression, model: '[Linear: 24, Tanh, Linear: 1, ReLU]' }], [regression]],
  ['undertrained', [{ ...slow, train: '{batch_size: 32, steps: 10}' }], [{ ...slow, train: '{batch_size: 32, steps: 600}' }]],
  [
    'missing-nonlinearity',
    [{ data: circles, model: '[Linear: 16, Linear: 16, Linear: 2]' }],
    [{ data: circles, model: '[Linear: 16, ReLU, Linear: 16, ReLU, Linear: 2]' }],
  ],
  [
    'frozen-layer',
    [{ data: circles, model: '[Linear: {out_features: 3, freeze: true}, ReLU, Linear: {out_features: 3, freeze: true}, ReLU, Linear: 2]' }],
    [{ data: circles, model: '[Linear: {out_features: 64, freeze: true}, ReLU, Linear: 2]', train: '{batch_size: 32, steps: 400}' }],
  ],
  ['class-imbalance', [small, clouds({ samples: 600, share: 0.03, apart: 0.3 })], [small, clouds({ samples: 600, share: 0.03, apart: 3 })]],
  ['label-shape-or-range', [binary, clouds({ label: (second) => (second ? 2 : 1) })], [binary, clouds({})]],
  ['labels-uncorrelated', [small, clouds({ apart: 0 })], [small, clouds({ apart: 1 })]],
  [
    'validation-overlaps-train',
    [{ ...small, data: '{file: ./d.csv, target: y, validation: ./d.csv, normalize: zscore}' }, clouds({})],
    [small, clouds({})],
  ],
];

describe.each(pairs)('%s', (rule, [sick, sickRows], [sound, soundRows]) => {
  test('is the first cause named where it is', async () => {
    expect((await causesOf(file(sick), sickRows))[0]).toBe(rule);
  });
  test('is not named where it is not', async () => {
    expect(await causesOf(file(sound), soundRows)).toEqual([]);
  });
});
