import type { Value } from '../../graph/graph';
import { share } from '../documented';
import type { LayerType } from '../vocabulary';
import { type BuildContext, layer, type LayerRule } from './layer';

/** Inverted dropout of a share of the values; of whole slices where `mask` has fewer of them. In evaluation the input itself. */
export function dropped({ g, training, uniform, scalar }: BuildContext, x: Value, p: number, { name = 'p', mask = x.shape } = {}): Value {
  if (!training) return g.identity(x);
  const drop = scalar(name, p);
  const kept = g.cast(g.not(g.less(uniform(mask), drop)), 'float32');
  // p = 1 keeps nothing: max() turns 0/0 into 0, as in PyTorch
  return g.mul(x, g.div(kept, g.max(g.sub(1, drop), 1e-12)));
}

export const noise: Pick<Record<LayerType, LayerRule>, 'Dropout'> = {
  Dropout: layer({
    doc: 'Sets a random share of the values to 0 in training and divides the rest by 1 − p, which keeps their mean. In evaluation it hands its input on.',
    formula: 'y = x·m / (1 − p), m ~ Bernoulli(1 − p)',
    reference: 'https://pytorch.org/docs/stable/generated/torch.nn.Dropout.html',
    args: { p: share.default(0.5).describe('Share of the values that are dropped.') },
    build: (context, x, { p }) => dropped(context, x, p),
  }),
};
