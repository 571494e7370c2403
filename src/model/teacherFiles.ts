import type { DistillSpec } from './spec';

/** Paths, as a model file would write them, of the teacher that it names: the model file and its weights. */
export function teacherFiles({ teacher, weights }: DistillSpec): { model: string; weights: string } {
  if (/\.ya?ml$/i.test(teacher)) return { model: teacher, weights: weights ?? teacher.replace(/(\.nn)?\.ya?ml$/i, '.safetensors') };
  // A run's folder: what trains now, and what was best.
  const folder = teacher.replace(/[/\\]+$/, '');
  return { model: `${folder}/model.nn.yaml`, weights: weights ?? `${folder}/best.safetensors` };
}
