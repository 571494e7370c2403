import type { LayerSpec } from './spec';

/** How often a step of a solver asks the layers of a NeuralODE. */
const STAGES: Record<string, number> = { euler: 1, rk4: 4 };

/**
 * How many copies of its layers a container builds, named `<layer>.0`, `<layer>.1`, …, and whether they share one set of weights.
 * Undefined: it builds them once, by their own names.
 */
export function copiesOf({ type, args }: Pick<LayerSpec, 'type' | 'args'>): { count: number; shared: boolean } | undefined {
  switch (type) {
    case 'Repeat':
      return { count: args.times as number, shared: args.shared as boolean };
    case 'MixtureOfExperts':
      return { count: args.experts as number, shared: false };
    case 'NeuralODE':
      return { count: (args.steps as number) * STAGES[args.method as string], shared: true };
    default:
      return undefined;
  }
}
