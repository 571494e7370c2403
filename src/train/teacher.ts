import { product, sameShape } from '../graph/shape';
import { LOSSES } from '../model/losses';
import { parseModel } from '../model/parse';
import { fail, positionAt, ProblemError, type SourceRange } from '../model/problem';
import { type Spec, walkLayers } from '../model/spec';
import { teacherFiles } from '../model/teacherFiles';
import { decodeTensors } from './checkpoint';
import { packsOf } from './forwardPass';
import { type ModelPlan, planModel } from './modelPlan';
import type { Plan, Tensors } from './protocol';

/** A trained model whose predictions another one learns from. */
export interface Teacher {
  plan: ModelPlan;
  /** Packed parameters and running statistics (`params`, `frozen`, `buffers`). */
  vectors: Record<string, Float32Array>;
}

/**
 * The teacher that `regularize.distill` names, if it does.
 * @throws ProblemError at the key where a file of it is missing or wrong, or where what it predicts is something else than the model does.
 */
export function readTeacher(student: ModelPlan, files: Plan['files']): Teacher | undefined {
  const { distill, ranges } = student.spec.regularize;
  if (!distill) return undefined;
  const range = ranges.distill;
  const paths = teacherFiles(distill);
  const read = (path: string, what: string) =>
    Object.hasOwn(files, path) ? files[path] : fail('missing-file', `The teacher's ${what} ${path} is not there.`, { range });
  const text = new TextDecoder().decode(read(paths.model, 'model file'));
  const spec = parseTeacher(paths.model, text, range);
  const plan = fitting(paths.model, () => planModel(spec, student.sample, student.target, student.nodeGraph, Infinity), range);
  checkAlike(student, plan, paths.model, range);
  const tensors = decodeTensors(read(paths.weights, 'weights file'), paths.weights, range);
  return { plan, vectors: packedTensors(plan, tensors, paths, range) };
}

function parseTeacher(path: string, text: string, range: SourceRange): Spec {
  const { spec, problems } = parseModel(text);
  if (spec) {
    // What it does not train any more was trained once.
    for (const layer of walkLayers(spec.model)) layer.freeze = false;
    return spec;
  }
  const [first] = problems.filter(({ level }) => level === 'error');
  const { line } = positionAt(text, first.range?.start ?? 0);
  fail(first.code, `The teacher ${path} has an error in line ${line}: ${first.message}`, { range });
}

/** The teacher's layers may not take the samples of this model. */
function fitting<T>(path: string, build: () => T, range: SourceRange): T {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    fail(error.problem.code, `The teacher ${path} cannot take the samples of this model: ${error.message}`, { range });
  }
}

function checkAlike({ spec, output }: ModelPlan, teacher: ModelPlan, path: string, range: SourceRange): void {
  const inWords = (shape: readonly number[]) => shape.slice(1).join('×');
  if (!sameShape(output, teacher.output))
    fail('other-teacher', `The teacher ${path} puts out ${inWords(teacher.output)} for a sample, but this model ${inWords(output)}.`, { range });
  const [ours, theirs] = [spec.loss.name, teacher.spec.loss.name];
  const [rule, other] = [LOSSES[ours], LOSSES[theirs]];
  const isSameKind = rule.score === other.score && (ours === theirs || !(rule.prediction ?? other.prediction));
  if (!isSameKind)
    fail('other-teacher', `The teacher ${path} learnt by \`${theirs}\`: its outputs mean something else than those of this model with \`${ours}\`.`, {
      range,
    });
  for (const key of ['normalize', 'normalize_target'] as const)
    if (spec.data[key] !== teacher.spec.data[key])
      fail(
        'other-teacher',
        `The teacher ${path} learnt from data with \`${key}: ${teacher.spec.data[key]}\`, and here it would get \`${key}: ${spec.data[key]}\`.`,
        { range },
      );
}

function packedTensors(plan: ModelPlan, tensors: Tensors, paths: ReturnType<typeof teacherFiles>, range: SourceRange): Teacher['vectors'] {
  const known = new Set<string>();
  const vectors = packsOf(plan).map(([key, { items, offsets, size }]) => {
    const vector = new Float32Array(size);
    items.forEach(({ name, shape }, i) => {
      const stored = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
      if (!stored) fail('missing-weights', `${paths.weights} has no \`${name}\`, which the teacher ${paths.model} has.`, { range });
      if (!sameShape(stored.shape, shape))
        fail(
          'shape-mismatch',
          `\`${name}\` of the teacher ${paths.model} is ${shape.join('×')}, but in ${paths.weights} it is ${stored.shape.join('×')}.`,
          {
            range,
          },
        );
      known.add(name);
      vector.set(stored.data.subarray(0, product(shape)), offsets[i]);
    });
    return [key, vector] as const;
  });
  const surplus = Object.keys(tensors).find((name) => !known.has(name));
  if (surplus !== undefined)
    fail('unexpected-weights', `${paths.weights} has \`${surplus}\`, which the teacher ${paths.model} does not have: they are of different models.`, {
      range,
    });
  return Object.fromEntries(vectors);
}
