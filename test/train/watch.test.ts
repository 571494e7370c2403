import { expect, test, vi } from 'vitest';
import { editTrainer } from '../../src/train/editTrainer';
import type { ObservationEvent } from '../../src/train/observation';
import type { FromTrainer, Plan, RunEvent, StepEvent } from '../../src/train/protocol';
import { Trainer } from '../../src/train/trainer';
import { TrainingLoop } from '../../src/train/trainingLoop';
import { Watch } from '../../src/train/watch';

vi.setConfig({ testTimeout: 120_000 });

/** Whatever a look could disturb: running statistics, random numbers, a shuffled order, a short last batch. */
const text = (steps: number, units = 16) => `data: {source: moons, samples: 200, noise: 0.2, validation: 0.25}
model: [{Linear: ${units}}, {BatchNorm1d: {}}, ReLU, {Dropout: 0.3}, {Linear: 16}, {BatchNorm1d: {momentum: null}}, Tanh, {Linear: 2}]
loss: CrossEntropyLoss
optimizer: {Adam: {lr: 0.01}}
train: {batch_size: 32, steps: ${steps}}
`;
const plan = (steps: number, observe: boolean, units?: number): Plan => ({
  text: text(steps, units),
  files: {},
  statsEvery: 3,
  ...(observe && { observe }),
});

function listen() {
  const said: FromTrainer[] = [];
  const loop = new TrainingLoop((message) => said.push(message));
  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const events = (): RunEvent[] => said.flatMap((message) => (message.type === 'events' ? message.events : []));
  const of = <T extends RunEvent['type']>(type: T) => events().filter((e): e is Extract<RunEvent, { type: T }> => e.type === type);
  return { loop, said, until, events, of };
}

/** Pauses before the first step, runs single steps, takes an edit over at step 7, pauses again and runs to the end. */
async function eventful(observe: boolean) {
  const { loop, said, until, of } = listen();
  const isSeen = (step: number) => of('step').length === step && (!observe || of('observation').at(-1)?.step === step);
  loop.handle({ type: 'start', plan: plan(100, observe), isPaused: true });
  for (let step = 1; step <= 7; step++) {
    loop.handle({ type: 'step' });
    await until(() => isSeen(step));
  }
  loop.handle({ type: 'swap', id: 1, plan: plan(100, observe, 24), carry: { resized: 'overlap', inserted: 'init' } });
  await until(() => said.some((message) => message.type === 'swapped'));
  loop.handle({ type: 'step' });
  await until(() => isSeen(8));
  loop.handle({ type: 'resume' });
  await until(() => said.at(-1)?.type === 'done' || said.at(-1)?.type === 'failed');
  return { steps: of('step'), evals: of('eval'), observations: of('observation'), done: said.at(-1) };
}

test('the numbers of a run are bit for bit those of one that nobody watches, through pauses, single steps and an edit', async () => {
  const [watched, alone] = [await eventful(true), await eventful(false)];
  expect(watched.observations.length).toBeGreaterThan(8);
  expect(alone.observations).toEqual([]);
  expect(watched.steps).toHaveLength(100);
  expect(watched.steps).toEqual(alone.steps);
  expect(watched.evals).toEqual(alone.evals);
  const tensors = ({ done }: typeof watched) => (done?.type === 'done' ? done.checkpoint.tensors : undefined);
  expect(tensors(watched)).toBeDefined();
  expect(tensors(watched)).toEqual(tensors(alone));
});

test('at a pause the newest step has been looked at, and at the end', async () => {
  const { observations } = await eventful(true);
  const steps = observations.map(({ step }) => step);
  expect(steps).toEqual(expect.arrayContaining([0, 1, 2, 3, 4, 5, 6, 7, 8, 100]));
  expect(observations.at(-1)!.layers.linear1.activation.non_finite).toBe(0);
  expect(observations.find(({ step }) => step === 8)!.layers.relu1.units).toBe(24);
});

/** A watch of a trainer that runs some steps without a look between. */
async function watch(steps: number) {
  const trainer = await Trainer.create(plan(1000, true));
  const watching = await Watch.of(trainer);
  await run(trainer, watching, steps);
  return { trainer, watching };
}
async function run(trainer: Trainer, watching: Watch, steps: number): Promise<StepEvent[]> {
  const events: StepEvent[] = [];
  for (let i = 0; i < steps; i++) {
    events.push(await trainer.nextStep());
    await watching.remember();
  }
  return events;
}
const stepsOf = ({ observations }: { observations: ObservationEvent[] }) => observations.map(({ step }) => step);

test('the first steps are looked at closely, however fast they went by', async () => {
  const { trainer, watching } = await watch(60);
  const { observations } = await watching.look(true);
  expect(stepsOf({ observations })).toEqual([0, 1, 2, 3, 5, 8, 13, 21, 34, 50, 60]);
  // Each as the model was then: Adam's first step is as long as the learning rate, and there is none before it.
  const [start, first, second] = observations.map(({ params }) => params['linear1.weight']);
  expect(start.update).toBeUndefined();
  expect(first.update!.to).toBeCloseTo(0.01, 4);
  expect(second.weight).not.toEqual(first.weight);
  expect(stepsOf(await watching.look(true))).toEqual([]);
  await watching.release();
  await trainer.release();
});

test('an edit that leaves the computation as it is keeps its session; one that was never looked at costs none', async () => {
  const { trainer, watching } = await watch(3);
  await watching.look(true);
  const { sessions } = trainer;
  const before = sessions.size;
  let current = trainer;
  // The learning rate alone, three times in a row.
  for (const id of [1, 2, 3]) {
    const edited = await editTrainer(
      current,
      id,
      { ...plan(1000, true), text: text(1000).replace('0.01', `0.0${id + 1}`) },
      { resized: 'fresh', inserted: 'init' },
    );
    await watching.follow(edited.trainer);
    await current.release();
    current = edited.trainer;
  }
  expect(sessions.size).toBe(before);
  expect(stepsOf(await watching.look(true))).toEqual([3]);
  expect(sessions.size).toBe(before);
  await watching.release();
  await current.release();
  expect(sessions.size).toBe(0);
});

test('an edited model is looked at anew at the step where it took over', async () => {
  const { trainer, watching } = await watch(3);
  await watching.look(true);
  const { trainer: edited } = await editTrainer(trainer, 1, plan(1000, true, 24), { resized: 'fresh', inserted: 'init' });
  await watching.follow(edited);
  await trainer.release();
  await run(edited, watching, 4);
  const { observations } = await watching.look(true);
  expect(stepsOf({ observations })).toEqual([3, 5, 7]);
  expect(observations.map(({ layers }) => layers.relu1.units)).toEqual([24, 24, 24]);
  expect(observations[0].params['linear1.weight'].update).toBeUndefined();
  await watching.release();
  await edited.release();
});
