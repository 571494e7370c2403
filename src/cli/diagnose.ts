import { isAlarm } from '../diagnose/diagnose';
import type { Finding } from '../diagnose/finding';
import { positionAt } from '../model/problem';
import { History } from '../run/history';
import { RunDiagnosis } from '../run/runDiagnosis';
import type { Plan } from '../train/protocol';
import { Trainer } from '../train/trainer';
import type { Arguments } from './arguments';
import { table } from './table';

/** A diagnosis takes no longer than this, in seconds of training. */
const BUDGET_SECONDS = 60;

/** Sampled steps of a whole run, at least: a short one is looked at step by step. */
const SAMPLES = 80;

/** Trains within the file's own budget and prints what is wrong; whether there is a warning or an error. */
export async function diagnose(plan: Plan, { json }: Arguments): Promise<boolean> {
  const { findings, text } = await examine(plan);
  if (json) for (const finding of findings) process.stdout.write(`${JSON.stringify(toJson(finding, text))}\n`);
  else process.stdout.write(`${toTable(findings, text)}\n`);
  return findings.some(isAlarm);
}

async function examine(plan: Plan): Promise<{ findings: readonly Finding[]; text: string }> {
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
    return { findings: diagnosis.findings, text: plan.text };
  } finally {
    await trainer.release();
  }
}

function toJson(finding: Finding, text: string): object {
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

function toTable(findings: readonly Finding[], text: string): string {
  if (findings.length === 0) return 'Nothing found.';
  return table(
    ['line', 'level', 'rule', 'step', 'finding'],
    findings.map(({ place, level, rule, step, message, cause }) => [
      String(positionAt(text, place.range.start).line),
      level,
      cause ? `└ ${rule}` : rule,
      String(step),
      message,
    ]),
  );
}
