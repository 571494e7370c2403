import type { LayerSpec } from './spec';

/** Numbers that a layer can put out; undefined where that is all of them. */
export function outputRange({ type, args }: LayerSpec): { low: number; high: number } | undefined {
  switch (type) {
    case 'Sigmoid':
    case 'Hardsigmoid':
    case 'Softmax':
      return { low: 0, high: 1 };
    case 'Tanh':
    case 'Softsign':
      return { low: -1, high: 1 };
    case 'Hardtanh':
      return { low: args.min_val as number, high: args.max_val as number };
    case 'ReLU6':
      return { low: 0, high: 6 };
    case 'Softplus':
    case 'ReLU':
      return { low: 0, high: Infinity };
    case 'SELU':
      return { low: -1.7581, high: Infinity };
    case 'CELU':
    case 'ELU':
      return { low: -(args.alpha as number), high: Infinity };
    // The least values of x·Φ(x) and the like.
    case 'GELU':
      return { low: -0.17, high: Infinity };
    case 'SiLU':
      return { low: -0.279, high: Infinity };
    case 'Mish':
      return { low: -0.309, high: Infinity };
    case 'Hardswish':
      return { low: -0.375, high: Infinity };
    case 'LogSigmoid':
    case 'LogSoftmax':
      return { low: -Infinity, high: 0 };
    default:
      return undefined;
  }
}
