import { describeDifference } from '../model/difference';
import { fail } from '../model/problem';
import { isEqual } from '../model/valueDifference';
import { carryWeights } from './carry';
import { fitNormalisers } from './fitNormalisers';
import { dataFiles, filesOfTeacher, type NamedFile } from '../model/namedFiles';
import type { Spec } from '../model/spec';
import { isSameContent } from './planFiles';
import { prepare, type Prepared } from './prepare';
import type { CarryOptions, Checkpoint, EditEvent, Plan } from './protocol';
import { freshStart } from './stateVectors';
import { Trainer } from './trainer';

/** What an edit makes of a run. */
export interface Edited {
  /** Goes on where the one before stands. */
  trainer: Trainer;
  /** Where the one before stands. */
  before: Checkpoint;
  /** Absent where the edit changes nothing that is trained. */
  event?: EditEvent;
}

/**
 * The trainer of an edited model, with the weights, running statistics and optimizer state of `old` as far as they fit. `old` stays as it is,
 * whether this succeeds or not; it is the caller's to release. Equal computations share their sessions.
 * @throws ProblemError where the edited text or its data have something wrong.
 */
export async function editTrainer(old: Trainer, id: number, plan: Plan, options: CarryOptions): Promise<Edited> {
  const before = await old.checkpoint();
  const prepared = await prepare(plan, before, old);
  checkNotOver(old, prepared);
  const start = freshStart(plan, prepared);
  const { checkpoint, carried, matched, inserted } = carryWeights(before, old.prepared.model, prepared.model, start, options.resized);
  const changes = [...describeDifference(old.prepared.spec, prepared.spec, matched), ...changedFiles(old, plan, prepared)];
  if (options.inserted === 'continue' && inserted.length) await fitNormalisers(prepared, new Set(inserted), checkpoint.tensors, old.sessions);
  // A score of other data or by another loss says nothing about this one.
  if (!isSameTask(old.prepared, prepared)) {
    delete checkpoint.best;
    delete checkpoint.difficulty;
    // What it has made of the rate stays.
    const { best: _, ...plateau } = checkpoint.plateau ?? {};
    if (checkpoint.plateau) checkpoint.plateau = plateau as typeof checkpoint.plateau;
  }
  if (!keepsStopping(old.prepared, prepared)) delete checkpoint.stopping;
  const trainer = await Trainer.begin(plan, prepared, old.sessions, checkpoint);
  if (changes.length === 0) return { trainer, before };
  const { type: _, name: __, engine: ___, engine_reason: ____, ...layout } = prepared.start;
  return { trainer, before, event: { type: 'edit', id, step: old.step, changes, text: plan.text, carried, ...layout } };
}

/** A number that is still being typed must not end a run. */
function checkNotOver(old: Trainer, { spec, steps }: Prepared): void {
  if (old.isFinished || steps > old.step) return;
  const key = spec.train.steps === undefined ? 'epochs' : 'steps';
  fail('already-over', `\`${key}: ${spec.train[key] ?? ''}\` is over at step ${steps}, and the run is at step ${old.step}. Stop ends it.`, {
    range: spec.train.ranges[key] ?? spec.ranges.train,
  });
}

/** Data and a teacher that the text names as before, but whose content is new. */
function changedFiles(old: Trainer, plan: Plan, { spec, dataset }: Prepared): string[] {
  const changed = (what: string, filesIn: (spec: Spec) => readonly NamedFile[]) =>
    filesIn(spec)
      .filter((file) => filesIn(old.prepared.spec).some(({ path }) => path === file.path) && !isSameContent(file, old.plan.files, plan.files))
      .map(({ path }) => `${what}: the content of ${path}`);
  return [...(dataset === old.prepared.dataset ? [] : changed('data', dataFiles)), ...changed('distill', filesOfTeacher)];
}

/** Weights of another model, and figures of another kind, are nothing to go back to. */
function keepsStopping(a: Prepared, b: Prepared): boolean {
  const [before, after] = [a.spec.train.early_stopping, b.spec.train.early_stopping];
  return before?.monitor === after?.monitor && isSameTask(a, b) && isEqual(a.spec.model, b.spec.model);
}

function isSameTask(a: Prepared, b: Prepared): boolean {
  const loss = ({ spec }: Prepared) => JSON.stringify([spec.loss.name, spec.loss.args]);
  return a.dataset === b.dataset && loss(a) === loss(b);
}
