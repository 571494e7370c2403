import { formatBytes } from '../base/format';
import { noSkillLoss } from './baseline';
import { checkAugmentations } from '../data/augment/check';
import { BatchOrder, type BatchPlan, batchesPerEpoch, countIn, type Position } from '../data/batches';
import { checkCurriculum } from './curriculum';
import type { Dataset } from '../data/dataset';
import { factsOf } from '../data/factsOf';
import { loadDataset } from '../data/load';
import { peakBytes } from '../graph/memory';
import { product } from '../graph/shape';
import { scratchForward } from '../model/build';
import { LOSSES } from '../model/losses';
import { dataFiles } from '../model/namedFiles';
import { checkTokens } from './checkTokens';
import { checkMonitor } from './earlyStopping';
import { parseModel } from '../model/parse';
import { fail, positionAt, ProblemError } from '../model/problem';
import type { Spec } from '../model/spec';
import type { Plan, StartEvent } from './protocol';
import { filesOf, isSameContent } from './planFiles';
import { type ModelPlan, planModel } from './modelPlan';
import { buildStep, type StepGraph } from './stepGraph';
import { readTeacher } from './teacher';

/** A model file with its data: all that is known before anything large is allocated. */
export interface Prepared {
  spec: Spec;
  dataset: Dataset;
  model: ModelPlan;
  /** The step graph of the full batch. */
  step: StepGraph;
  /** How the training split is dealt out. */
  batches: BatchPlan;
  /** Planned number of steps, those already done included. */
  steps: number;
  start: StartEvent;
}

/** How far a run has come. */
export interface Progress extends Position {
  step: number;
}

/** WASM addresses 4 GiB; the engine's own code, copies and fragmentation take the rest. */
const MEMORY_LIMIT = 3 * 2 ** 30;

/**
 * Parses, loads, infers every shape and estimates memory. Throws a ProblemError for whatever the user's files have wrong.
 * @param before the model that an edit replaces: its data is taken over where the edit leaves it as it is.
 */
export async function prepare(plan: Plan, progress?: Progress, before?: { plan: Plan; prepared: Prepared }): Promise<Prepared> {
  const { spec, problems } = parseModel(plan.text);
  if (!spec) throw new ProblemError(problems.find((p) => p.level === 'error') ?? problems[0]);
  if (plan.seed !== undefined) spec.train.seed = plan.seed;
  const known = before && isSameData(spec, plan, before) ? before.prepared.dataset : undefined;
  return inspect(plan, spec, known ?? (await loadDataset(spec.data, LOSSES[spec.loss.name].target, filesOf(plan))), progress);
}

/** What decides which samples there are: not what a run does with them, unless that decides how they are normalised, nor where the file says so. */
const read = ({ range: _, ranges: __, augment, curriculum, ...data }: Spec['data']) => ({
  ...data,
  augment: data.normalize === 'none' ? undefined : augment.map(({ name, args }) => [name, args]),
  by: curriculum?.by === 'loss' ? undefined : curriculum?.by,
});

function isSameData(spec: Spec, { files }: Plan, { plan, prepared }: { plan: Plan; prepared: Prepared }): boolean {
  const section = ({ data, loss }: Spec) => JSON.stringify([read(data), LOSSES[loss.name].target]);
  return section(spec) === section(prepared.spec) && dataFiles(spec).every((file) => isSameContent(file, files, plan.files));
}

/** What `prepare` finds out once the data is there; for the editor, which keeps the data while the text changes. Throws likewise. */
export function inspect(
  plan: Pick<Plan, 'text' | 'steps' | 'statsEvery'> & Partial<Pick<Plan, 'files'>>,
  spec: Spec,
  dataset: Dataset,
  progress?: Progress,
): Prepared {
  const { train } = dataset;
  const wanted = {
    count: train.count,
    batchSize: batchSizeOf(spec, train.count),
    shuffle: spec.train.shuffle,
    dropLast: spec.train.drop_last,
    seed: spec.train.seed,
    pace: spec.data.curriculum?.pace,
  };
  batchesPerEpoch(wanted, spec.train.ranges.batch_size);
  const batches = { ...wanted, batchSize: Math.min(wanted.batchSize, train.count) };

  checkMonitor(spec, dataset);
  checkAugmentations(spec, dataset);
  checkCurriculum(spec);
  const order = new BatchOrder(batches, progress);
  const model = planModel(spec, train.x.sampleShape, train.y.sampleShape, dataset.nodeGraph, order.position.epoch);
  if (plan.files) model.teacher = readTeacher(model, plan.files);
  checkParameterMemory(model);
  const step = buildStep(model, batches.batchSize, { withStats: plan.statsEvery > 0 });
  const memory = checkMemory(model, step);
  checkLabels(model, dataset);
  checkTokens(step.layers, dataset);
  // The short batch at the end of an epoch must fit too, and so must that of one which began with other batches.
  const rests = new Set([train.count, countIn(batches, order.position.epoch) - order.position.row].map((rows) => rows % batches.batchSize));
  for (const rest of rests) if (rest && !spec.train.drop_last) scratchForward(spec, train.x.sampleShape, { batch: rest });
  const left = order.batchesUntil(spec.train.epochs ?? 20);
  const steps = plan.steps ?? spec.train.steps ?? (progress?.step ?? 0) + left;
  return { spec, dataset, model, step, batches, steps, start: { ...startEvent(plan, spec, dataset, step, batches.batchSize, steps), memory } };
}

