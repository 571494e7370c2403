import { expect, test } from 'vitest';
import { describeDifference } from '../../src/model/difference';
import { modelJsonSchema } from '../../src/model/jsonSchema';
import { completionsAt } from '../../src/model/language/completion';
import { hoverAt } from '../../src/model/language/hover';
import { parseModel } from '../../src/model/parse';
import { AUGMENTATION_NAMES } from '../../src/model/augmentations';

/** The text without its `|`, and where that stood. */
function caret(text: string): [string, number] {
  const offset = text.indexOf('|');
  return [text.slice(0, offset) + text.slice(offset + 1), offset];
}

const labels = (text: string) => completionsAt(...caret(text)).map(({ label }) => label);

test('the names are completed in the list, and alone; their arguments within', () => {
  expect(labels('data:\n  augment:\n    - |\n')).toEqual([...AUGMENTATION_NAMES]);
  expect(labels('data:\n  augment: |\n')).toEqual([...AUGMENTATION_NAMES]);
  expect(labels('data:\n  augment: [{RandomCrop: {|}}]\n')).toEqual(['padding', 'fill', 'padding_mode']);
  expect(labels('data:\n  curriculum: {|}\n')).toEqual(['by', 'pace']);
});

test('hover tells the formula, the default and the source', () => {
  const { markdown = '' } = hoverAt(...caret('data:\n  augment: [Horizontal|Flip]\n')) ?? {};
  expect(markdown).toContain('x[i, W − 1 − j]');
  expect(markdown).toContain('default `0.5`');
  expect(markdown).toContain('RandomHorizontalFlip');
  expect(hoverAt(...caret('data:\n  curriculum: {by: loss, pa|ce: 3}\n'))?.markdown).toContain('Epochs until all samples are there');
});

test('the JSON Schema takes one, or a list', () => {
  const { properties } = modelJsonSchema() as { properties: { data: { properties: { augment: { anyOf: { type?: string }[] } } } } };
  expect(properties.data.properties.augment.anyOf.map(({ type }) => type)).toEqual([undefined, 'array']);
});

test('read with their defaults, in their order; an edit is told in the file’s words', () => {
  const spec = (augment: string) => parseModel(`data: {source: moons${augment}}\nmodel: [{Linear: 2}]\nloss: CrossEntropyLoss\n`).spec!;
  expect(spec('').data.augment).toEqual([]);
  expect(spec(', augment: [{GaussianNoise: 0.2}, TokenDropout]').data.augment.map(({ name, args }) => ({ name, args }))).toEqual([
    { name: 'GaussianNoise', args: { sigma: 0.2, mean: 0, clip: true } },
    { name: 'TokenDropout', args: { p: 0.1, token: 0 } },
  ]);
  const changes = (a: string, b: string) => describeDifference(spec(a), spec(b), new Map([['linear1', 'linear1']]));
  expect(changes('', ', augment: [GaussianNoise]')).toEqual(['data: augment none → GaussianNoise']);
  expect(changes(', augment: [GaussianNoise]', ', augment: [{GaussianNoise: 0.3}]')).toEqual(['data: augment: sigma 0.1 → 0.3']);
  expect(changes('', ', curriculum: {by: loss, pace: 5}')).toEqual(['data: curriculum none → {by: loss, pace: 5}']);
});
