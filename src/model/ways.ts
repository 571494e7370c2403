import type { Graph, Value } from '../graph/graph';
import { formatShape, sameShape } from '../graph/shape';
import { fail } from './problem';
import type { LayerSpec } from './spec';
import type { ContainerType } from './vocabulary';

/** What a container may use to lead values through its layers. */
export interface Way {
  g: Graph;
  /** Builds a branch from a value, or a copy of it. */
  inside: (branch: number, from: Value, copy?: number) => Value;
  /** A value that the container itself makes of others on the way, to hand it to a branch. */
  mixed: (values: readonly Value[], make: () => Value) => Value;
}

/** Entries that name other layers and hold none. */
export type JoinType = 'Add' | 'Concat' | 'Mul';

/** The ends of the ways through a container's layers. */
export function waysThrough({ type, args, branches }: LayerSpec, x: Value, way: Way): Value[] {
  const { g, inside, mixed } = way;
  switch (type as Exclude<ContainerType, JoinType>) {
    case 'Residual':
      return [inside(0, x), inside(1, x)];
    case 'Highway':
      return [inside(0, x), x];
    case 'Parallel':
      return branches.map((_, i) => inside(i, x));
    case 'DenseBlock':
      return branches.reduce(
        (values, _, i) => [
          ...values,
          inside(
            i,
            mixed(values, () => g.concat(values, 1)),
          ),
        ],
        [x],
      );
    case 'Repeat':
      return [Array.from({ length: args.times as number }).reduce<Value>((value, _, copy) => inside(0, value, copy), x)];
    case 'MixtureOfExperts':
      return Array.from({ length: args.experts as number }, (_, expert) => inside(0, x, expert));
    case 'NeuralODE':
      return [solve(args as unknown as Solver, x, way)];
  }
}

interface Solver {
  steps: number;
  method: 'euler' | 'rk4';
}

/** dx/dt = f(x) from t = 0 to 1 in equal steps (Hairer, Nørsett & Wanner 1993, Solving Ordinary Differential Equations I). */
function solve({ steps, method }: Solver, start: Value, { g, inside, mixed }: Way): Value {
  const h = 1 / steps;
  let calls = 0;
  const slope = (at: Value): Value => {
    const f = inside(0, at, calls++);
    if (!sameShape(f.shape, start.shape))
      fail(
        'shape-mismatch',
        `its layers give ${formatShape(f.shape.slice(1))} for ${formatShape(start.shape.slice(1))}: a slope has the shape of what it changes`,
      );
    return f;
  };
  const along = (from: Value, f: Value, time: number) => mixed([from, f], () => g.add(from, g.mul(f, time)));
  let x = start;
  for (let step = 0; step < steps; step++) {
    const at = x;
    const k1 = slope(at);
    if (method === 'euler') x = along(at, k1, h);
    else {
      const k2 = slope(along(at, k1, h / 2));
      const k3 = slope(along(at, k2, h / 2));
      const k4 = slope(along(at, k3, h));
      x = mixed([at, k1, k2, k3, k4], () => g.add(at, g.mul(g.add(g.add(k1, k4), g.mul(g.add(k2, k3), 2)), h / 6)));
    }
  }
  return x;
}
