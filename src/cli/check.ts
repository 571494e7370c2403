import { formatBytes } from '../base/format';
import { isAlarm } from '../diagnose/diagnose';
import { formatShape } from '../graph/shape';
import { History } from '../run/history';
import { RunDiagnosis } from '../run/runDiagnosis';
import { prepare } from '../train/prepare';
import type { Plan, StartEvent } from '../train/protocol';
import type { Arguments } from './arguments';
import { findingJson, findingList, widthOf } from './findingList';
import { table } from './table';

/**
 * Parses, loads the data and infers every shape: prints the layers and what file and data tell before training, or throws the first ProblemError.
 * Resolves with whether there is a warning or an error.
 */
export async function check(plan: Plan, { json }: Arguments): Promise<boolean> {
  const { start } = await prepare(plan);
  const history = new History(plan.text);
  history.apply(start);
  const diagnosis = new RunDiagnosis();
  diagnosis.update(history);
  const { findings } = diagnosis;
  const lines = json
    ? [start, ...findings.map((finding) => findingJson(finding, plan.text))].map((line) => JSON.stringify(line))
    : [...layout(start), ...(findings.length ? ['', findingList(findings, plan.text, widthOf(process.stdout))] : [])];
  for (const line of lines) process.stdout.write(`${line}\n`);
  return findings.some(isAlarm);
}

function layout({ layers, params, samples, validation_samples, steps, batch_size, memory }: StartEvent): string[] {
  const rows = layers.map((l) => [String(l.line), l.name, l.type, formatShape(l.output.slice(1)), l.params ? l.params.toLocaleString('en') : '']);
  return [
    table(['line', 'layer', 'type', 'output', 'parameters'], rows),
    `${params.toLocaleString('en')} parameters; ${samples} training and ${validation_samples} validation samples; ${steps} steps of ${batch_size}${memory ? `; about ${formatBytes(memory)} to train` : ''}`,
  ];
}
