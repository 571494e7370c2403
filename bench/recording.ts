import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { namedFiles } from '../src/model/namedFiles';
import { parseModel } from '../src/model/parse';
import { Examiner } from '../src/train/examiner';
import { Observer } from '../src/train/observer';
import type { FromTrainer, Plan, RunEvent } from '../src/train/protocol';
import { Trainer } from '../src/train/trainer';

/** What a trainer says of its model, without the weights. */
export type Heard = Extract<FromTrainer, { type: 'events' | 'outcome' }>;

/** A run as its host heard it: the history, and the page of any moment, follow from it. */
export interface Recording {
  name: string;
  /** The model file. */
  text: string;
  /** Tells one trainer and model from another. */
  made: string;
  /** In order; `at`: milliseconds since training began. */
  messages: { at: number; message: Heard }[];
}

/** A run is as long as that in its recording, in milliseconds, whatever machine it was made on: the looks at it come out alike. */
const LENGTH = 10_000;
/** As in src/train/trainingLoop.ts and src/train/watch.ts, where the machine has the time. */
const SEND_EVERY = 100;
const OBSERVE_EVERY = 250;
const EXAMINE_EVERY = 2000;

/** What a recording of that file would be made with now; `program`: this bundle, with the trainer in it. */
export const madeWith = (program: string, file: string): string =>
  createHash('sha256').update(readFileSync(program)).update(readFileSync(file)).digest('hex');

/** Trains a model file as the extension does, and keeps what it tells. */
export async function record(name: string, file: string, made: string): Promise<Recording> {
  const plan = planOf(file);
  const trainer = await Trainer.create(plan);
  const { start, prepared, sessions } = trainer;
  const [observer, examiner] = [new Observer(prepared, sessions), new Examiner(prepared, sessions)];
  const recording: Recording = { name, text: plan.text, made, messages: [] };
  const clock = () => Math.round((trainer.step / start.steps) * LENGTH);
  const stepsPerSecond = (start.steps / LENGTH) * 1000;
  const due = { send: 0, observe: 0, examine: 0 };
  let pending: RunEvent[] = [start];
  const send = (message: Heard) => recording.messages.push({ at: clock(), message });
  const flush = () => {
    send({ type: 'events', events: pending, stepsPerSecond });
    pending = [];
    due.send = clock() + SEND_EVERY;
  };
  const look = async (isLast: boolean) => {
    if (isLast || clock() >= due.observe) {
      pending.push(await observer.observe(await trainer.state()));
      due.observe = clock() + OBSERVE_EVERY;
    }
    if (isLast || clock() >= due.examine) {
      const outcome = await examiner.examine(await trainer.state());
      if (outcome) send({ type: 'outcome', outcome });
      due.examine = clock() + EXAMINE_EVERY;
    }
  };
  await look(false);
  while (!trainer.isFinished) {
    pending.push(...(await trainer.next()));
    if (clock() < due.send) continue;
    flush();
    await look(false);
  }
  const ending = await trainer.end();
  await look(true);
  pending.push(...ending);
  flush();
  return recording;
}

/** As the extension makes it from a file. Statistics take what they take, so that a recording does not depend on the machine. */
function planOf(file: string): Plan {
  const text = readFileSync(file, 'utf8');
  const { spec, problems } = parseModel(text);
  if (!spec) throw new Error(`${file}: ${problems[0].message}`);
  const read = ({ path }: { path: string }) => [path, new Uint8Array(readFileSync(resolve(dirname(file), path)))] as const;
  return { text, files: Object.fromEntries(namedFiles(spec).map(read)), statsEvery: 10, observe: true };
}
