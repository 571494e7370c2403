import { expect, test } from 'vitest';
import { editTrainer } from '../../src/train/editTrainer';
import { pieceOf } from '../../src/train/evaluator';
import { ProblemError } from '../../src/model/problem';
import type { CarryOptions, FromTrainer, Plan, StepEvent, Tensors } from '../../src/train/protocol';
import { Trainer } from '../../src/train/trainer';
import { TrainingLoop } from '../../src/train/trainingLoop';
import { type Draft, Editor, firstDraft, layersOf, textOf } from './randomEdits';

const carry: CarryOptions = { resized: 'fresh', inserted: 'init' };
const plan = (text: string): Plan => ({ text, files: {}, statsEvery: 0 });

/** Names of tensors that an edit must carry bit for bit: of layers that the user named, of the same kind and shape before and after. */
function mustCarry(before: Draft, after: Draft, old: Tensors, now: Tensors): string[] {
  const types = new Map(layersOf(before.model).map(({ type, args }) => [args.name as string, type]));
  const same = new Set(layersOf(after.model).flatMap(({ type, args }) => (types.get(args.name as string) === type ? [args.name as string] : [])));
  return Object.keys(now).filter((name) => {
    const layer = name.slice(0, name.lastIndexOf('.'));
    return same.has(layer) && Object.hasOwn(old, name) && old[name].shape.join() === now[name].shape.join();
  });
}

test.each([1, 2])('200 random edits (sequence %i): what must be kept is kept bit for bit, what is no model changes nothing', async (seed) => {
  const editor = new Editor(seed);
  let draft = firstDraft();
  let trainer = await Trainer.create(plan(textOf(draft)));
  let kept = 0;
  const outcomes = { valid: 0, invalid: 0, nothing: 0 };
  for (let id = 1; id <= 200; id++) {
    await trainer.next();
    const edit = editor.next();
    const before = await trainer.checkpoint();
    const edited = await editTrainer(trainer, id, plan(edit.text), carry).catch((error: unknown) => error);
    if (edit.kind === 'invalid') {
      expect(edited).toBeInstanceOf(ProblemError);
      expect(await trainer.checkpoint()).toEqual(before);
      outcomes.invalid++;
      continue;
    }
    if (edited instanceof Error) throw new Error(`edit ${id}: ${edited.message}\n${edit.text}`);
    const next = edited as Awaited<ReturnType<typeof editTrainer>>;
    const after = await next.trainer.checkpoint();
    const names = mustCarry(draft, edit.draft, before.tensors, after.tensors);
    for (const name of names) expect(after.tensors[name], `${name} at edit ${id}`).toEqual(before.tensors[name]);
    kept += names.length;
    if (edit.kind === 'nothing') {
      expect(next.event).toBeUndefined();
      expect(after).toEqual(before);
    }
    outcomes[edit.kind]++;
    await trainer.release();
    trainer = next.trainer;
    draft = edit.draft;
  }
  await trainer.release();
  // The sequence did test something.
  expect(Math.min(...Object.values(outcomes))).toBeGreaterThan(10);
  expect(kept).toBeGreaterThan(200);
});

test('edits that change nothing leave every later loss as it would have been', async () => {
  const text = textOf({
    ...firstDraft(),
    model: [...firstDraft().model.slice(0, 2), { type: 'Dropout', args: { p: 0.3 } }, ...firstDraft().model.slice(2)],
  });
  const losses = async (edit: boolean) => {
    let trainer = await Trainer.create(plan(text));
    const seen: (number | null)[] = [];
    for (let i = 1; i <= 60; i++) {
      if (edit) {
        const { trainer: next } = await editTrainer(trainer, i, plan(`${text}# ${i}\n`), carry);
        await trainer.release();
        trainer = next;
      }
      seen.push(((await trainer.next())[0] as StepEvent).loss);
    }
    await trainer.release();
    return seen;
  };
  expect(await losses(true)).toEqual(await losses(false));
});

test('an edit and its undo between two steps leave every later loss as it would have been', async () => {
  const text = textOf(firstDraft());
  const twin = await Trainer.create(plan(text));
  const first = await Trainer.create(plan(text));
  for (let i = 0; i < 9; i++) await Promise.all([first.next(), twin.next()]);
  const more = firstDraft();
  more.model.splice(1, 0, { type: 'BatchNorm1d', args: {} });
  const edited = await editTrainer(first, 1, plan(textOf(more)), carry);
  const undone = await editTrainer(edited.trainer, 2, plan(text), carry);
  const loss = async (trainer: Trainer) => ((await trainer.next())[0] as StepEvent).loss;
  for (let i = 0; i < 9; i++) expect(await loss(undone.trainer)).toBe(await loss(twin));
  for (const trainer of [first, twin, edited.trainer, undone.trainer]) await trainer.release();
});

