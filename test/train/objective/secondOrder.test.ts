import { describe, expect, test } from 'vitest';
import { stream } from '../../../src/base/random';
import { product } from '../../../src/graph/shape';
import { parseModel } from '../../../src/model/parse';
import { ENTRY_TYPES } from '../../../src/model/vocabulary';
import { planModel } from '../../../src/train/modelPlan';
import type { StepEvent } from '../../../src/train/protocol';
import { Trainer } from '../../../src/train/trainer';
import { entryModel, FILES } from '../../vocabulary/recipes';
import { onEngine } from './worked';

describe('the Jacobian penalty differentiates gradients', () => {
  test.each([...ENTRY_TYPES])('through %s', async (type) => {
    const text = `${entryModel(type)}regularize: {jacobian: 0.01}\n`;
    const trainer = await Trainer.create({ text, files: FILES, statsEvery: 0 }).catch((error: Error) => error);
    if (trainer instanceof Error) {
      // Tokens have no neighbours; everything else must differentiate.
      expect(trainer.message).toContain('whole numbers of tokens');
      expect(text).toContain('tokens.csv');
      return;
    }
    for (let i = 0; i < 2; i++) {
      const [{ loss, total_loss, grad_norm }] = (await trainer.next()) as StepEvent[];
      expect([loss, total_loss, grad_norm].every((v) => typeof v === 'number')).toBe(true);
      expect(total_loss).toBeGreaterThan(loss!);
    }
    await trainer.release();
  });
});

const L2 = '{Linear: 2}';
test.each([
  ['Tanh', `{Linear: 5}, Tanh, ${L2}`, [4]],
  ['GELU', `{Linear: 5}, {GELU: {approximate: tanh}}, ${L2}`, [4]],
  ['Softmax', `{Linear: 5}, Softmax, ${L2}`, [4]],
  ['BatchNorm1d', `{Linear: 5}, {BatchNorm1d: {}}, Sigmoid, ${L2}`, [4]],
  ['LayerNorm', `{Linear: 5}, LayerNorm, Tanh, ${L2}`, [4]],
  ['Conv2d', `{Conv2d: {out_channels: 3, kernel_size: 2, padding: 1}}, Tanh, {AvgPool2d: 2}, Flatten, ${L2}`, [2, 4, 4]],
  ['MaxPool2d', `{Conv2d: {out_channels: 3, kernel_size: 3, padding: 1}}, {MaxPool2d: 2}, Tanh, Flatten, ${L2}`, [2, 4, 4]],
  ['LSTM', `{LSTM: 3}, {Select: {dim: 1, index: -1}}, ${L2}`, [3, 2]],
  ['MultiheadAttention', `{MultiheadAttention: 2}, Flatten, ${L2}`, [3, 4]],
])('%s: its slope along the gradient is the gradient’s length', async (_, layers, sample) => {
  const text = `data: {source: moons}\nmodel: [${layers}]\nloss: CrossEntropyLoss\nregularize: {jacobian: 200}\n`;
  const random = stream(5, 'second order');
  const normals = (count: number, scale: number) => Array.from({ length: count }, () => scale * random.normal());
  const params = normals(planModel(parseModel(text).spec!, sample, []).trained.size, 0.5);
  const x = normals(4 * product(sample), 1);
  const at = (p: number[]) => onEngine({ text, sample, x, y: [0, 1, 1, 0], params: p });
  const { gradient, total, loss } = await at(params);
  expect(total).toBeGreaterThan(2 * loss);
  const length = Math.hypot(...gradient);
  const step = 2e-3;
  const along = async (by: number) => (await at(params.map((v, i) => v + (by * gradient[i]) / length))).total;
  const slope = ((await along(step)) - (await along(-step))) / (2 * step);
  expect(Math.abs(slope / length - 1)).toBeLessThan(0.01);
});
