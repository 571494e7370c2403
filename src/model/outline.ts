import type { Shape } from '../graph/shape';
import { scratchForward } from './build';
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
  const layers: OutlineLayer[] = [];
  try {
    const forward = scratchForward(spec, sample);
    for (const { name, spec: entry, output, params } of forward.layers)
      layers.push({ name, type: entry.type, range: entry.range, output: output.shape.slice(1), params });
    return { layers, problems: [] };
  } catch (error) {
    if (error instanceof ProblemError) return { layers, problems: [error.problem] };
    throw error;
  }
}
