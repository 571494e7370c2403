import type { EvalEvent, Plan, RunEvent, StepEvent, Tensors } from '../../src/train/protocol';
import { Trainer } from '../../src/train/trainer';

export interface Finished {
  start: Extract<RunEvent, { type: 'start' }>;
  steps: StepEvent[];
  evals: EvalEvent[];
  end: Extract<RunEvent, { type: 'end' }>;
  tensors: Tensors;
}

/** Trains a model text to its end on the real engine. */
export async function trainText(text: string, plan: Partial<Plan> = {}): Promise<Finished> {
  const trainer = await Trainer.create({ text, files: {}, statsEvery: 1, ...plan });
  const events: RunEvent[] = [trainer.start];
  while (!trainer.isFinished) events.push(...(await trainer.next()));
  events.push(...(await trainer.end()));
  const tensors = await trainer.tensors();
  await trainer.release();
  return {
    start: events[0] as Finished['start'],
    steps: events.filter((e) => e.type === 'step'),
    evals: events.filter((e) => e.type === 'eval'),
    end: events[events.length - 1] as Finished['end'],
    tensors,
  };
}
