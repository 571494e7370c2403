import { kindOf } from '../data/dataKind';
import type { Choice, InitName, Spec } from './spec';
import { walkLayers } from './spec';
import type { SourceRange } from './problem';
import { teacherFiles } from './teacherFiles';

/** A path as the model file writes it, with the place where it does. */
export interface NamedFile {
  path: string;
  range: SourceRange;
  /** It is a folder: what belongs to it are the files in the folders in it, `<folder>/<class>/<file>`. */
  isFolder?: true;
}

/** The files that the samples come from: the data, its validation part, the labels of both, the graph of nodes. */
export function dataFiles({ data }: Spec): NamedFile[] {
  const labels = data.labels === undefined ? [] : [data.labels].flat();
  const named = { file: [data.file], validation: [data.validation], labels, adjacency: [data.adjacency] };
  return Object.entries(named).flatMap(([key, paths]) =>
    paths.flatMap((path): NamedFile[] => {
      if (typeof path !== 'string') return [];
      const isFolder = (key === 'file' || key === 'validation') && kindOf(path) === 'images';
      return [{ path, range: data.ranges[key] ?? data.range, ...(isFolder && { isFolder }) }];
    }),
  );
}

/** The model file and the weights of the teacher that it learns from. */
export const filesOfTeacher = ({ regularize: { distill, ranges } }: Spec): NamedFile[] =>
  distill ? Object.values(teacherFiles(distill)).map((path) => ({ path, range: ranges.distill })) : [];

/** Every file that a model file names, each path once: the data, its validation part, its labels, its graph of nodes, weights to start from, a teacher. */
export function namedFiles(spec: Spec): NamedFile[] {
  const { data } = spec;
  const named = dataFiles(spec);
  const files = named.filter(({ path }, i) => named.findIndex((file) => file.path === path) === i);
  const add = (path: unknown, range: SourceRange | undefined): void => {
    if (typeof path === 'string' && !files.some((file) => file.path === path)) files.push({ path, range: range ?? data.range });
  };
  const addWeights = (init: Choice<InitName> | undefined): void => {
    if (init?.name === 'weights') add(init.args.weights, init.argRanges.weights ?? init.range);
  };
  addWeights(spec.init);
  for (const layer of walkLayers(spec.model)) addWeights(layer.init);
  for (const { path, range } of filesOfTeacher(spec)) add(path, range);
  return files;
}
