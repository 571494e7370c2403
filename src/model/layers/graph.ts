import { size, flag } from '../documented';
import type { LayerType } from '../vocabulary';
import { layer, type LayerRule } from './layer';
import { affine, weightAndBias } from './linear';
import { needsRank } from './shapes';

/** Layers over a graph of nodes, which the data names. */
export const graph: Pick<Record<LayerType, LayerRule>, 'GraphConv'> = {
  GraphConv: layer({
    doc: 'Every node takes a weighted sum of its own features and those of its neighbours, through a Linear. Which nodes are joined says the file that `adjacency` of `data` names; nodes are dim 1 of a sample. Degrees are sums of rows.',
    formula: 'Y = D^-½·(A + I)·D^-½·X·Wᵀ + b, Dᵢᵢ = Σⱼ (A + I)ᵢⱼ',
    shapes: '(N, nodes, in) → (N, nodes, out_features)',
    reference: 'Kipf & Welling 2017, Semi-Supervised Classification with Graph Convolutional Networks',
    args: { out_features: size.describe('Features of a node in the output.'), bias: flag.default(true).describe('Adds a learnable bias.') },
    unit: 'last',
    outputDim: 0,
    params: (input, { out_features, bias }) => weightAndBias([out_features, input[input.length - 1]], bias),
    build: ({ g, params, propagation }, x) => {
      needsRank(x, 3, 'nodes×features');
      const y = g.matmul(propagation(x.shape[1]), affine(g, x, params.weight));
      return params.bias ? g.add(y, params.bias) : y;
    },
  }),
};
