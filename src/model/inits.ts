import * as z from 'zod';
import type { Documented } from './documented';
import { flag, positive, real } from './documented';
import type { InitName } from './spec';

const gain = positive.default(1).describe('Scales the standard deviation or the bound.');
const mode = z
  .enum(['fan_in', 'fan_out'])
  .default('fan_in')
  .describe('Keep the variance of the forward pass (fan_in) or of the backward pass (fan_out).');
const nonlinearity = z
  .enum(['relu', 'leaky_relu', 'tanh', 'sigmoid', 'linear', 'selu'])
  .default('leaky_relu')
  .describe('The activation that follows; sets the gain (PyTorch: leaky_relu).');
const slope = real.default(0).describe('Negative slope of the leaky ReLU that follows.');
const glorot = 'Glorot & Bengio 2010, Understanding the difficulty of training deep feedforward neural networks';
const he = 'He et al. 2015, Delving Deep into Rectifiers';

/** How weights of two or more dimensions start (torch.nn.init). */
export const INITS: Record<InitName, Documented> = {
  default: { doc: "PyTorch's own start of each layer: uniform in ±1/√fan_in for linear and convolution layers, biases too.", args: {} },
  xavier_uniform: {
    doc: 'Keeps the variance of activations and gradients through tanh-like layers.',
    formula: 'U(±gain·√(6 / (fan_in + fan_out)))',
    reference: glorot,
    args: { gain },
  },
  xavier_normal: {
    doc: 'Keeps the variance of activations and gradients through tanh-like layers.',
    formula: 'N(0, gain²·2 / (fan_in + fan_out))',
    reference: glorot,
    args: { gain },
  },
  kaiming_uniform: {
    doc: 'Keeps the variance through rectifiers.',
    formula: 'U(±gain·√(3 / fan))',
    reference: he,
    args: { a: slope, mode, nonlinearity },
  },
  kaiming_normal: {
    doc: 'Keeps the variance through rectifiers.',
    formula: 'N(0, gain² / fan)',
    reference: he,
    args: { a: slope, mode, nonlinearity },
  },
  orthogonal: {
    doc: 'A random orthogonal matrix: every singular value is the gain, so norms pass unchanged through deep linear stacks.',
    formula: 'W Wᵀ = gain²·I',
    reference: 'Saxe et al. 2013, Exact solutions to the nonlinear dynamics of learning in deep linear neural networks',
    args: { gain },
  },
  normal: {
    doc: 'Normal with a given mean and standard deviation.',
    formula: 'N(mean, std²)',
    args: { mean: real.default(0).describe('Mean.'), std: positive.default(1).describe('Standard deviation.') },
  },
  uniform: {
    doc: 'Uniform between a and b.',
    formula: 'U(a, b)',
    args: { a: real.default(0).describe('Lower bound.'), b: real.default(1).describe('Upper bound.') },
  },
  trunc_normal: {
    doc: 'Normal, drawn again outside of ±2 (PyTorch: a = −2, b = 2).',
    formula: 'N(0, std²) in [−2, 2]',
    args: { std: positive.default(1).describe('Standard deviation.') },
  },
  constant: {
    doc: 'The same number everywhere. All units of a layer then stay equal: for demonstrations.',
    args: { val: real.describe('The number.') },
  },
  zeros: { doc: 'All zero. A net of more than one layer cannot learn from it: for demonstrations.', args: {} },
  fixup: {
    doc: 'For deep residual nets without normalisation: kaiming_normal for rectifiers, scaled down inside of the layers of a Residual by their number of Residuals L and of weighted layers m in that branch; the last layer of each branch and of the model starts at 0. A shortcut’s layers are not scaled. The paper’s scalar biases and multipliers are no part of it: the model has those that its layers have.',
    formula: 'N(0, 2 / fan_in)·L^(−1/(2m − 2)) inside of a branch, 0 for its last layer and for that of the model',
    reference: 'Zhang, Dauphin & Ma 2019, Fixup Initialization: Residual Learning Without Normalization',
    args: {},
  },
  weights: {
    doc: 'Tensors by their state_dict names from a safetensors file: pre-trained weights, or a checkpoint.',
    args: {
      weights: z.string().min(1).describe('Path of the .safetensors file, relative to the model file.'),
      strict: flag.default(true).describe('Every parameter must be in the file and the other way round.'),
    },
  },
};

/** torch.nn.init.calculate_gain; `a` is the negative slope of a leaky rectifier. */
export function gainOf(nonlinearity: string, a: number): number {
  const gains: Record<string, number> = { relu: Math.SQRT2, leaky_relu: Math.sqrt(2 / (1 + a * a)), tanh: 5 / 3, selu: 3 / 4 };
  return gains[nonlinearity] ?? 1;
}
