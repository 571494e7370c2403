import { parseModel } from '../model/parse';
import type { EvalEvent, Layout, Plan, RunEvent } from './protocol';
import { Trainer } from './trainer';

/** What training a model for some steps made of it. */
export interface TrialResult {
  steps: number;
  /** The last evaluation: the best one would flatter a run that overfits. */
  evaluation: EvalEvent;
  relativeLoss?: number;
  score?: number;
}

/**
 * How good an evaluation is in units that do not depend on the loss and its scale: of the validation split where there is one.
 * `relativeLoss` is the loss over that of guessing, Infinity where it is not finite; absent where the loss of guessing is not known or no measure: targets that the loss is not for make it negative.
 */
export function judge({ no_skill_loss: guessing }: Layout, evaluation: EvalEvent): Pick<TrialResult, 'relativeLoss' | 'score'> {
  const loss = evaluation.val_loss === undefined ? evaluation.train_loss : evaluation.val_loss;
  const score = evaluation.val_accuracy ?? evaluation.val_r2 ?? evaluation.train_accuracy ?? evaluation.train_r2;
  return {
    ...(loss === null && { relativeLoss: Infinity }),
    ...(loss !== null && guessing !== undefined && guessing > 0 && { relativeLoss: loss / guessing }),
    ...(typeof score === 'number' && { score }),
  };
}

/**
 * Steps that an edited model is trained for, where the model as it is has `steps`: the same number, but as many times more as the edit
 * makes the training longer; it could not show what it does otherwise.
 */
export function stepsFor(edited: string, text: string, steps: number): number {
  const [before, after] = [text, edited].map((one) => parseModel(one).spec?.train);
  const key = before?.steps === undefined ? 'epochs' : 'steps';
  const factor = (after?.[key] ?? 1) / (before?.[key] ?? 1);
  return factor > 1 ? Math.round(steps * factor) : steps;
}

/**
 * Trains a plan from its beginning to its end, or until its time is over.
 * @param seconds of training.
 * @throws ProblemError where the model file or its data have something wrong.
 */
export async function trainTrial(plan: Plan, seconds: number, tell: (events: readonly RunEvent[]) => void = () => undefined): Promise<TrialResult> {
  const trainer = await Trainer.create(plan);
  try {
    let evaluation: EvalEvent | undefined;
    const take = (events: readonly RunEvent[]): void => {
      evaluation = events.filter((event) => event.type === 'eval').at(-1) ?? evaluation;
      tell(events);
    };
    take([trainer.start]);
    while (!trainer.isFinished && trainer.seconds < seconds) take(await trainer.next());
    take(await trainer.end());
    return { steps: trainer.step, evaluation: evaluation!, ...judge(trainer.start, evaluation!) };
  } finally {
    await trainer.release();
  }
}
