import { noise } from '../model/layers/noise';
import type { LayerSpec } from '../model/spec';

/** Affine in evaluation: one after the other they are one matrix. LayerNorm, maxima and activations are not. */
const AFFINE: ReadonlySet<string> = new Set([
  'Identity',
  'Flatten',
  'Unflatten',
  ...Object.keys(noise),
  'AvgPool2d',
  'AdaptiveAvgPool2d',
  'BatchNorm1d',
  'BatchNorm2d',
]);
const WEIGHTED: ReadonlySet<string> = new Set(['Linear', 'Conv1d', 'Conv2d']);

/** A weighted layer that gets an affine function of what an earlier one got: both are no more than one of them. */
export interface AffinePair {
  earlier: string;
  later: string;
  /** Where a nonlinearity would go: the last layer between them that is not merely another shape. */
  after: string;
}

/** A value as an affine function of an earlier one, through weighted layers. */
interface Path {
  /** Of the value that it is a function of. */
  base: number;
  weighted: readonly string[];
  after: string;
}

/** Pairs by their later layer in the order of the forward pass, and how many weighted layers there are. Copies in a Repeat count once. */
export function affinePairs(model: readonly LayerSpec[]): { pairs: AffinePair[]; weighted: number } {
  const pairs = new Map<string, AffinePair>();
  const weighted = new Set<string>();
  const outputs = new Map<string, Path>();
  let bases = 0;
  const fresh = (after: string): Path => ({ base: bases++, weighted: [], after });

  const joined = (paths: readonly Path[], after: string): Path =>
    paths.every(({ base }) => base === paths[0].base)
      ? { base: paths[0].base, weighted: [...new Set(paths.flatMap((path) => path.weighted))], after }
      : // A function of several values: it has no matrix that could be taken together with the next.
        fresh(after);

  const through = (entries: readonly LayerSpec[], from: Path): Path => entries.reduce((path, entry) => step(entry, path), from);

  const stepInto = (entry: LayerSpec, path: Path): Path => {
    const { type, name, branches } = entry;
    const named = () => (entry.args.layers as string[]).flatMap((layer) => outputs.get(layer) ?? fresh(layer));
    if (WEIGHTED.has(type)) {
      weighted.add(name);
      const earlier = path.weighted.at(-1);
      if (earlier !== undefined && !pairs.has(name)) pairs.set(name, { earlier, later: name, after: path.after });
      return { base: path.base, weighted: [...path.weighted, name], after: name };
    }
    switch (type) {
      case 'Residual':
        return joined([through(branches[0], path), through(branches[1] ?? [], path)], name);
      case 'Parallel': {
        const ends = branches.map((branch) => through(branch, path));
        return entry.args.merge === 'mul' ? fresh(name) : joined(ends, name);
      }
      case 'DenseBlock':
        return joined(
          branches.reduce((paths, part) => [...paths, through(part, joined(paths, name))], [path]),
          name,
        );
      case 'Highway':
      case 'MixtureOfExperts':
        // What is gated is no sum any more, and the gate sees the input itself: a matrix before is not the same as one in each way.
        through(branches[0], fresh(name));
        return fresh(name);
      case 'NeuralODE':
        return joined([path, through(branches[0], path)], name);
      case 'Repeat':
        // The second copy sees what the first hands on; the others see the same again.
        return Array.from({ length: Math.min(2, entry.args.times as number) }).reduce<Path>((value) => through(branches[0], value), path);
      case 'Add':
      case 'Concat':
        return joined([path, ...named()], name);
      default:
        if (!AFFINE.has(type)) return fresh(name);
        return type.startsWith('BatchNorm') ? { ...path, after: name } : path;
    }
  };

  const step = (entry: LayerSpec, path: Path): Path => {
    const next = stepInto(entry, path);
    outputs.set(entry.name, next);
    return next;
  };

  through(model, fresh(''));
  return { pairs: [...pairs.values()], weighted: weighted.size };
}
