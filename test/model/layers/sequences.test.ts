import { expect, test } from 'vitest';
import { NdArray, sigmoid, softmax, sum } from './array';
import { expectFormula, layerAtPoint, type LayerCase } from './layerAtPoint';

type Arrays = Record<string, NdArray>;
const shape = [2, 3, 4];

test('SinusoidalPositionalEncoding: sines in the even places, cosines in the odd ones (Vaswani et al. 2017, section 3.5)', () =>
  expectFormula({
    entry: 'SinusoidalPositionalEncoding',
    shape,
    formula: () => ({
      y: (x) =>
        NdArray.of(x.shape, (n, t, i) => {
          const angle = t / 10_000 ** ((i - (i % 2)) / 4);
          return x.at(n, t, i) + (i % 2 ? Math.cos(angle) : Math.sin(angle));
        }),
    }),
  }));

test('PositionalEmbedding: a vector for each place', () =>
  expectFormula({
    entry: 'PositionalEmbedding',
    shape,
    formula: () => ({ y: (x, { weight }) => NdArray.of(x.shape, (n, t, i) => x.at(n, t, i) + weight.at(t, i)) }),
  }));

test.each<[string, LayerCase['formula']]>([
  [
    'Embedding: {num_embeddings: 5, embedding_dim: 3}',
    () => ({ y: (x, { weight }) => NdArray.of([...x.shape, 3], (n, t, i) => weight.at(x.at(n, t), i)) }),
  ],
  [
    'Embedding: {num_embeddings: 5, embedding_dim: 3, padding_idx: 2}',
    () => ({ y: (x, { weight }) => NdArray.of([...x.shape, 3], (n, t, i) => (x.at(n, t) === 2 ? 0 : weight.at(x.at(n, t), i))) }),
  ],
])('%s: rows by token, the gradient to them; of padding none', (entry, formula) =>
  expectFormula({ entry, shape: [2, 4], domain: (_, at) => [2, 0, 4, 2, 1, 2, 0, 4][at], isInputFixed: true, formula }),
);

/** Vaswani et al. 2017 in loops; `in_proj` holds the maps of Q, K and V below each other. */
function attended(x: NdArray, p: Arrays, heads: number, isCausal: boolean): NdArray {
  const [, length, width] = x.shape;
  const size = width / heads;
  const project = (which: number, n: number, t: number, i: number) =>
    sum(width, (k) => p.in_proj_weight.at(which * width + i, k) * x.at(n, t, k)) + (p.in_proj_bias?.at(which * width + i) ?? 0);
  const [q, k, v] = [0, 1, 2].map((which) => NdArray.of(x.shape, (n, t, i) => project(which, n, t, i)));
  const merged = NdArray.of(x.shape, (n, t, i) => {
    const head = Math.floor(i / size) * size;
    const seen = isCausal ? t + 1 : length;
    const scores = Array.from({ length: seen }, (_, s) => sum(size, (j) => q.at(n, t, head + j) * k.at(n, s, head + j)) / Math.sqrt(size));
    const shares = softmax(scores);
    return sum(seen, (s) => shares[s] * v.at(n, s, i));
  });
  return NdArray.of(x.shape, (n, t, i) => sum(width, (j) => p['out_proj.weight'].at(i, j) * merged.at(n, t, j)) + (p['out_proj.bias']?.at(i) ?? 0));
}

test.each<[string, LayerCase['formula']]>([
  ['MultiheadAttention: 2', () => ({ y: (x, p) => attended(x, p, 2, false) })],
  ['MultiheadAttention: {num_heads: 2, causal: true}', () => ({ y: (x, p) => attended(x, p, 2, true) })],
  ['MultiheadAttention: {num_heads: 1, bias: false}', () => ({ y: (x, p) => attended(x, p, 1, false) })],
])('%s', (entry, formula) => expectFormula({ entry, shape: [1, 3, 4], formula }));

test.each(['MultiheadAttention: {num_heads: 2, causal: true}', 'TransformerEncoderLayer: {nhead: 2, dim_feedforward: 3, causal: true, dropout: 0}'])(
  '%s: no place sees a later one, and each sees those before',
  async (entry) => {
    const outputs = async (changed: number) =>
      (
        await layerAtPoint({
          entry,
          shape: [1, 3, 4],
          domain: (n, at) => (Math.floor(at / 4) === changed ? -n : n),
          formula: () => ({ y: (x) => x }),
        })
      ).y;
    const plain = await outputs(-1);
    const place = (y: number[], t: number) => y.slice(4 * t, 4 * t + 4);
    for (const changed of [0, 1, 2]) {
      const other = await outputs(changed);
      for (const t of [0, 1, 2]) {
        if (t < changed) expect(place(other, t)).toEqual(place(plain, t));
        else expect(place(other, t)).not.toEqual(place(plain, t));
      }
    }
  },
);

