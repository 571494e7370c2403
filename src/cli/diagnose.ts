import { isAlarm } from '../diagnose/diagnose';
import type { Finding } from '../diagnose/finding';
import { findingOf } from '../diagnose/problemFinding';
import { parseModel } from '../model/parse';
import { ProblemError } from '../model/problem';
import { History } from '../run/history';
import { RunDiagnosis } from '../run/runDiagnosis';
import type { EvalEvent, Plan, RunEvent } from '../train/protocol';
import { Trainer } from '../train/trainer';
import { judge } from '../train/trial';
import type { Arguments } from './arguments';
import { findingJson, report, widthOf } from './findingList';
import { type Baseline, trialJson, trialTable, tryFixes } from './tryFixes';

/** A diagnosis takes no longer than this, in seconds of training. */
const BUDGET_SECONDS = 60;

/** Sampled steps of a whole run, at least: a short one is looked at step by step. */
const SAMPLES = 80;

interface Examined {
  findings: readonly Finding[];
  /** What is as it should be. */
  passed: readonly string[];
  steps: number;
  /** Absent where the model cannot be trained. */
  run?: Baseline;
}

/** Trains within the file's own budget and prints what is wrong; whether there is a warning or an error. */
export async function diagnose(plan: Plan, { json, tryFixes: isTrying }: Arguments): Promise<boolean> {
  const examined = await examine(plan);
  const { findings } = examined;
  const print = (lines: readonly (object | string)[]) => {
    for (const line of lines) process.stdout.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
  };
  if (json) print(findings.map((finding) => findingJson(finding, plan.text)));
  else print([report(findings, plan.text, examined.passed, examined.steps, widthOf(process.stdout))]);
  if (isTrying && findings.some(isAlarm)) {
    const measurement = await tryFixes(plan, findings, examined.run);
    if (json) print(measurement.tried.map((tried, i) => trialJson(tried, i + 1, measurement.baseline)));
    else print(['', trialTable(measurement)]);
  }
  return findings.some(isAlarm);
}

async function examine(plan: Plan): Promise<Examined> {
  try {
    return await trainAndJudge(plan);
  } catch (error) {
    // A model that does not fit its data cannot be trained: that is what is found then.
    const { spec } = parseModel(plan.text);
    const finding = error instanceof ProblemError && spec ? findingOf(error.problem, plan.text, spec) : undefined;
    if (!finding) throw error;
    return { findings: [finding], passed: [], steps: 0 };
  }
}

async function trainAndJudge(plan: Plan): Promise<Examined> {
  const history = new History(plan.text);
  const diagnosis = new RunDiagnosis();
  const trainer = await Trainer.create(plan);
  let evaluation: EvalEvent;
  const take = (events: readonly RunEvent[]): void => {
    for (const event of events) {
      history.apply(event);
      if (event.type === 'eval') evaluation = event;
    }
  };
  try {
    take([trainer.start]);
    diagnosis.update(history);
    const { steps } = trainer.start;
    const every = Math.ceil(steps / SAMPLES);
    while (!trainer.isFinished && trainer.seconds < BUDGET_SECONDS) {
      take(await trainer.next());
      if (trainer.step <= 50 ? trainer.step % 5 === 0 : trainer.step % every === 0) diagnosis.update(history);
    }
    const isWhole = trainer.isFinished;
    take(await trainer.end());
    diagnosis.update(history);
    const result = { steps: trainer.step, evaluation: evaluation!, ...judge(trainer.start, evaluation!) };
    const run = { result, steps: isWhole ? steps : trainer.step, seconds: trainer.seconds };
    return { findings: diagnosis.findings, passed: diagnosis.passed, steps: trainer.step, run };
  } finally {
    await trainer.release();
  }
}
