import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hash32 } from '../../src/base/random';
import { ProblemError } from '../../src/model/problem';
import { type Base, BASES } from './bases';
import { HEALTHY } from './healthy';
import type { Patient } from './recipe';
import type { Rows } from './samples';
import { SICK } from './sick';
import type { RunEvent } from '../../src/train/protocol';
import { encodeEvents, isOverfit, type Outcome, outcomeOf, planOf, record, RECORDING } from './train';
import type { Variation } from './variations';

const SEEDS = [0, 1, 2];
/** Bases that each sick variation is tried on, of those it means something for. */
const BASES_EACH = 6;
/** Healthy variations tried on each base, beside none at all. */
const HEALTHY_EACH = 8;

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** How far scores differ that are as good as the same: R², or accuracy with the grain of a small split. */
const margin = ({ recipe, samples }: Base, [ofAccuracy, ofR2]: [number, number]) =>
  recipe.loss === 'MSELoss' || recipe.loss === 'L1Loss' ? ofR2 : Math.max(ofAccuracy, 1.5 / samples.validation.x.length);

/** Makes the cases of every `parts`-th base from `part` on; says how each fared. */
export async function make(folder: string, filter: string, part: number, parts: number): Promise<void> {
  for (const [i, [name, create]] of Object.entries(BASES).entries()) {
    const wanted = chosen(name).filter(([variation]) => `${name}/${variation}`.includes(filter));
    if (i % parts !== part || wanted.length === 0) continue;
    const base = create();
    const sound = await runAll(name, base, () => true);
    const score = median(sound.outcomes.map((run) => run.score));
    console.log(`${name}: ${score.toFixed(3)} of at least ${base.reaches}`);
    if (score < base.reaches) throw new Error(`${name} does not get as far as it should`);
    write(join(folder, name, 'healthy'), name, base, sound, { kind: 'sound', accepted: [] });
    for (const [variation, treatment] of wanted) await makeCase(join(folder, name, variation), { name, base, score }, treatment);
  }
}

/** Writes the case if three runs agree that it is what it is meant to be. */
async function makeCase(folder: string, { name, base, score }: { name: string; base: Base; score: number }, variation: Variation): Promise<void> {
  const { apply, accepted, kind, shows = () => true } = variation;
  const patient = apply(base);
  if (!patient) return;
  const losses = (runs: readonly Outcome[]) => runs.map((run) => score - run.score);
  const couldBe = (runs: readonly Outcome[]) => {
    const lost = losses(runs);
    // The first seed is the file's own: that run is what the diagnosis sees.
    const isWorse = runs.map((run, i) => lost[i] > margin(base, [0.05, 0.1]) && shows(run));
    if (kind === 'sick') return isWorse[0] && isWorse.filter((is) => !is).length < 2;
    return kind !== 'sound' || Math.max(...lost) <= margin(base, [0.06, 0.12]);
  };
  const runs = await runAll(name, patient, couldBe).catch((error: unknown) => {
    if (error instanceof ProblemError) return error.problem.message;
    throw error;
  });
  if (typeof runs === 'string') return console.log(`  ${folder} cannot be trained: ${runs}`);
  const holds = couldBe(runs.outcomes) && (kind !== 'sound' || median(losses(runs.outcomes)) <= margin(base, [0.025, 0.05]));
  if (!holds)
    return console.log(
      `  ${folder} does not count: ${runs.outcomes.map((run) => run.score.toFixed(3)).join(', ')} where ${score.toFixed(3)} is sound`,
    );
  write(folder, name, patient, runs, { kind, accepted });
}

/** Some healthy ones, and the sick ones whose turn it is. */
const chosen = (base: string): [string, Variation][] => [
  ...Object.entries(HEALTHY)
    .sort(([a], [b]) => hash32(0, base, a) - hash32(0, base, b))
    .filter(([, { apply }]) => apply(allShortened()[base]) !== undefined)
    .slice(0, HEALTHY_EACH),
  ...Object.entries(SICK).filter(([variation]) => basesOf(variation).includes(base)),
];

let made: Record<string, Patient> | undefined;
const allShortened = () => (made ??= Object.fromEntries(Object.entries(BASES).map(([name, create]) => [name, shortened(create())])));
const turns = new Map<string, string[]>();

/** The bases that a sick variation is tried on: of those that it means something for, some that the name's hash picks. */
function basesOf(variation: string): string[] {
  const known = turns.get(variation);
  if (known) return known;
  const fitting = Object.entries(allShortened()).flatMap(([name, base]) => (SICK[variation].apply(base) ? [name] : []));
  const picked = fitting.sort((a, b) => hash32(0, variation, a) - hash32(0, variation, b)).slice(0, BASES_EACH);
  turns.set(variation, picked);
  return picked;
}

/** With a few rows only: whether a variation means something does not depend on how many there are. */
function shortened({ recipe, samples }: Patient): Patient {
  const few = ({ x, y }: Rows): Rows => ({ x: x.slice(0, 60), y: y.slice(0, 60) });
  return { recipe, samples: { ...samples, train: few(samples.train), validation: few(samples.validation) } };
}

interface Runs {
  outcomes: Outcome[];
  /** Of the first seed. */
  events: RunEvent[];
}

/** Trains from three seeds, or from fewer where these leave no hope. */
async function runAll(name: string, patient: Patient, goesOn: (outcomes: readonly Outcome[]) => boolean): Promise<Runs> {
  const events = await record(planOf(name, patient));
  const outcomes = [outcomeOf(events)];
  for (const seed of SEEDS.slice(1)) {
    if (!goesOn(outcomes)) break;
    outcomes.push(outcomeOf(await record({ ...planOf(name, patient, seed), statsEvery: 0 })));
  }
  return { outcomes, events };
}

function write(
  folder: string,
  name: string,
  patient: Patient,
  { outcomes, events }: Runs,
  { kind, accepted }: Pick<Variation, 'kind' | 'accepted'>,
): void {
  const { text, files } = planOf(name, patient);
  const healthy = kind === 'sound' || kind === 'remarkable';
  const tolerated = healthy ? [...accepted, ...(outcomes.some(isOverfit) ? ['overfitting'] : [])] : [];
  const expected = { healthy, accepted: healthy ? [] : accepted, tolerated, ...(kind === 'remarkable' && { told: accepted }), runs: outcomes };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'model.nn.yaml'), text);
  writeFileSync(join(folder, 'data.npz'), files['./data.npz']);
  writeFileSync(join(folder, RECORDING), encodeEvents(events));
  writeFileSync(join(folder, 'expected.json'), `${JSON.stringify(expected, undefined, 1)}\n`);
}
