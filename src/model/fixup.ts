import { copiesOf } from './copies';
import type { LayerSpec } from './spec';

/** A layer with a weight on a way, by the name of what owns its parameters. */
type Way = string[];

interface Count {
  /** Residual blocks, copies included. */
  blocks: number;
  /** Of the layers inside of branches: those of the branch that come one after the other, and whether it ends there. */
  inside: Map<string, { layers: number; isLast: boolean }>;
}

/**
 * Zhang, Dauphin & Ma 2019, Fixup Initialization: what the start of each layer is multiplied with, by the name of what owns its parameters (1 where
 * absent). Inside of a Residual's layers L^(−1/(2m − 2)), L being the number of Residuals and m that of layers with a weight in the branch; 0 for the
 * last of a branch and for the last of the model.
 */
export function fixupFactors(model: readonly LayerSpec[], hasWeight: (entry: LayerSpec) => boolean): Map<string, number> {
  const count: Count = { blocks: 0, inside: new Map() };
  const ends = through(model, { suffix: '', isShared: false }, count, hasWeight).ends;
  const factors = new Map<string, number>();
  for (const [name, { layers, isLast }] of count.inside) factors.set(name, isLast || layers < 2 ? 0 : count.blocks ** (-1 / (2 * layers - 2)));
  for (const name of ends) factors.set(name, 0);
  return factors;
}

interface Place {
  suffix: string;
  isShared: boolean;
}

/** What a run of layers comes to: all its layers with a weight, how many come one after the other on the longest way, the last of each way. */
interface Run {
  all: Way;
  length: number;
  ends: Way;
}

const NOTHING: Run = { all: [], length: 0, ends: [] };

function through(entries: readonly LayerSpec[], place: Place, count: Count, hasWeight: (entry: LayerSpec) => boolean): Run {
  return entries.map((entry) => step(entry, place, count, hasWeight)).reduce(inRow, NOTHING);
}

const inRow = (a: Run, b: Run): Run => ({ all: [...a.all, ...b.all], length: a.length + b.length, ends: b.ends.length > 0 ? b.ends : a.ends });

const sideBySide = (runs: readonly Run[]): Run => ({
  all: runs.flatMap(({ all }) => all),
  length: Math.max(...runs.map(({ length }) => length)),
  ends: runs.flatMap(({ ends }) => ends),
});

function step(entry: LayerSpec, place: Place, count: Count, hasWeight: (entry: LayerSpec) => boolean): Run {
  const inside = (branch: number, at = place) => through(entry.branches[branch] ?? [], at, count, hasWeight);
  const copies = copiesOf(entry);
  if (entry.branches.length === 0) {
    const name = place.isShared ? entry.name : entry.name + place.suffix;
    return hasWeight(entry) ? { all: [name], length: 1, ends: [name] } : NOTHING;
  }
  if (entry.type === 'Residual') {
    count.blocks++;
    const { all, length, ends } = inside(0);
    for (const name of all) if (!count.inside.has(name)) count.inside.set(name, { layers: length, isLast: ends.includes(name) });
    const shortcut = inside(1);
    return { ...shortcut, ends: ends.length > 0 ? ends : shortcut.ends };
  }
  if (copies) {
    const runs = Array.from({ length: copies.count }, (_, copy) =>
      inside(0, { suffix: `${place.suffix}.${copy}`, isShared: place.isShared || copies.shared }),
    );
    return entry.type === 'MixtureOfExperts' ? sideBySide(runs) : runs.reduce(inRow, NOTHING);
  }
  const runs = entry.branches.map((_, branch) => inside(branch));
  return entry.type === 'Parallel' ? sideBySide(runs) : runs.reduce(inRow, NOTHING);
}
