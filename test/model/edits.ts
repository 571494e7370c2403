import { scratchForward } from '../../src/model/build';
import { type LayerShape, layerShapes } from '../../src/model/matchLayers';
import { parseModel } from '../../src/model/parse';
import type { Spec } from '../../src/model/spec';

/** A model file with this list of layers (YAML in one line); `more` are further keys of the file, which come in place of the usual ones. */
export function specOf(model: string, more = 'data: {source: blobs}\nloss: CrossEntropyLoss'): Spec {
  const { spec, problems } = parseModel(`${more}\nmodel: ${model}\n`);
  if (!spec) throw new Error(problems.map((p) => p.message).join('\n'));
  return spec;
}

export function shapesOf(spec: Spec, sample = [2]): LayerShape[] {
  const { parameters, buffers } = scratchForward(spec, sample);
  return layerShapes(spec, [...parameters, ...buffers]);
}
