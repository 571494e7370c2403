import { product } from '../graph/shape';
import type { Parameter } from '../model/build';
import { gainOf } from '../model/inits';

/** How a weight is drawn: undefined where that is not known before it is there (a file), or nothing to judge by. */
export interface Drawn {
  mean: number;
  /** 0: all alike. */
  std: number;
}

/** Mean and standard deviation that a weight of two or more dimensions starts with. */
export function drawnOf({ shape, start, init }: Parameter): Drawn | undefined {
  const receptive = product(shape.slice(2));
  const [fanIn, fanOut] = [shape[1] * receptive, shape[0] * receptive];
  const args = init.args as Record<string, number> & { mode?: string; nonlinearity?: string };
  const centred = (std: number): Drawn => ({ mean: 0, std });
  switch (init.name) {
    case 'default':
      if ('lengthsOf' in start) return undefined;
      if ('normal' in start) return centred(start.normal);
      return 'uniform' in start ? centred(start.uniform / Math.sqrt(3)) : { mean: start.constant, std: 0 };
    case 'xavier_uniform':
    case 'xavier_normal':
      return centred(args.gain * Math.sqrt(2 / (fanIn + fanOut)));
    case 'kaiming_uniform':
    case 'kaiming_normal':
      return centred(gainOf(args.nonlinearity!, args.a) / Math.sqrt(args.mode === 'fan_out' ? fanOut : fanIn));
    case 'orthogonal':
      return centred(args.gain / Math.sqrt(Math.max(fanIn, shape[0])));
    case 'normal':
      return { mean: args.mean, std: args.std };
    case 'uniform':
      return { mean: (args.a + args.b) / 2, std: (args.b - args.a) / Math.sqrt(12) };
    case 'trunc_normal':
      // Cut at ±2, which hardly matters below a deviation of 1; above it tends to the uniform's.
      return centred(Math.min(args.std, 2 / Math.sqrt(3)));
    case 'constant':
      return { mean: args.val, std: 0 };
    case 'zeros':
      return { mean: 0, std: 0 };
    // What fixup starts at 0 is meant so.
    case 'fixup':
    case 'weights':
      return undefined;
  }
}

/** The deviation that keeps a signal's size through a layer and the activation behind it: √2/√fan_in (He et al. 2015), else 1/√fan_in (LeCun et al. 1998). */
export const idealDeviation = (fanIn: number, isRectified: boolean): number => (isRectified ? Math.SQRT2 : 1) / Math.sqrt(fanIn);
