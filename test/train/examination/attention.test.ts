import { expect, test } from 'vitest';
import { decodeOutcome } from '../../../src/run/outcomeFile';
import { examined, scattered } from '../examined';

const PLACES = 5;
const WIDTH = 4;
const HEADS = 2;
const TOKENS = 6;

const rows = Array.from({ length: 8 }, (_, row) => Array.from({ length: PLACES }, (_, place) => (row * 3 + place * place) % TOKENS));
const csv = ['a,b,c,d,e,label', ...rows.map((row, i) => `${row.join()},${i % 2}`)].join('\n');

const tensors: Record<string, number[]> = {
  'embedding1.weight': scattered(TOKENS * WIDTH),
  'multiheadattention1.in_proj_weight': scattered(3 * WIDTH * WIDTH),
  'multiheadattention1.in_proj_bias': scattered(3 * WIDTH, 0.5),
  'multiheadattention1.out_proj.weight': scattered(WIDTH * WIDTH),
  'multiheadattention1.out_proj.bias': scattered(WIDTH),
  'linear1.weight': scattered(2 * WIDTH),
  'linear1.bias': scattered(2),
};

const text = (attention: string) => `
data: {file: data.csv, target: label}
model: [{Embedding: {num_embeddings: ${TOKENS}, embedding_dim: ${WIDTH}}}, ${attention}, {Mean: {dim: 1}}, {Linear: 2}]
loss: CrossEntropyLoss
`;

/** softmax(q·k/√d) of one head by plain loops; with `causal` over the places up to the one that looks. */
function weightsOf(tokens: readonly number[], head: number, causal: boolean): number[][] {
  const width = WIDTH / HEADS;
  const [weight, bias] = [tensors['multiheadattention1.in_proj_weight'], tensors['multiheadattention1.in_proj_bias']];
  const project = (place: number, part: number) =>
    Array.from({ length: width }, (_, i) => {
      const out = part * WIDTH + head * width + i;
      let sum = bias[out];
      for (let c = 0; c < WIDTH; c++) sum += weight[out * WIDTH + c] * tensors['embedding1.weight'][tokens[place] * WIDTH + c];
      return sum;
    });
  return tokens.map((_, from) => {
    const scores = tokens.map((_, to) => {
      if (causal && to > from) return 0;
      const [q, k] = [project(from, 0), project(to, 1)];
      return Math.exp(q.reduce((sum, v, i) => sum + v * k[i], 0) / Math.sqrt(width));
    });
    const total = scores.reduce((sum, score) => sum + score);
    return scores.map((score) => score / total);
  });
}

test.each([false, true])(
  'what the places of the last sample look at, head by head, is the softmax of their products (causal: %s)',
  async (causal) => {
    const outcome = await examined({
      text: text(`{MultiheadAttention: {num_heads: ${HEADS}, causal: ${causal}}}`),
      files: { 'data.csv': csv },
      tensor: (name) => tensors[name],
    });
    const { attention } = outcome;
    expect(attention).toMatchObject({ row: 7, tokens: rows[7], layers: [{ layer: 'multiheadattention1', heads: HEADS, places: PLACES }] });
    attention!.layers[0].maps.forEach(({ most, picture }, head) => {
      const expected = weightsOf(rows[7], head, causal).flat();
      expect(most).toBeCloseTo(Math.max(...expected), 3);
      expect([picture.width, picture.height]).toEqual([PLACES, PLACES]);
      picture.pixels.forEach((pixel, i) => expect(Math.abs((pixel * most) / 255 - expected[i])).toBeLessThan(most / 255));
    });
    expect(attention!.layers[0].maps).toHaveLength(HEADS);
    expect(decodeOutcome(JSON.stringify(outcome))?.attention).toEqual(attention);
  },
);

test('of many layers with attention some are shown, of a transformer and a non-local block too; of a model without it there is none', async () => {
  const encoder = '{TransformerEncoderLayer: {nhead: 2, dim_feedforward: 4}}';
  const deep = await examined({ text: text(Array.from({ length: 7 }, () => encoder).join(', ')), files: { 'data.csv': csv } });
  expect(deep.attention!.layers.map(({ layer }) => layer)).toEqual([1, 3, 5, 7].map((n) => `transformerencoderlayer${n}`));
  const plain = await examined({ text: text('Identity'), files: { 'data.csv': csv } });
  expect(plain.attention).toBeUndefined();
  const image = `
data: {file: data.csv, target: label, shape: [1, 1, 5]}
model: [{Conv2d: {out_channels: 2, kernel_size: 1}}, NonLocalBlock, Flatten, {Linear: 2}]
loss: CrossEntropyLoss
`;
  const { attention } = await examined({ text: image, files: { 'data.csv': csv } });
  expect(attention).toMatchObject({ layers: [{ layer: 'nonlocalblock1', heads: 1, places: 5 }] });
  expect(attention!.tokens).toBeUndefined();
});
