import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { modelJsonSchema } from '../../src/model/jsonSchema';
import { parseModel } from '../../src/model/parse';
import { BAD_FILES, GOOD } from './badFiles';

const root = join(import.meta.dirname, '../..');
const validate = new Ajv({ strict: false, unicodeRegExp: true }).compile(modelJsonSchema());
const accepts = (text: string) => validate(parse(text, { merge: true }));

const files = ['examples', 'test/torch', 'test/clinic'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.nn.yaml'))
    .map((name) => join(folder, name)),
);

test('media/nn.schema.json is the schema of this language', async () => {
  await expect(`${JSON.stringify(modelJsonSchema(), null, 1)}\n`).toMatchFileSnapshot('../../media/nn.schema.json');
});

describe('it takes what the parser takes', () => {
  test.each(files)('%s', (file) => {
    const text = readFileSync(join(root, file), 'utf8');
    expect(accepts(text), JSON.stringify(validate.errors?.slice(0, 3))).toBe(parseModel(text).spec !== undefined);
  });

  test.each([
    'model: [ReLU: , {Identity: {name: a}}, {Add: [a]}, {Concat: {layers: [a], dim: -1}}, {Parallel: {branches: [[ReLU], [{Residual: [Tanh]}]]}}]',
    'model: [{Linear: {out_features: 3, init: {normal: {std: 0.1}}, freeze: true}}, {Repeat: {times: 2, layers: [{Linear: 3}], shared: true}}]',
    'model: [{BatchNorm1d: {momentum: null}}]\ninit: {weights: a.safetensors, strict: false}',
    'model: [ReLU]\nscheduler: [{StepLR: 3}]\noptimizer: {Adam: {betas: [0.9, 0.99]}}\ntrain:\nregularize: {l2: 0}',
    'model: [ReLU]\nscheduler: {CosineAnnealingLR: {T_max: 5}}\noptimizer: SGD',
  ])('%s', (part) => {
    const text = `data: {source: moons}\nloss: CrossEntropyLoss\n${part}\n`;
    expect([parseModel(text).problems, accepts(text), validate.errors]).toEqual([[], true, null]);
  });
});

/** What only the parser sees: rules between values, names and references. */
const BEYOND = [
  'names',
  'references',
  'copies',
  'too many layers',
  'nesterov',
  'lr infinite',

  'label smoothing twice',
  'label smoothing of a regression',
  'noise of a file',
];

test.each(
  Object.entries(BAD_FILES).filter(
    ([what, text]) =>
      !BEYOND.includes(what) && !parseModel(text).problems.some(({ code }) => /^(yaml|dup|several-d|too|alias|unknown-anchor|empty-file)/.test(code)),
  ),
)('it refuses: %s', (_, text) => expect(accepts(text)).toBe(false));

test('it takes a good file', () => expect(accepts(GOOD)).toBe(true));
