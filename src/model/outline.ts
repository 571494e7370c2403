import type { Shape } from '../graph/shape';
import { type BuiltLayer, scratchForward } from './build';
import { type Problem, ProblemError, type SourceRange } from './problem';
import type { Spec } from './spec';

export interface OutlineLayer {
  name: string;
  type: string;
  range: SourceRange;
  /** Of one sample. */
  output: number[];
  params: number;
}

/** Shapes and parameter counts of every layer, without any data or memory. */
export function outlineModel(spec: Spec, sample: Shape): { layers: OutlineLayer[]; problems: Problem[] } {
  const built: BuiltLayer[] = [];
  const problems: Problem[] = [];
  try {
    scratchForward(spec, sample, { layers: built });
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problems.push(error.problem);
  }
  const layers = built.map(({ name, spec: entry, output, params }) => ({
    name,
    type: entry.type,
    range: entry.range,
    output: output.shape.slice(1),
    params,
  }));
  return { layers, problems };
}