/** One direction of one layer, step by step; `cell` makes of W·x + b and U·h + c the next state. */
type Cell = (input: number[], recurrent: number[], h: number[], c: number[]) => { h: number[]; c: number[] };
function recurrent(x: NdArray, p: Arrays, suffix: string, hidden: number, cell: Cell): NdArray {
  const [samples, length, width] = x.shape;
  const y = NdArray.of([samples, length, hidden], () => 0);
  const rows = p[`weight_ih${suffix}`].shape[0];
  for (let n = 0; n < samples; n++) {
    let state = { h: Array<number>(hidden).fill(0), c: Array<number>(hidden).fill(0) };
    for (let step = 0; step < length; step++) {
      const t = suffix.endsWith('reverse') ? length - 1 - step : step;
      const map = (weight: string, bias: string, size: number, of: (k: number) => number) =>
        Array.from({ length: rows }, (_, r) => sum(size, (k) => p[weight + suffix].at(r, k) * of(k)) + (p[bias + suffix]?.at(r) ?? 0));
      const before = state;
      state = cell(
        map('weight_ih', 'bias_ih', width, (k) => x.at(n, t, k)),
        map('weight_hh', 'bias_hh', hidden, (k) => before.h[k]),
        before.h,
        before.c,
      );
      state.h.forEach((v, i) => (y.data[(n * length + t) * hidden + i] = v));
    }
  }
  return y;
}

const plain =
  (activate: (v: number) => number): Cell =>
  (input, recurring, _h, c) => ({ h: input.map((v, i) => activate(v + recurring[i])), c });
const gru: Cell = (input, recurring, h, c) => ({
  h: h.map((old, i) => {
    const at = (block: number) => block * h.length + i;
    const r = sigmoid(input[at(0)] + recurring[at(0)]);
    const z = sigmoid(input[at(1)] + recurring[at(1)]);
    return (1 - z) * Math.tanh(input[at(2)] + r * recurring[at(2)]) + z * old;
  }),
  c,
});
const lstm: Cell = (input, recurring, h, c) => {
  const gate = (block: number, i: number) => input[block * h.length + i] + recurring[block * h.length + i];
  const cell = c.map((old, i) => sigmoid(gate(1, i)) * old + sigmoid(gate(0, i)) * Math.tanh(gate(2, i)));
  return { h: cell.map((v, i) => sigmoid(gate(3, i)) * Math.tanh(v)), c: cell };
};
const bothWays = (x: NdArray, p: Arrays, layer: number, hidden: number, cell: Cell) => {
  const [ahead, back] = ['', '_reverse'].map((way) => recurrent(x, p, `_l${layer}${way}`, hidden, cell));
  return NdArray.of([...x.shape.slice(0, 2), 2 * hidden], (n, t, i) => (i < hidden ? ahead.at(n, t, i) : back.at(n, t, i - hidden)));
};

test.each<[string, LayerCase['formula']]>([
  [
    'RNN: {hidden_size: 2, nonlinearity: relu}',
    () => ({
      y: (x, p) =>
        recurrent(
          x,
          p,
          '_l0',
          2,
          plain((v) => Math.max(v, 0)),
        ),
    }),
  ],
  ['RNN: {hidden_size: 2, bias: false, bidirectional: true}', () => ({ y: (x, p) => bothWays(x, p, 0, 2, plain(Math.tanh)) })],
  ['GRU: {hidden_size: 2, bias: false, num_layers: 2}', () => ({ y: (x, p) => recurrent(recurrent(x, p, '_l0', 2, gru), p, '_l1', 2, gru) })],
  ['GRU: {hidden_size: 2, num_layers: 2, bidirectional: true}', () => ({ y: (x, p) => bothWays(bothWays(x, p, 0, 2, gru), p, 1, 2, gru) })],
  ['LSTM: {hidden_size: 2, bias: false}', () => ({ y: (x, p) => recurrent(x, p, '_l0', 2, lstm) })],
])('%s', (entry, formula) => expectFormula({ entry, shape: [2, 3, 2], formula }));
