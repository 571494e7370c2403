import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlarm } from '../../src/diagnose/diagnose';
import type { Finding } from '../../src/diagnose/finding';
import { History } from '../../src/run/history';
import { RunDiagnosis } from '../../src/run/runDiagnosis';
import { prepare } from '../../src/train/prepare';
import type { RunEvent } from '../../src/train/protocol';
import { decodeEvents, encodeEvents, record, RECORDING, STATS_EVERY } from './train';

export interface Expected {
  healthy: boolean;
  accepted: string[];
  tolerated?: string[];
  /** A healthy one's that should be named, if only in a hint: any of them. */
  told?: string[];
}

/** A case and what was found of it. */
export interface Verdict {
  /** base/variation */
  name: string;
  expected: Expected;
  /** At the end of the run: no hints, no consequences. */
  causes: Finding[];
  /** Rules of all findings at the end, hints too. */
  named: string[];
  /** Rules that raised an alarm at any time, with the step of the first. */
  ever: Record<string, number>;
  /** Why it could not be judged. */
  broken?: string;
}

export const casesIn = (folder: string, filter: string): string[] =>
  readdirSync(folder)
    .flatMap((base) => readdirSync(join(folder, base)).map((variation) => `${base}/${variation}`))
    .filter((name) => name.includes(filter) && existsSync(join(folder, name, 'expected.json')))
    .sort();

/** Judges a run as it goes on, as somebody who watches it would see it. A run that is recorded is replayed; of any other a recording is made. */
export async function judge(folder: string, name: string): Promise<Verdict> {
  const expected = JSON.parse(readFileSync(join(folder, name, 'expected.json'), 'utf8')) as Expected;
  try {
    return { name, expected, ...(await diagnose(folder, name)) };
  } catch (error) {
    return { name, expected, causes: [], named: [], ever: {}, broken: (error as Error).message };
  }
}

async function diagnose(folder: string, name: string): Promise<Pick<Verdict, 'causes' | 'named' | 'ever'>> {
  const at = (file: string) => readFileSync(join(folder, name, file));
  const text = at('model.nn.yaml').toString();
  const plan = { text, files: { './data.npz': new Uint8Array(at('data.npz')) }, statsEvery: STATS_EVERY };
  const recording = join(folder, name, RECORDING);
  if (!existsSync(recording)) writeFileSync(recording, encodeEvents(await record(plan)));
  const [, ...events] = decodeEvents(new Uint8Array(at(RECORDING)));
  const history = new History(text);
  const diagnosis = new RunDiagnosis();
  const ever: Record<string, number> = {};
  const look = () => {
    diagnosis.update(history);
    for (const { rule } of causesOf(diagnosis.findings)) ever[rule] ??= history.step;
  };
  // What is known of the data is worked out anew: that is part of what is judged.
  const { start } = await prepare(plan);
  history.apply(start);
  look();
  for (const group of byStep(events)) {
    for (const event of group) history.apply(event);
    if (isDue(history.step, start.steps)) look();
  }
  look();
  return { causes: causesOf(diagnosis.findings), named: diagnosis.findings.map(({ rule }) => rule), ever };
}

const causesOf = (findings: readonly Finding[]) => findings.filter((finding) => isAlarm(finding) && !finding.cause);

/** As often as the command line looks. */
const isDue = (step: number, steps: number) => (step <= 50 ? step % 5 === 0 : step % Math.ceil(steps / 80) === 0);

/** A step with the evaluation that may follow it. */
function byStep(events: readonly RunEvent[]): RunEvent[][] {
  const groups: RunEvent[][] = [];
  for (const event of events)
    if (event.type === 'step' || groups.length === 0) groups.push([event]);
    else groups[groups.length - 1].push(event);
  return groups;
}