test.each<[string, (draft: Draft) => void]>([
  ['an Identity', ({ model }) => model.splice(1, 0, { type: 'Identity', args: {} })],
  ['a batch normalisation', ({ model }) => model.splice(1, 0, { type: 'BatchNorm1d', args: {} })],
  ['two batch normalisations', ({ model }) => model.splice(1, 0, { type: 'BatchNorm1d', args: {} }, { type: 'BatchNorm1d', args: {} })],
  ['a Dropout that drops nothing', ({ model }) => model.splice(2, 0, { type: 'Dropout', args: { p: 0 } })],
])('%s inserted: training goes on without a jump', async (_, insert) => {
  // The whole split is the batch, so that the batch's statistics are those of the data.
  const whole = { ...firstDraft(), train: { batch_size: 36, steps: 1000 } };
  const edited = structuredClone(whole);
  insert(edited);
  const trainer = await Trainer.create(plan(textOf(whole)));
  for (let i = 0; i < 50; i++) await trainer.next();
  const before = ((await trainer.next())[0] as StepEvent).loss!;
  const { trainer: next } = await editTrainer(trainer, 1, plan(textOf(edited)), { ...carry, inserted: 'continue' });
  const after = ((await next.next())[0] as StepEvent).loss!;
  const undisturbed = ((await trainer.next())[0] as StepEvent).loss!;
  expect(Math.abs(after - undisturbed)).toBeLessThan(1e-4);
  expect(undisturbed).toBeLessThan(before);
  await trainer.release();
  await next.release();
});

test('numbers are inputs: an edit of them keeps the compiled step, one of the structure does not', async () => {
  const text = (lr: number, p: number) => `data: {source: moons, samples: 64}
model: [{Linear: 4}, {Dropout: ${p}}, {Linear: 2}]
loss: CrossEntropyLoss
optimizer: {AdamW: {lr: ${lr}, betas: [0.8, 0.99], weight_decay: ${lr}}}
regularize: {l2: ${lr}}
train: {steps: 100, clip_grad_norm: ${lr}}`;
  const trainer = await Trainer.create(plan(text(0.01, 0.2)));
  const compiled = (one: Trainer) => one.sessions.size;
  expect(compiled(trainer)).toBe(1);
  const numbers = await editTrainer(trainer, 1, plan(text(0.05, 0.5)), carry);
  expect(compiled(trainer)).toBe(1);
  expect(numbers.event!.changes).toHaveLength(5);
  const structure = await editTrainer(numbers.trainer, 2, plan(text(0.05, 0.5).replace('{Linear: 4}', '{Linear: 5}')), carry);
  expect(compiled(trainer)).toBe(2);
  for (const one of [trainer, numbers.trainer, structure.trainer]) await one.release();
  expect(compiled(trainer)).toBe(0);
});

test('a run that would be over by the edit goes on as it was', async () => {
  const trainer = await Trainer.create(plan(textOf(firstDraft())));
  for (let i = 0; i < 5; i++) await trainer.next();
  const shorter = { ...firstDraft(), train: { batch_size: 8, steps: 4 } };
  await expect(editTrainer(trainer, 1, plan(textOf(shorter)), carry)).rejects.toThrow('`steps: 4` is over at step 4, and the run is at step 5');
  await trainer.release();
});

test('an edit that leaves a last batch too small for the model is refused at once', async () => {
  const text = (batchSize: number) => `data: {source: moons, samples: 100}
model: [{Linear: 4}, BatchNorm1d, {Linear: 2}]
loss: CrossEntropyLoss
train: {batch_size: ${batchSize}, epochs: 3, drop_last: false}`;
  const trainer = await Trainer.create(plan(text(32)));
  await trainer.next();
  // 100 = 32 + 67 + 1
  await expect(editTrainer(trainer, 1, plan(text(67)), carry)).rejects.toThrow('more than one value per channel');
  const { trainer: edited } = await editTrainer(trainer, 1, plan(text(66)), carry);
  while (!edited.isFinished) await edited.next();
  await trainer.release();
  await edited.release();
});

test('files that are handed over again with the same content are no other data: the best score stands', async () => {
  const text = (lr: number) => `data: {file: a.csv, target: y, task: regression}
model: [{Linear: 1}]
loss: MSELoss
optimizer: {SGD: {lr: ${lr}}}
train: {batch_size: 4, epochs: 9}`;
  const files = (last: number) => ({ 'a.csv': new TextEncoder().encode(`x,y\n${'1,2\n2,4\n3,6\n'.repeat(4)}4,${last}\n`) });
  const trainer = await Trainer.create({ ...plan(text(0.01)), files: files(8) });
  while (!(await trainer.checkpoint()).best) await trainer.next();
  const { best } = await trainer.checkpoint();
  const same = await editTrainer(trainer, 1, { ...plan(text(0.02)), files: files(8) }, carry);
  expect([(await same.trainer.checkpoint()).best, same.trainer.prepared.dataset]).toEqual([best, trainer.prepared.dataset]);
  expect(same.trainer.prepared.dataset).toBe(trainer.prepared.dataset);
  const other = await editTrainer(trainer, 2, { ...plan(text(0.01)), files: files(9) }, carry);
  expect((await other.trainer.checkpoint()).best).toBeUndefined();
  expect(other.event!.changes).toEqual(['data: the content of a.csv']);
  for (const one of [trainer, same.trainer, other.trainer]) await one.release();
});

