import { gunzipSync, gzipSync, strFromU8, strToU8 } from 'fflate';
import type { EvalEvent, Plan, RunEvent } from '../../src/train/protocol';
import { Trainer } from '../../src/train/trainer';
import { type Patient, toText } from './recipe';
import { toNpz } from './samples';

/** How one training ended. */
export interface Outcome {
  /** Accuracy or R² on the validation split; −1 where it is no number. */
  score: number;
  train: number | null;
  validation: number | null;
  /** Least validation loss of the run. */
  best: number | null;
  seconds: number;
}

/** As the command line does. */
export const STATS_EVERY = 10;

export const planOf = (name: string, { recipe, samples }: Patient, seed?: number): Plan => ({
  text: toText(name, recipe),
  files: { './data.npz': toNpz(samples) },
  seed,
  statsEvery: STATS_EVERY,
});

/** Everything that a run tells. */
export async function record(plan: Plan): Promise<RunEvent[]> {
  const trainer = await Trainer.create(plan);
  try {
    const events: RunEvent[] = [trainer.start];
    while (!trainer.isFinished) events.push(...(await trainer.next()));
    return [...events, ...(await trainer.end())];
  } finally {
    await trainer.release();
  }
}

export function outcomeOf(events: readonly RunEvent[]): Outcome {
  const evals = events.filter((event): event is EvalEvent => event.type === 'eval');
  const end = events.at(-1);
  const last = evals.at(-1)!;
  const losses = evals.flatMap(({ val_loss }) => val_loss ?? []);
  return {
    score: last.val_accuracy ?? last.val_r2 ?? -1,
    train: last.train_loss,
    validation: last.val_loss ?? null,
    best: losses.length ? Math.min(...losses) : null,
    seconds: end?.type === 'end' ? end.seconds : 0,
  };
}

/** Its validation loss has risen well above its best. */
export const isOverfit = ({ validation, best }: Outcome): boolean => validation !== null && best !== null && validation > 1.3 * best + 0.01;

/** A run beside its case: rules change more often than training does, and a replay takes no time. */
export const RECORDING = 'run.jsonl.gz';
export const encodeEvents = (events: readonly RunEvent[]): Uint8Array => gzipSync(strToU8(events.map((event) => JSON.stringify(event)).join('\n')));
export const decodeEvents = (bytes: Uint8Array): RunEvent[] =>
  strFromU8(gunzipSync(bytes))
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent);
