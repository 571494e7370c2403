import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { recipeOf } from '../../src/run/recipe';

const recording = (name: string) => readFileSync(new URL(`../../bench/recordings/${name}.nn.yaml`, import.meta.url), 'utf8');

test('says what trains: loss, optimizer, schedule, batch, length, init', () => {
  expect(recipeOf(recording('healthy'))).toBe(
    'CrossEntropyLoss · AdamW lr 0.003, weight_decay 0.01 · CosineAnnealingLR T_max 460 · batch 64 · 20 epochs · init kaiming_normal',
  );
  expect(recipeOf(recording('exploding'))).toContain('init normal std 0.6');
  expect(recipeOf(recording('long'))).toContain('batch 32 · 10000 steps');
});

test('and what else bears on a step', () => {
  const text = `data: { source: moons }
model: [Linear: 2]
loss: CrossEntropyLoss
optimizer:
  SGD: { lr: 0.1, momentum: 0.9 }
regularize: { l2: 0.001 }
train: { batch_size: 16, epochs: 1, clip_grad_norm: 5 }
`;
  expect(recipeOf(text)).toMatch(/^CrossEntropyLoss · SGD lr 0\.1, momentum 0\.9 · l2 0\.001 · clip_grad_norm 5 · batch 16 · 1 epoch/);
});

test('nothing of what is no model', () => expect(recipeOf('')).toBeUndefined());
