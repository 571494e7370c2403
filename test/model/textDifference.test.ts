import { expect, test } from 'vitest';
import { textDifference } from '../../src/model/textDifference';

const text = `data: {source: moons}
model:
  - Linear: 8
  - ReLU
  - Linear: 2
loss: CrossEntropyLoss
optimizer: {Adam: {lr: 0.001}}
train: {epochs: 2}
`;

test('two model files are told apart in their own words', () => {
  const other = text.replace('0.001', '0.01').replace('  - ReLU\n', '  - BatchNorm1d\n  - ReLU\n');
  expect(textDifference(text, other)).toEqual(['+ BatchNorm1d (batchnorm1d1)', 'lr 0.001 → 0.01']);
  expect(textDifference(other, text)).toEqual(['− BatchNorm1d (batchnorm1d1)', 'lr 0.01 → 0.001']);
});

test('what is written otherwise and means the same is no difference; nor is what is no model', () => {
  expect(textDifference(text, `# moons\n${text}`)).toEqual([]);
  expect(textDifference(text, 'model: [')).toEqual([]);
});