/** A batch size that was not written fits itself to little data. */
const batchSizeOf = ({ train }: Spec, count: number) => ('batch_size' in train.ranges ? train.batch_size : Math.min(train.batch_size, count));

function refuse(bytes: number, spec: Spec, advice: string): never {
  fail('out-of-memory', `Training this model takes about ${formatBytes(bytes)}, more than the ${formatBytes(MEMORY_LIMIT)} there are. ${advice}`, {
    range: spec.ranges.model,
  });
}

/** Parameters, gradients and state, before the graph itself (its constants grow with the model) is made. */
function checkParameterMemory({ spec, trained, frozen }: ModelPlan): void {
  const parameters = [...trained.items, ...frozen.items];
  const largest = parameters.reduce((a, b) => (product(b.shape) > product(a.shape) ? b : a), parameters[0]);
  const bytes = 4 * 4 * parameters.reduce((sum, p) => sum + product(p.shape), 0);
  if (bytes > MEMORY_LIMIT) refuse(bytes, spec, `\`${largest.name}\` alone has ${product(largest.shape).toLocaleString('en')} numbers.`);
}

/** @returns the bytes that training takes. */
function checkMemory({ spec, trained }: ModelPlan, { graph, update, state }: StepGraph): number {
  // Beside what the engine has: weights and state before a step and after it. In pieces state is there once, and the gradient.
  const vectors = update ? 3 + state.length : 2 * (1 + state.length);
  const bytes = Math.max(peakBytes(graph), update ? peakBytes(update) : 0) + 4 * trained.size * vectors;
  if (bytes > MEMORY_LIMIT) refuse(bytes, spec, 'Lower `batch_size`, or make the largest layers smaller.');
  return bytes;
}

/** Class labels must be below the number of classes that the model puts out. */
function checkLabels({ spec, output }: ModelPlan, { train, validation, classes }: Dataset): void {
  if (LOSSES[spec.loss.name].target !== 'class') return;
  const count = output[spec.data.task === 'sequence' ? output.length - 1 : 1];
  for (const split of [train, validation]) {
    const row = split?.y.data.findIndex((label) => label >= count) ?? -1;
    if (split && row >= 0) {
      const label = split.y.data[row];
      fail(
        'label-out-of-range',
        `The model puts out ${count} classes, but the data has ${classes?.length ?? 'more'}: ${label === count && classes?.[label] !== String(label) ? 'one more' : `label ${label}`} in row ${Math.floor(row / product(split.y.sampleShape)) + 1} of the ${split === train ? 'training' : 'validation'} split. The last layer needs ${classes?.length ?? 'more'} outputs.`,
        { range: spec.model[spec.model.length - 1].range, outputs: classes?.length },
      );
    }
  }
}

function startEvent(plan: Pick<Plan, 'text'>, spec: Spec, dataset: Dataset, step: StepGraph, batchSize: number, steps: number): Prepared['start'] {
  return {
    type: 'start',
    name: spec.name,
    params: step.layers.reduce((sum, l) => sum + l.params, 0),
    layers: step.layers.map(({ name, spec: entry, inputs, block, receptiveField, output, params }) => ({
      name,
      type: entry.type,
      line: positionAt(plan.text, entry.range.start).line,
      inputs,
      ...(block !== undefined && { block }),
      ...(receptiveField !== undefined && { receptiveField }),
      output: [...output.shape],
      params,
    })),
    steps,
    batch_size: batchSize,
    samples: dataset.train.count,
    validation_samples: dataset.validation?.count ?? 0,
    no_skill_loss: noSkillLoss(spec.loss, dataset.train),
    facts: factsOf(dataset, LOSSES[spec.loss.name].score === 'r2' ? 'r2' : 'accuracy'),
    engine: 'wasm',
  };
}
