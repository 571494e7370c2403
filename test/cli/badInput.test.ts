import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderOf, layerwise } from './run';

const csv = 'a,b,kind\n1,2,x\n3,4,y\n5,6,x\n7,8,y\n';
const model = (over: { data?: string; model?: string; loss?: string; rest?: string } = {}) =>
  `data: ${over.data ?? '{file: ./data.csv, target: kind}'}\nmodel: ${over.model ?? '[{Linear: 2}]'}\nloss: ${over.loss ?? 'CrossEntropyLoss'}\n${over.rest ?? 'train: {batch_size: 2, steps: 2}'}\n`;
const npz = readFileSync(join(__dirname, '../torch/act-relu/data.npz'));

/** [what, model file, what stderr says (file:line:column first), other files] */
const cases: [string, string, string, Record<string, string | Uint8Array>?][] = [
  ['an empty file', '', 'm.nn.yaml:1:1'],
  ['something that is not YAML', 'data: [', 'm.nn.yaml:1:'],
  ['a list instead of a model', '- Linear: 3', 'm.nn.yaml:1:1'],
  ['a duplicate key', `${model()}loss: MSELoss\n`, 'm.nn.yaml:5:1'],
  ['a wrong type', model({ rest: 'train: {batch_size: many}' }), 'm.nn.yaml:4:21'],
  ['a negative size', model({ model: '[{Linear: -3}]' }), 'm.nn.yaml:2:18'],
  ['an unknown layer', model({ model: '[{Lineer: 3}]' }), 'Did you mean `Linear`?'],
  ['a container without layers', model({ model: '[{MixtureOfExperts: 3}]' }), 'm.nn.yaml:2:10'],
  ['an unknown key', model({ rest: 'trian: {steps: 3}' }), 'm.nn.yaml:4:1'],
  ['a missing key', 'data: {source: moons}\nmodel: [{Linear: 2}]\n', '`loss`'],
  ['a rate of 0', model({ rest: 'optimizer: {SGD: {lr: 0}}' }), 'm.nn.yaml:4:23'],
  ['a rate that is not a number', model({ rest: 'optimizer: {SGD: {lr: .nan}}' }), 'm.nn.yaml:4:23'],
  ['a negative rate', model({ rest: 'optimizer: {Adam: {lr: -0.1}}' }), 'm.nn.yaml:4:24'],
  ['a batch of 0', model({ rest: 'train: {batch_size: 0}' }), 'm.nn.yaml:4:21'],
  ['steps and epochs', model({ rest: 'train: {steps: 2, epochs: 3}' }), 'epochs'],
  ['a shape that cannot be', model({ model: '[{MaxPool2d: 2}, {Linear: 2}]' }), 'm.nn.yaml:2:10  `maxpool2d1`: expects an image C×H×W, got 2'],
  ['a missing data file', model({ data: '{file: ./none.csv, target: kind}' }), 'm.nn.yaml:1:14  ./none.csv'],
  ['a missing value', model(), 'row 3', { 'data.csv': 'a,b,kind\n1,2,x\n3,,y\n' }],
  ['a text cell', model(), '`four` is not a number', { 'data.csv': 'a,b,kind\n1,2,x\n3,four,y\n' }],
  ['a ragged row', model(), 'row 3', { 'data.csv': 'a,b,kind\n1,2,x\n3,y\n' }],
  ['a target that is not there', model({ data: '{file: ./data.csv, target: knd}' }), 'kind'],
  ['an empty table', model(), 'data.csv', { 'data.csv': '' }],
  ['labels out of range', model({ model: '[{Linear: 1}]' }), 'The last layer needs 2 outputs'],
  ['a batch larger than the data', model({ rest: 'train: {batch_size: 64}' }), 'm.nn.yaml:4:21  `batch_size: 64` is more than the 4 samples'],
  ['an .npz cut short', model({ data: '{file: ./data.npz}' }), 'data.npz', { 'data.npz': npz.subarray(0, npz.length - 40) }],
  ['an .npz that is no archive', model({ data: '{file: ./data.npz}' }), 'data.npz', { 'data.npz': 'hello' }],
  ['a model out of memory', model({ model: '[{Linear: 50000}, {Linear: 50000}, {Linear: 2}]' }), 'GiB'],
  ['absurd sizes', model({ model: '[{Linear: 1000000000000000}, {Linear: 2}]' }), 'm.nn.yaml:2'],
  [
    'an absurd window',
    model({ model: '[{Unflatten: [1, 1, 2]}, {MaxPool2d: {kernel_size: 1000000, padding: 500000}}, Flatten, {Linear: 2}]' }),
    'm.nn.yaml:2',
  ],
  ['absurd repetition', model({ model: '[{Repeat: {times: 1000000000, layers: [ReLU]}}, {Linear: 2}]' }), 'm.nn.yaml:2'],
  [
    'weights that are not there',
    model({ rest: 'init: {weights: ./nowhere.safetensors}' }),
    'm.nn.yaml:4:7  The weights file ./nowhere.safetensors is not there',
  ],
];

describe('bad input: one clear message at the right place, exit code 2, nothing written', { concurrent: true }, () => {
  test.each(cases)('%s', async (_name, text, message, files = {}) => {
    const folder = folderOf({ 'm.nn.yaml': text, 'data.csv': csv, ...files });
    const before = readdirSync(folder);
    const { code, stdout, stderr } = await layerwise(folder, 'train', 'm.nn.yaml', '--json', '--save', 'out.safetensors', '--run-dir', 'run');
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/undefined|\bat .*\(.*:\d+:\d+\)/);
    expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(2);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(readdirSync(folder)).toEqual(before);
  });
});
