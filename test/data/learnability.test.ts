import { expect, test } from 'vitest';
import { trainText } from '../train/run';

const mlp = (outputs: number) => `{Linear: 64}, ReLU, {Linear: 64}, ReLU, {Linear: ${outputs}}`;
const attention = 'PositionalEmbedding, {TransformerEncoderLayer: {nhead: 2, dim_feedforward: 32, dropout: 0}}';

/** What a fitting model reaches on samples that it has not seen: accuracy, or R² of friedman1. Guessing reaches at most 0.5. */
test.each([
  ['checkerboard, samples: 2000, noise: 0', mlp(2), 400, 0.85],
  ['gaussian-quantiles', mlp(3), 150, 0.85],
  ['friedman1, normalize_target: zscore', mlp(1), 150, 0.6],
  ['glyphs', `Flatten, ${mlp(10)}`, 150, 0.85],
  ['copy', '{Embedding: {num_embeddings: 10, embedding_dim: 16}}, {Linear: 10}', 150, 0.98],
  ['reverse, shape: [6]', `{Embedding: {num_embeddings: 10, embedding_dim: 32}}, ${attention}, {Linear: 10}`, 250, 0.95],
  ['parity, shape: [5]', '{Embedding: {num_embeddings: 2, embedding_dim: 8}}, {GRU: 24}, {Linear: 2}', 300, 0.95],
  ['char-text, samples: 600', '{Embedding: {num_embeddings: 28, embedding_dim: 16}}, {GRU: 32}, {Linear: 28}', 150, 0.5],
])('%s can be learnt', { timeout: 60_000 }, async (source, model, steps, reached) => {
  const loss = source.startsWith('friedman1') ? 'MSELoss' : 'CrossEntropyLoss';
  const run = `optimizer: {AdamW: {lr: 0.01}}\ntrain: {steps: ${steps}, batch_size: 64}\n`;
  const { evals } = await trainText(`data: {source: ${source}, validation: 0.2}\nmodel: [${model}]\nloss: ${loss}\n${run}`, { statsEvery: 0 });
  const last = evals[evals.length - 1];
  expect(last.val_accuracy ?? last.val_r2).toBeGreaterThan(reached);
});