test('weights of the best evaluation are not lost by an edit that changes nothing', async () => {
  const said: FromTrainer[] = [];
  const text = textOf(firstDraft());
  const loop = new TrainingLoop((message) => {
    said.push(message);
    // Between two checkpoints, just after an evaluation that is the best so far.
    if (message.type === 'events' && message.events.some((e) => e.type === 'eval' && e.is_best))
      loop.handle({ type: 'swap', id: said.length, plan: { text: `# a note\n${text}`, statsEvery: 0 }, carry });
    if (message.type === 'swapped') loop.handle({ type: 'stop' });
  });
  loop.handle({ type: 'start', plan: plan(text) });
  while (!said.some(({ type }) => type === 'done')) await new Promise((resolve) => setTimeout(resolve, 2));
  const evaluated = said.flatMap((m) => (m.type === 'events' ? m.events : [])).flatMap((e) => (e.type === 'eval' && e.is_best ? [e.step] : []));
  const brought = said.flatMap((m) => ((m.type === 'checkpoint' || m.type === 'done') && m.best ? [m.best.step] : []));
  expect(evaluated.length).toBeGreaterThan(0);
  expect(brought.at(-1)).toBe(evaluated.at(-1));
});

test('messages in quick succession: the newest edit wins, every one is answered, training never stops', async () => {
  const said: FromTrainer[] = [];
  const loop = new TrainingLoop((message) => said.push(message));
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 2));
  };
  const answers = () => said.filter((m) => m.type === 'swapped' || m.type === 'refused');
  const steps = () => said.flatMap((m) => (m.type === 'events' ? m.events : [])).filter((e) => e.type === 'step');
  loop.handle({ type: 'start', plan: plan(textOf(firstDraft())) });
  await until(() => steps().length > 0);
  const editor = new Editor(7);
  const edits = Array.from({ length: 60 }, () => editor.next());
  for (const [i, { text }] of edits.entries()) {
    loop.handle({ type: 'swap', id: i + 1, plan: { text, statsEvery: 10 }, carry });
    if (i % 3 === 2) await until(() => answers().length === i + 1);
  }
  const count = steps().length;
  await until(() => steps().length > count + 20);
  loop.handle({ type: 'stop' });
  await until(() => said.at(-1)?.type === 'done' || said.at(-1)?.type === 'failed');
  expect(said.at(-1)?.type).toBe('done');
  expect(answers().map(({ id }) => id)).toEqual(edits.map((_, i) => i + 1));
  // Steps count on, one after the other, across all edits.
  expect(steps().map(({ step }) => step)).toEqual(steps().map((_, i) => i + 1));
  const marks = said.flatMap((m) => (m.type === 'events' ? m.events : [])).filter((e) => e.type === 'edit');
  expect(marks.map(({ id }) => id)).toEqual(answers().flatMap((m) => (m.type === 'swapped' && m.isChanged ? [m.id] : [])));
  const before = said.flatMap((m) => (m.type === 'checkpoint' && m.beforeEdit !== undefined ? [[m.beforeEdit, m.checkpoint.step]] : []));
  expect(before).toEqual(marks.map(({ id, step }) => [id, step]));
});

test('a normalisation inserted into a wide layer looks at no more samples than fit into the memory of an evaluation', async () => {
  const text = (norm: string) => `data: {source: moons, samples: 600}
model: [{Linear: 300000}, ${norm}{Linear: 2}]
loss: CrossEntropyLoss
train: {batch_size: 4, steps: 9}`;
  const trainer = await Trainer.create(plan(text('')));
  const { trainer: edited } = await editTrainer(trainer, 1, plan(text('BatchNorm1d, ')), { ...carry, inserted: 'continue' });
  const count = Math.max(4, pieceOf(edited.prepared.model));
  expect(count).toBeLessThan(60);
  const { 'linear1.weight': weight, 'linear1.bias': bias, 'batchnorm1d1.running_mean': mean } = await edited.tensors();
  const { x } = trainer.prepared.dataset.train;
  const rows = Array.from({ length: count }, (_, i) => Math.floor((i * 600) / count));
  const outputs = rows.map((row) => bias.data[0] + weight.data[0] * x.data[2 * row] + weight.data[1] * x.data[2 * row + 1]);
  expect(mean.data[0]).toBeCloseTo(outputs.reduce((sum, y) => sum + y, 0) / count, 4);
  await trainer.release();
  await edited.release();
});
