import { share } from '../documented';
import type { LayerType } from '../vocabulary';
import { layer, type LayerRule } from './layer';

export const noise: Pick<Record<LayerType, LayerRule>, 'Dropout'> = {
  Dropout: layer({
    doc: 'Sets a random share of the values to 0 in training and divides the rest by 1 − p, which keeps their mean. In evaluation it hands its input on.',
    formula: 'y = x·m / (1 − p), m ~ Bernoulli(1 − p)',
    reference: 'https://pytorch.org/docs/stable/generated/torch.nn.Dropout.html',
    args: { p: share.default(0.5).describe('Share of the values that are dropped.') },
    build: ({ g, training, uniform, scalar }, x, { p }) => {
      if (!training) return g.identity(x);
      const drop = scalar('p', p);
      const kept = g.cast(g.not(g.less(uniform(x.shape), drop)), 'float32');
      // p = 1 keeps nothing: max() turns 0/0 into 0, as in PyTorch
      return g.mul(x, g.div(kept, g.max(g.sub(1, drop), 1e-12)));
    },
  }),
};
