import type { Graph, Value } from '../graph/graph';
import { formatShape, sameShape } from '../graph/shape';
import type { BuildContext } from './layers/layer';
import { affine } from './layers/linear';
import { mixExperts } from './experts';
import { fail } from './problem';
import type { LayerSpec } from './spec';
import type { ContainerType } from './vocabulary';

type Merge = 'concat' | 'add' | 'mul';

/** What comes together in a container. */
export interface Meeting {
  entry: LayerSpec;
  x: Value;
  /** The ends of the ways through it, or what an Add, Mul or Concat names. */
  values: readonly Value[];
  context: BuildContext;
  /** Says where a value is from, for problems. */
  makerOf: (value: Value) => string;
}

export function join({ entry, x, values, context, makerOf }: Meeting): Value {
  const { g } = context;
  switch (entry.type as ContainerType) {
    case 'Residual': {
      const [main, shortcut] = values;
      if (!sameShape(main.shape, shortcut.shape))
        fail(
          'shape-mismatch',
          `its layers give ${formatShape(main.shape.slice(1))}, its shortcut ${formatShape(shortcut.shape.slice(1))}: make them equal, or give it a \`shortcut\` that is`,
        );
      return g.add(main, shortcut);
    }
    case 'Highway':
      return gated(context, values[0], x);
    case 'MixtureOfExperts':
      return mixExperts(context, x, values, entry);
    case 'DenseBlock':
      return concat(g, values, 1, makerOf);
    case 'NeuralODE':
      return values[0];
    case 'Parallel':
      return merge(g, entry.args.merge as Merge, values, makerOf);
    case 'Repeat':
      return values[0];
    case 'Add':
      return merge(g, 'add', values, makerOf);
    case 'Mul':
      return merge(g, 'mul', values, makerOf);
    case 'Concat':
      return concat(g, values, entry.args.dim as number, makerOf);
  }
}

/** T·H + (1 − T)·x; how far the gate of each unit is open is shown. */
function gated({ g, params, show }: BuildContext, h: Value, x: Value): Value {
  if (!sameShape(h.shape, x.shape))
    fail('shape-mismatch', `its layers give ${formatShape(h.shape.slice(1))} for ${formatShape(x.shape.slice(1))}: make them equal`);
  const gate = g.sigmoid(affine(g, x, params['gate.weight'], params['gate.bias']));
  const last = gate.shape.length - 1;
  show(
    'gate',
    g.mean(
      gate,
      gate.shape.map((_, i) => i).filter((i) => i < last),
    ),
  );
  return g.add(g.mul(gate, h), g.mul(g.sub(1, gate), x));
}

function merge(g: Graph, how: Merge, values: readonly Value[], makerOf: (value: Value) => string): Value {
  if (how === 'concat') return concat(g, values, 1, makerOf);
  const other = values.find((v) => !sameShape(v.shape, values[0].shape));
  if (other)
    fail(
      'shape-mismatch',
      `joins ${formatShape(values[0].shape.slice(1))} (${makerOf(values[0])}) with ${formatShape(other.shape.slice(1))} (${makerOf(other)})`,
    );
  return values.reduce((a, b) => (how === 'add' ? g.add(a, b) : g.mul(a, b)));
}

/** Along a dimension of the sample; −1 is the last. */
function concat(g: Graph, values: readonly Value[], dim: number, makerOf: (value: Value) => string): Value {
  const [first] = values;
  const axis = dim < 0 ? dim + first.shape.length : dim;
  if (axis < 1 || axis >= first.shape.length) fail('shape-mismatch', `${formatShape(first.shape.slice(1))} a sample has no dimension ${dim}`);
  const rest = (v: Value) => v.shape.filter((_, i) => i !== axis);
  const other = values.find((v) => !sameShape(rest(v), rest(first)));
  if (other)
    fail(
      'shape-mismatch',
      `cannot concatenate ${formatShape(first.shape.slice(1))} (${makerOf(first)}) and ${formatShape(other.shape.slice(1))} (${makerOf(other)}) along dimension ${axis}: the others differ`,
    );
  return g.concat([...values], axis);
}
