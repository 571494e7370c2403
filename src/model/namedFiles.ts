import type { Choice, InitName, Spec } from './spec';
import { walkLayers } from './spec';
import type { SourceRange } from './problem';
import { teacherFiles } from './teacherFiles';

/** A path as the model file writes it, with the place where it does. */
export interface NamedFile {
  path: string;
  range: SourceRange;
}

/** The model file and the weights of the teacher that it learns from. */
export const filesOfTeacher = ({ regularize: { distill, ranges } }: Spec): NamedFile[] =>
  distill ? Object.values(teacherFiles(distill)).map((path) => ({ path, range: ranges.distill })) : [];

/** Every file that a model file names, each path once: the data, its validation part, weights to start from, a teacher. */
export function namedFiles(spec: Spec): NamedFile[] {
  const { data } = spec;
  const files: NamedFile[] = [];
  const add = (path: unknown, range: SourceRange | undefined): void => {
    if (typeof path === 'string' && !files.some((file) => file.path === path)) files.push({ path, range: range ?? data.range });
  };
  const addWeights = (init: Choice<InitName> | undefined): void => {
    if (init?.name === 'weights') add(init.args.weights, init.argRanges.weights ?? init.range);
  };
  add(data.file, data.ranges.file);
  add(data.validation, data.ranges.validation);
  add(data.adjacency, data.ranges.adjacency);
  addWeights(spec.init);
  for (const layer of walkLayers(spec.model)) addWeights(layer.init);
  for (const { path, range } of filesOfTeacher(spec)) add(path, range);
  return files;
}
