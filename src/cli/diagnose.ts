import { isAlarm } from '../diagnose/diagnose';
import type { Finding } from '../diagnose/finding';
import { positionAt } from '../model/problem';
import { History } from '../run/history';
import { RunDiagnosis } from '../run/runDiagnosis';
import type { Plan } from '../train/protocol';
import { Trainer } from '../train/trainer';
import { judge } from '../train/trial';
import type { Arguments } from './arguments';
import { report } from './findingList';
import { type Baseline, trialJson, trialTable, tryFixes } from './tryFixes';

/** A diagnosis takes no longer than this, in seconds of training. */
const BUDGET_SECONDS = 60;

/** Sampled steps of a whole run, at least: a short one is looked at step by step. */
const SAMPLES = 80;

/** Of lines where the output is no terminal. */
const WIDTH = 100;

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
  else print([report(findings, plan.text, examined.passed, examined.steps, process.stdout.columns ?? WIDTH)]);
  if (isTrying && findings.some(isAlarm)) {
    const measurement = await tryFixes(plan, findings, examined.run);
    if (json) print(measurement.tried.map((tried, i) => trialJson(tried, i + 1, measurement.baseline)));
    else print(['', trialTable(measurement)]);
  }
  return findings.some(isAlarm);
}

async function examine(plan: Plan): Promise<Examined> {
  const history = new History(plan.text);
  const diagnosis = new RunDiagnosis();
  const trainer = await Trainer.create(plan);
  try {
    history.apply(trainer.start);
    diagnosis.update(history);
    const every = Math.ceil(trainer.start.steps / SAMPLES);
    while (!trainer.isFinished && trainer.seconds < BUDGET_SECONDS) {
      for (const event of await trainer.next()) history.apply(event);
      if (trainer.step <= 50 ? trainer.step % 5 === 0 : trainer.step % every === 0) diagnosis.update(history);
    }
    for (const event of await trainer.end()) history.apply(event);
    diagnosis.update(history);
    const { findings } = diagnosis;
    const evaluation = history.evals.points.at(-1)!;
    const result = { steps: trainer.step, evaluation, ...judge(trainer.start, evaluation) };
    return { findings, passed: diagnosis.passed, steps: trainer.step, run: { result, seconds: trainer.seconds } };
  } finally {
    await trainer.release();
  }
}

/** One line of `--json`. */
function findingJson(finding: Finding, text: string): object {
  const { rule, level, place, step, message, evidence, cause, fixes } = finding;
  return {
    type: 'finding',
    rule,
    level,
    layer: place.layer,
    line: positionAt(text, place.range.start).line,
    step,
    message,
    evidence,
    cause,
    fixes: fixes.map(({ title, edits }) => ({ title, edit: edits })),
  };
}
