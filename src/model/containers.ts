import * as z from 'zod';
import { type ArgTable, type Documented, flag, integer, size } from './documented';
import type { ContainerType } from './vocabulary';

export interface ContainerRule<Table extends ArgTable = ArgTable> extends Documented<Table> {
  /** Arguments that hold lists of layers, or, with `branches`, a list of such lists. They become `LayerSpec.branches`. */
  holds: { name: string; required: boolean; many: boolean }[];
}

const layers = (what: string, of = 'layers') =>
  z
    .array(z.unknown().meta({ title: of }))
    .min(1)
    .describe(what);
const names = z
  .array(z.string().meta({ title: 'layer names' }))
  .min(1)
  .describe('Names of earlier layers whose outputs are joined with the current value.');
const join = { shapes: 'all of one shape' };

/** Entries that hold or join other layers. */
export const CONTAINERS: Record<ContainerType, ContainerRule> = {
  Residual: {
    doc: 'Adds a shortcut around its layers, so that gradients have a way past them: what makes very deep nets trainable.',
    formula: 'y = F(x) + shortcut(x)',
    shapes: 'F(x) and shortcut(x) have one shape; without a shortcut that is the shape of x',
    reference: 'He et al. 2016, Deep Residual Learning for Image Recognition',
    args: {
      layers: layers('F, a list of layers.'),
      shortcut: layers('Layers on the way around; without them the input itself is added.').optional(),
    },
    holds: [
      { name: 'layers', required: true, many: false },
      { name: 'shortcut', required: false, many: false },
    ],
  },
  Parallel: {
    doc: 'Several ways from one input, side by side, joined at their ends (Inception, ResNeXt).',
    formula: 'y = merge(B₁(x), …, Bₙ(x))',
    shapes: 'concat: alike but for dim 1; add, mul: all alike',
    reference: 'Szegedy et al. 2015, Going Deeper with Convolutions',
    args: {
      branches: layers('A list of branches, each a list of layers.', 'branches, each a list of layers'),
      merge: z.enum(['concat', 'add', 'mul']).default('concat').describe('How the ends are joined; concat: along dim 1.'),
    },
    holds: [{ name: 'branches', required: true, many: true }],
  },
  Repeat: {
    doc: 'The same layers several times in a row, each copy with weights of its own. The copies are named `<name>.0`, `<name>.1`, ….',
    formula: 'y = F(… F(F(x)))',
    args: {
      times: size.max(1000).describe('Number of copies.'),
      layers: layers('The layers of one copy.'),
      shared: flag.default(false).describe('One set of weights for all copies.'),
    },
    holds: [{ name: 'layers', required: true, many: false }],
  },
  Add: {
    ...join,
    doc: 'Adds the outputs of earlier, named layers to the current value.',
    formula: 'y = x + a + …',
    args: { layers: names },
    holds: [],
  },
  Concat: {
    doc: 'Puts the outputs of earlier, named layers behind the current value (U-Net).',
    formula: 'y = [x, a, …]',
    shapes: 'alike but for `dim`',
    args: { layers: names, dim: integer.default(1).describe('The dimension along which they are put together; the batch is dim 0.') },
    holds: [],
  },
  Mul: {
    ...join,
    doc: 'Multiplies the current value with the outputs of earlier, named layers: a gate.',
    formula: 'y = x · a · …',
    args: { layers: names },
    holds: [],
  },
};
