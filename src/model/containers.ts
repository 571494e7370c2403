import * as z from 'zod';
import type { Shape } from '../graph/shape';
import { type ArgTable, type Documented, flag, integer, size } from './documented';
import { type ParamSpec, partParams } from './layers/layer';
import { weightAndBias } from './layers/linear';
import type { ContainerType } from './vocabulary';

/** An argument that holds layers. They become `LayerSpec.branches`. */
interface Held {
  name: string;
  required: boolean;
  /** A list of layers, a list of such lists, or a list of either. */
  of: 'layers' | 'branches' | 'parts';
}

export interface ContainerRule<Table extends ArgTable = ArgTable> extends Documented<Table> {
  holds: Held[];
  /** Parameters of its own, besides those of its layers. */
  params?: (input: Shape, args: Record<string, unknown>) => Record<string, ParamSpec>;
}

const layers = (what: string, of = 'layers') =>
  z
    .array(z.unknown().meta({ title: of }))
    .min(1)
    .describe(what);
const names = z
  .array(z.string().meta({ title: 'layer names' }))
  .min(1)
  .describe('Names of earlier layers whose outputs are joined with the current value.');
const join = { shapes: 'all of one shape' };

export const ODE_DEFAULTS = { steps: 10, method: 'euler' } as const;

/** Entries that hold or join other layers. */
export const CONTAINERS: Record<ContainerType, ContainerRule> = {
  Residual: {
    doc: 'Adds a shortcut around its layers, so that gradients have a way past them: what makes very deep nets trainable.',
    formula: 'y = F(x) + shortcut(x)',
    shapes: 'F(x) and shortcut(x) have one shape; without a shortcut that is the shape of x',
    reference: 'He et al. 2016, Deep Residual Learning for Image Recognition',
    args: {
      layers: layers('F, a list of layers.'),
      shortcut: layers('Layers on the way around; without them the input itself is added.').optional(),
    },
    holds: [
      { name: 'layers', required: true, of: 'layers' },
      { name: 'shortcut', required: false, of: 'layers' },
    ],
  },
  Parallel: {
    doc: 'Several ways from one input, side by side, joined at their ends (Inception, ResNeXt).',
    formula: 'y = merge(B₁(x), …, Bₙ(x))',
    shapes: 'concat: alike but for dim 1; add, mul: all alike',
    reference: 'Szegedy et al. 2015, Going Deeper with Convolutions',
    args: {
      branches: layers('A list of branches, each a list of layers.', 'branches, each a list of layers'),
      merge: z.enum(['concat', 'add', 'mul']).default('concat').describe('How the ends are joined; concat: along dim 1.'),
    },
    holds: [{ name: 'branches', required: true, of: 'branches' }],
  },
  Repeat: {
    doc: 'The same layers several times in a row, each copy with weights of its own. The copies are named `<name>.0`, `<name>.1`, ….',
    formula: 'y = F(… F(F(x)))',
    args: {
      times: size.max(1000).describe('Number of copies.'),
      layers: layers('The layers of one copy.'),
      shared: flag.default(false).describe('One set of weights for all copies.'),
    },
    holds: [{ name: 'layers', required: true, of: 'layers' }],
  },
  DenseBlock: {
    doc: 'Each part sees the input and the outputs of all parts before it, side by side: features are used again, gradients have short ways.',
    formula: 'xᵢ = Fᵢ([x, x₁, …, xᵢ₋₁]), y = [x, x₁, …, xₙ]',
    shapes: 'alike but for dim 1, along which they are put together',
    reference: 'Huang et al. 2017, Densely Connected Convolutional Networks',
    args: { parts: layers('The parts: layers, or lists of layers.', 'parts, each a layer or a list of layers') },
    holds: [{ name: 'parts', required: true, of: 'parts' }],
  },
  Highway: {
    doc: 'A gate decides for every unit how much of its layers and how much of the input goes on. Its bias starts at −1 (under another `init` than `default` at 0): a deep stack begins by handing its input on. `init` and `freeze` are those of the gate.',
    formula: 'y = T(x)·H(x) + (1 − T(x))·x, T(x) = σ(x·Wᵀ + b)',
    shapes: 'H(x) has the shape of x; the gate is a Linear over the last dimension',
    reference: 'Srivastava, Greff & Schmidhuber 2015, Highway Networks',
    args: { layers: layers('H, a list of layers.') },
    holds: [{ name: 'layers', required: true, of: 'layers' }],
    params: (input) => {
      const width = input[input.length - 1];
      const bias: ParamSpec = { shape: [width], kind: 'bias', start: { constant: -1 } };
      return partParams('gate', { ...weightAndBias([width, width], true), bias });
    },
  },
  MixtureOfExperts: {
    doc: 'Copies of its layers, the experts, of which a linear router picks the best few for each sample, or each place of a sequence. What Switch adds to the loss keeps their loads even (weight 0.01); it and the load of each expert are among the statistics. With one expert at a time its share is 1 whatever the router says, which then learns from the loads alone. All experts are computed. `init` and `freeze` are those of the router.',
    formula: 'y = Σ gₑ·Fₑ(x), g = softmax of the top_k largest of x·Wᵀ + b; + 0.01·E·Σ loadₑ·mean(softmax(x·Wᵀ + b)ₑ)',
    shapes: '(N, …, in) → (N, …, out), by sample or place',
    reference: 'Shazeer et al. 2017, Outrageously Large Neural Networks; Fedus, Zoph & Shazeer 2021, Switch Transformers',
    args: {
      experts: size.max(64).describe('Number of experts. The copies are named `<name>.0`, `<name>.1`, ….'),
      top_k: size.default(2).describe('Experts that a sample is sent to; at most all.'),
      layers: layers('The layers of one expert.'),
    },
    holds: [{ name: 'layers', required: true, of: 'layers' }],
    params: (input, { experts }) => partParams('router', weightAndBias([experts as number, input[input.length - 1]], true)),
  },
  NeuralODE: {
    doc: 'Its layers say how fast the values change; the output is where they are after time 1. One set of weights for all steps. Each evaluation is a copy: `<name>.0`, `<name>.1`, ….',
    formula: 'dx/dt = F(x), y = x(1) from x(0) = x; euler: x ← x + F(x)/steps',
    shapes: 'F(x) has the shape of x',
    reference: 'Chen et al. 2018, Neural Ordinary Differential Equations',
    args: {
      layers: layers('F, a list of layers.'),
      steps: size.max(1000).default(ODE_DEFAULTS.steps).describe('Equal steps from time 0 to 1.'),
      method: z
        .enum(['euler', 'rk4'])
        .default(ODE_DEFAULTS.method)
        .describe('Solver: Euler’s, one evaluation a step, or the classical one of Runge and Kutta, four.'),
    },
    holds: [{ name: 'layers', required: true, of: 'layers' }],
  },
  Add: {
    ...join,
    doc: 'Adds the outputs of earlier, named layers to the current value.',
    formula: 'y = x + a + …',
    args: { layers: names },
    holds: [],
  },
  Concat: {
    doc: 'Puts the outputs of earlier, named layers behind the current value (U-Net).',
    formula: 'y = [x, a, …]',
    shapes: 'alike but for `dim`',
    args: { layers: names, dim: integer.default(1).describe('The dimension along which they are put together; the batch is dim 0.') },
    holds: [],
  },
  Mul: {
    ...join,
    doc: 'Multiplies the current value with the outputs of earlier, named layers: a gate.',
    formula: 'y = x · a · …',
    args: { layers: names },
    holds: [],
  },
};
