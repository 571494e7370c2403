import { defaultOf, isRequired, wordsOf } from '../../src/model/expects';
import { type Argument, ruleAt } from '../../src/model/grammar';
import { entryRule } from '../../src/model/entryTable';
import { outlineModel } from '../../src/model/outline';
import { parseModel } from '../../src/model/parse';
import type { EntryType } from '../../src/model/vocabulary';

/** Sixteen features a sample, two classes, and the class as a number. */
const ROWS = 16;
const feature = (row: number, i: number) => Math.sin(1.7 * row + 0.9 * i) + (row % 2 ? 0.5 : -0.5) * (i % 3);
const csv = (value: (row: number, i: number) => number, width = 16) =>
  [
    [...Array.from({ length: width }, (_, i) => `f${i}`), 'target'].join(),
    ...Array.from({ length: ROWS }, (_, row) => [...Array.from({ length: width }, (_, i) => value(row, i)), row % 2].join()),
  ].join('\n');
const bytes = (text: string) => new TextEncoder().encode(text);

/** What the recipes read. */
export const FILES: Record<string, Uint8Array> = {
  './numbers.csv': bytes(csv(feature)),
  './tokens.csv': bytes(csv((row, i) => (row * 3 + i * 5) % 7, 4)),
  './adjacency.csv': bytes('0,1,0,0\n1,0,1,0\n0,1,0,1\n0,0,1,0\n'),
};

/** A model file of a few lines; what is not given is what most need. */
export function modelText(parts: { data?: string; model?: string; loss?: string; more?: string; train?: string }): string {
  const {
    data = 'file: ./numbers.csv, target: target',
    model = '{Linear: 4}, Tanh, {Linear: 2}',
    loss = 'CrossEntropyLoss',
    more = '',
    train = '',
  } = parts;
  return `data: {${data}}\nmodel: [${model}]\nloss: ${loss}\ntrain: {batch_size: 8, ${/epochs|steps/.test(train) ? '' : 'steps: 20, '}${train}}\n${more}\n`;
}

/** Where a value has to be of a certain kind; all others are found out from what an argument takes. */
const ENTRIES: Record<string, string | undefined> = {
  Embedding: '{num_embeddings: 7, embedding_dim: 3}',
  Unflatten: '[4, 4]',
  Permute: '[0, 2, 1]',
  MultiheadAttention: '2',
  AvgPool1d: '2',
  GLU: '',
  EvoNorm2dS0: '2',
  Residual: '[{Linear: 4}, Tanh]',
  Parallel: '{branches: [[{Linear: 3}], [{Linear: 2}, ReLU]]}',
  Repeat: '{times: 2, layers: [{Linear: 4}, Tanh]}',
  DenseBlock: '[{Conv2d: {out_channels: 2, kernel_size: 1}}, [{Conv2d: {out_channels: 2, kernel_size: 1}}, ReLU]]',
  Highway: '[{Linear: 4}, Tanh]',
  MixtureOfExperts: '{experts: 3, top_k: 2, layers: [{Linear: 4}, Tanh]}',
  NeuralODE: '{layers: [{Linear: 4}, Tanh], steps: 2}',
  Add: '[first]',
  Mul: '[first]',
  Concat: '[first]',
  DropPath: '{p: 0.5}',
};

/** Entries that stand inside of others. */
const AROUND: Record<string, ((entry: string) => string) | undefined> = {
  DropPath: (entry) => `{Residual: [{Linear: 4}, ${entry}]}`,
  ShakeDrop: (entry) => `{Residual: [{Linear: 4}, ${entry}]}`,
};

/** A value that an argument takes, as written in the file. */
export function sampleValue(argument: Argument): string {
  const takes = (value: unknown) => argument['~standard'].validate(value);
  const words = wordsOf(argument);
  const all: unknown[] = [2, 0.1, ...words, true, [2, 2], [2], 'name', './numbers.csv'];
  const fitting = all.find((value) => {
    const result = takes(value);
    return !(result instanceof Promise) && !result.issues;
  });
  if (fitting === undefined) throw new Error('takes none of the usual values: give it a recipe');
  return JSON.stringify(fitting);
}

/** `{Name: {needed: 2}}`, with all that has no default. */
export function withNeeded(name: string, args: Record<string, Argument>, known?: string): string {
  if (known !== undefined) return known ? `{${name}: ${known}}` : name;
  const needed = Object.entries(args).filter(([, argument]) => isRequired(argument));
  return needed.length ? `{${name}: {${needed.map(([key, argument]) => `${key}: ${sampleValue(argument)}`).join(', ')}}}` : name;
}

/** Their samples are nodes, joined as a file says. */
const NEEDS_NEIGHBOURS: readonly string[] = ['GraphConv'];

/** Samples that entries may want, the likeliest first: nodes or a sequence, an image, features. */
const SHAPES = [
  { shape: '[4, 4]', width: 4, more: ', adjacency: ./adjacency.csv' },
  { shape: '[4, 2, 2]', width: 2, more: '' },
  { shape: '[16]', width: 16, more: '' },
];

/**
 * A model with the entry between a layer and the output, for the first kind of sample that it fits to.
 * @throws where there is none: an entry of a new kind wants a recipe above.
 */
export function entryModel(type: EntryType, args = ENTRIES[type]): string {
  const entry = withNeeded(type, entryRule(type).args, args);
  const placed = AROUND[type]?.(entry) ?? entry;
  if (type === 'Embedding') return modelText({ data: 'file: ./tokens.csv, target: target, shape: [4]', model: `${placed}, Flatten, {Linear: 2}` });
  const problems: string[] = [];
  for (const { shape, width, more } of SHAPES) {
    const adjacency = NEEDS_NEIGHBOURS.includes(type) ? more : '';
    const text = modelText({
      data: `file: ./numbers.csv, target: target, shape: ${shape}${adjacency}`,
      model: `{Linear: {out_features: ${width}, name: first}}, ${placed}, Flatten, {Linear: 2}`,
    });
    const { spec, problems: found } = parseModel(text);
    const sample = JSON.parse(shape) as number[];
    const all = spec ? outlineModel(spec, sample).problems : found;
    if (all.length === 0) return text;
    problems.push(`${shape}: ${all.map(({ message }) => message).join(' ')}`);
  }
  throw new Error(`\`${entry}\` fits to no sample; give it a recipe.\n${problems.join('\n')}`);
}

/** Names of a registry with the arguments they need: `optimizer`, `scheduler`, `loss`, `init`. */
export function choices(key: string, known: Record<string, string> = {}): [name: string, written: string][] {
  const rule = ruleAt([key]);
  if (rule?.kind !== 'choice') throw new Error(`\`${key}\` is no choice`);
  return Object.entries(rule.choices.registry).map(([name, { args }]) => [name, withNeeded(name, args, known[name])]);
}

/** Keys of a section with a value each that is not the default. */
export function keysOfSection(key: string, known: Record<string, string>): [key: string, written: string][] {
  const rule = ruleAt([key]);
  if (rule?.kind !== 'table') throw new Error(`\`${key}\` is no section`);
  return Object.entries(rule.table).map(([name, argument]) => {
    const value = known[name] ?? sampleValue(argument);
    if (value === defaultOf(argument)) throw new Error(`\`${name}: ${value}\` says nothing: give it a recipe`);
    return [name, `${name}: ${value}`];
  });
}
