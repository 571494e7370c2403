import type { Graph, Value } from '../graph/graph';
import { product } from '../graph/shape';
import { type ArgTable, flag, share } from './documented';
import type { BufferSpec, BuildContext, ParamSpec } from './layers/layer';
import { dropped } from './layers/noise';

/** Arguments of every layer with a `weight`: what stands between the numbers that are trained and those the layer computes with. */
export const WEIGHT_ARGUMENTS = {
  weight_norm: flag
    .optional()
    .describe('Trains length (`weight_g`) and direction (`weight_v`) of each output’s weights apart (Salimans & Kingma 2016).'),
  spectral_norm: flag
    .optional()
    .describe(
      'Divides the weight by its largest singular value, found by one power iteration a step (Miyato et al. 2018): the layer cannot stretch.',
    ),
  weight_standardization: flag
    .optional()
    .describe('Gives each output’s weights mean 0 and standard deviation 1 (Qiao et al. 2019); goes with GroupNorm.'),
  drop_connect: share.optional().describe('Share of the weights that are dropped in a training step (Wan et al. 2013).'),
} satisfies ArgTable;

interface WeightOptions {
  weight_norm?: boolean;
  spectral_norm?: boolean;
  weight_standardization?: boolean;
  drop_connect?: number;
}

interface Stored {
  params: Record<string, ParamSpec>;
  buffers: Record<string, BufferSpec>;
}

/** The parameters that stand for a layer's own, and the buffers that they need. `outputDim`: the weight's dimension that counts outputs. */
export function storedTensors(own: Record<string, ParamSpec>, args: Record<string, unknown>, outputDim: number): Stored {
  const { weight_norm, spectral_norm } = args as WeightOptions;
  const { weight, ...rest } = own;
  if (weight_norm) {
    const lengths = weight.shape.map((n, i) => (i === 0 ? n : 1));
    const weight_g: ParamSpec = { shape: lengths, kind: 'norm', start: { lengthsOf: { key: 'weight_v', spec: weight } } };
    return { params: { ...rest, weight_g, weight_v: weight }, buffers: {} };
  }
  if (spectral_norm) {
    const rows = weight.shape[outputDim];
    const direction = (length: number): BufferSpec => ({ shape: [length], start: 'direction' });
    const buffers = { weight_u: direction(rows), weight_v: direction(product(weight.shape) / rows) };
    return { params: { ...rest, weight_orig: weight }, buffers };
  }
  return { params: own, buffers: {} };
}

/** The layer's parameters as it computes with them. */
export function effectiveParams(context: BuildContext, args: Record<string, unknown>, outputDim: number): Record<string, Value> {
  const { weight_norm, spectral_norm, weight_standardization, drop_connect } = args as WeightOptions;
  const { params } = context;
  let weight = weight_norm ? normed(context) : spectral_norm ? spectral(context, outputDim) : params.weight;
  if (weight_standardization) weight = standardised(context.g, weight, outputDim);
  if (drop_connect) weight = dropped(context, weight, drop_connect, { name: 'drop_connect' });
  return { ...params, weight };
}

/** g·v / ‖v‖ for each output. */
function normed({ g, params }: BuildContext): Value {
  const { weight_g, weight_v } = params;
  const inner = weight_v.shape.map((_, i) => i).slice(1);
  return g.mul(weight_v, g.div(weight_g, g.sqrt(g.sumSquare(weight_v, inner, true))));
}

/** W / σ, σ = uᵀWv with u and v constant; one power iteration in a training step, none in evaluation. */
function spectral(context: BuildContext, outputDim: number): Value {
  const { g, training, params, buffers } = context;
  const { weight_orig: weight } = params;
  const order = [outputDim, ...weight.shape.map((_, i) => i).filter((i) => i !== outputDim)];
  const matrix = g.reshape(outputDim === 0 ? weight : g.transpose(weight, order), [
    weight.shape[outputDim],
    product(weight.shape) / weight.shape[outputDim],
  ]);
  const [rows, columns] = matrix.shape;
  let u = g.reshape(buffers.weight_u, [rows, 1]);
  let v = g.reshape(buffers.weight_v, [columns, 1]);
  if (training) {
    const unit = (x: Value) => g.div(x, g.max(g.sqrt(g.sumSquare(x, [0], true)), 1e-12));
    const fixed = g.detach(matrix);
    v = unit(g.gemm(fixed, u, undefined, true));
    u = unit(g.gemm(fixed, v));
    context.update('weight_u', g.flat(u));
    context.update('weight_v', g.flat(v));
  }
  const sigma = g.reshape(g.gemm(u, g.gemm(matrix, v), undefined, true), [1]);
  context.show('sigma', sigma);
  return g.div(weight, g.reshape(sigma, []));
}

/** (W − mean) / std of each output; the standard deviation is the unbiased one, with 1e-5 added. */
function standardised(g: Graph, weight: Value, outputDim: number): Value {
  const inner = weight.shape.map((_, i) => i).filter((i) => i !== outputDim);
  const count = product(weight.shape) / weight.shape[outputDim];
  const centred = g.sub(weight, g.mean(weight, inner, true));
  const deviation = g.sqrt(g.max(g.div(g.sumSquare(centred, inner, true), Math.max(1, count - 1)), 1e-12));
  return g.div(centred, g.add(deviation, 1e-5));
}
