import type { LayerSpec } from './spec';

/** Numbers that a layer can put out; undefined where that is all of them. */
export function outputRange({ type, args }: LayerSpec): { low: number; high: number } | undefined {
  switch (type) {
    case 'Sigmoid':
    case 'Softmax':
      return { low: 0, high: 1 };
    case 'Tanh':
      return { low: -1, high: 1 };
    case 'ReLU':
      return { low: 0, high: Infinity };
    case 'ELU':
      return { low: -(args.alpha as number), high: Infinity };
    // The least values of x·Φ(x) and x·σ(x).
    case 'GELU':
      return { low: -0.17, high: Infinity };
    case 'SiLU':
      return { low: -0.279, high: Infinity };
    case 'LogSoftmax':
      return { low: -Infinity, high: 0 };
    default:
      return undefined;
  }
}
