import * as z from 'zod';
import type { Graph, Value } from '../../graph/graph';
import { flag, share, size } from '../documented';
import type { LayerType } from '../vocabulary';
import { type BuildContext, layer, type LayerRule, type ParamSpec } from './layer';
import { affine } from './linear';
import { dropped } from './noise';
import { page } from './reference';
import { needsRank } from './shapes';

interface RecurrentArgs {
  hidden_size: number;
  num_layers: number;
  bias: boolean;
  dropout: number;
  bidirectional: boolean;
}

/** A cell: how many blocks of `hidden_size` its weights have, and one step. */
interface Cell {
  gates: number;
  /** `input` and `recurrent` are W·x + b and W·h + b, all gates side by side. */
  step: (g: Graph, input: Value, recurrent: Value, state: State, hidden: number) => State;
}

interface State {
  h: Value;
  /** The LSTM's cell. */
  c: Value;
}

const gatesOf = (g: Graph, v: Value, count: number, hidden: number) => g.split(v, Array<number>(count).fill(hidden), 1);

const CELLS = {
  rnn: (nonlinearity: 'tanh' | 'relu'): Cell => ({
    gates: 1,
    step: (g, input, recurrent, { c }) => ({ h: g[nonlinearity](g.add(input, recurrent)), c }),
  }),
  lstm: {
    gates: 4,
    step: (g, input, recurrent, { c }, hidden) => {
      const [i, f, candidate, o] = gatesOf(g, g.add(input, recurrent), 4, hidden);
      const cell = g.add(g.mul(g.sigmoid(f), c), g.mul(g.sigmoid(i), g.tanh(candidate)));
      return { h: g.mul(g.sigmoid(o), g.tanh(cell)), c: cell };
    },
  } satisfies Cell,
  gru: {
    gates: 3,
    step: (g, input, recurrent, { h, c }, hidden) => {
      const [ri, zi, ni] = gatesOf(g, input, 3, hidden);
      const [rh, zh, nh] = gatesOf(g, recurrent, 3, hidden);
      const z = g.sigmoid(g.add(zi, zh));
      const n = g.tanh(g.add(ni, g.mul(g.sigmoid(g.add(ri, rh)), nh)));
      return { h: g.add(n, g.mul(z, g.sub(h, n))), c };
    },
  } satisfies Cell,
};

/** PyTorch's names: `weight_ih_l0_reverse`. */
const suffixes = ({ num_layers, bidirectional }: RecurrentArgs) =>
  Array.from({ length: num_layers }, (_, i) => [`_l${i}`, ...(bidirectional ? [`_l${i}_reverse`] : [])]);

function recurrentParams(gates: number, features: number, args: RecurrentArgs): Record<string, ParamSpec> {
  const { hidden_size, bias, bidirectional } = args;
  const start = { uniform: 1 / Math.sqrt(hidden_size) };
  const rows = gates * hidden_size;
  const entries = suffixes(args).flatMap((directions, i) => {
    const width = i === 0 ? features : hidden_size * (bidirectional ? 2 : 1);
    return directions.flatMap((suffix): [string, ParamSpec][] => [
      [`weight_ih${suffix}`, { shape: [rows, width], kind: 'weight', start }],
      [`weight_hh${suffix}`, { shape: [rows, hidden_size], kind: 'weight', start }],
      ...(bias ? (['ih', 'hh'].map((part) => [`bias_${part}${suffix}`, { shape: [rows], kind: 'bias', start }]) as [string, ParamSpec][]) : []),
    ]);
  });
  return Object.fromEntries(entries);
}

/** One direction through a sequence, spelled out step by step: the outputs in the order of the sequence. */
function pass({ g, params }: BuildContext, x: Value, cell: Cell, hidden: number, suffix: string): Value {
  const [n, length] = x.shape;
  const isReverse = suffix.endsWith('_reverse');
  const projected = affine(g, x, params[`weight_ih${suffix}`], params[`bias_ih${suffix}`]);
  const inputs = g.split(projected, Array<number>(length).fill(1), 1).map((v) => g.reshape(v, [n, projected.shape[2]]));
  const zero = g.constant(Array<number>(n * hidden).fill(0), [n, hidden]);
  let state: State = { h: zero, c: zero };
  const outputs: Value[] = [];
  for (const t of [...inputs.keys()].sort((a, b) => (isReverse ? b - a : a - b))) {
    const recurrent = g.gemm(state.h, params[`weight_hh${suffix}`], params[`bias_hh${suffix}`], false, true);
    state = cell.step(g, inputs[t], recurrent, state, hidden);
    outputs[t] = g.reshape(state.h, [n, 1, hidden]);
  }
  return g.concat(outputs, 1);
}

function run(context: BuildContext, x: Value, cell: Cell, args: RecurrentArgs): Value {
  needsRank(x, 3, 'a sequence L×C');
  const layers = suffixes(args);
  return layers.reduce((value, directions, i) => {
    const outputs = directions.map((suffix) => pass(context, value, cell, args.hidden_size, suffix));
    const joined = context.g.concat(outputs, 2);
    return args.dropout > 0 && i < layers.length - 1 ? dropped(context, joined, args.dropout, { name: `dropout${i}` }) : joined;
  }, x);
}

const shapes = '(N, L, C) → (N, L, hidden_size), twice as wide where bidirectional';
const hidden_size = size.describe('Numbers in the state.');
const common = {
  bias: flag.default(true).describe('Adds learnable biases.'),
  dropout: share.default(0).describe('Dropout between the layers of a stack.'),
  bidirectional: flag.default(false).describe('A second pass from the end; the outputs stand side by side.'),
};
const num_layers = size.max(16).default(1).describe('Layers on top of each other.');

/** Layers that read a sequence step by step. They hand on the whole sequence of outputs. */
export const recurrent: Pick<Record<LayerType, LayerRule>, 'RNN' | 'LSTM' | 'GRU'> = {
  RNN: layer({
    doc: 'Reads a sequence step by step, with what it keeps as its memory. Gradients vanish or explode over many steps: LSTM and GRU were made against that.',
    formula: 'hₜ = tanh(W·xₜ + b + U·hₜ₋₁ + c)',
    shapes,
    reference: page('RNN'),
    args: { hidden_size, num_layers, nonlinearity: z.enum(['tanh', 'relu']).default('tanh').describe('Applied at every step.'), ...common },
    unit: 'last',
    params: (input, args) => recurrentParams(1, input[input.length - 1], args),
    build: (context, x, args) => run(context, x, CELLS.rnn(args.nonlinearity), args),
  }),
  LSTM: layer({
    doc: 'A recurrent layer with a cell that gates write, keep and read: remembers over many steps.',
    formula: 'c = σ(f)·c + σ(i)·tanh(g);  h = σ(o)·tanh(c), [i, f, g, o] = W·x + U·h + b',
    shapes,
    reference: page('LSTM'),
    args: { hidden_size, num_layers, ...common },
    unit: 'last',
    params: (input, args) => recurrentParams(CELLS.lstm.gates, input[input.length - 1], args),
    build: (context, x, args) => run(context, x, CELLS.lstm, args),
  }),
  GRU: layer({
    doc: 'A recurrent layer with two gates: nearly what an LSTM can, with fewer weights.',
    formula: 'h = (1 − z)·n + z·h, n = tanh(W·x + b + r·(U·h + c))',
    shapes,
    reference: page('GRU'),
    args: { hidden_size, num_layers, ...common },
    unit: 'last',
    params: (input, args) => recurrentParams(CELLS.gru.gates, input[input.length - 1], args),
    build: (context, x, args) => run(context, x, CELLS.gru, args),
  }),
};
