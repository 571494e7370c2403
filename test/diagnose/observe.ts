import type { ClassFacts, DataFacts, InputFacts, NumberFacts } from '../../src/data/facts';
import { diagnose } from '../../src/diagnose/diagnose';
import type { Finding, RuleId } from '../../src/diagnose/finding';
import type { Observed } from '../../src/diagnose/observed';
import type { Found } from '../../src/diagnose/rule';
import { RULES } from '../../src/diagnose/rules';
import { Subject } from '../../src/diagnose/subject';
import { product } from '../../src/graph/shape';
import { LOSSES } from '../../src/model/losses';
import { outlineModel } from '../../src/model/outline';
import { parseModel } from '../../src/model/parse';
import type { ProblemLevel } from '../../src/model/problem';
import type { Spec } from '../../src/model/spec';
import type { EvalEvent } from '../../src/train/protocol';
import type { LossPoint, StatsSnapshot } from '../../src/view/protocol';

/** What is observed beside the file; what is not given is as in a healthy case, before the first step. */
export interface Situation extends Partial<Omit<Observed, 'text' | 'spec' | 'facts' | 'losses' | 'evals' | 'samples'>> {
  /** Over standardised inputs of 4 features, and targets that fit the model's output. */
  facts?: Partial<Omit<DataFacts, 'inputs' | 'targets'>> & { inputs?: Partial<InputFacts>; targets?: Partial<ClassFacts> | Partial<NumberFacts> };
  /** Bare losses are those of the steps from the first on. */
  losses?: readonly (number | null | LossPoint)[];
  evals?: readonly Omit<EvalEvent, 'type'>[];
  samples?: readonly Partial<StatsSnapshot>[];
}

/** What a run of a model file would tell. */
export function observe(text: string, situation: Situation = {}): Observed {
  const { spec, problems } = parseModel(text);
  if (!spec) throw new Error(problems.map(({ message }) => message).join('\n'));
  const sampleShape = situation.facts?.sampleShape ?? [4];
  const { layers } = outlineModel(spec, sampleShape);
  const facts = factsFor(spec, layers.at(-1)?.output ?? [1], { ...situation.facts, sampleShape });
  const losses = (situation.losses ?? []).map((loss, i): LossPoint =>
    typeof loss === 'object' && loss ? loss : { step: (situation.from ?? 0) + i + 1, loss, total_loss: loss, lr: 0.001, grad_norm: 1 },
  );
  const evals = (situation.evals ?? []).map((event): EvalEvent => ({ type: 'eval', ...event }));
  const samples = (situation.samples ?? []).map((sample, i): StatsSnapshot => ({ step: i + 1, layers: {}, params: {}, ...sample }));
  const { batch_size, steps, epochs = 20 } = spec.train;
  return {
    text,
    spec,
    from: 0,
    step: Math.max(0, ...[...losses, ...evals, ...samples].map(({ step }) => step)),
    steps: steps ?? epochs * Math.ceil(facts.samples / batch_size),
    noSkillLoss: noSkillFor(spec, facts.targets),
    ...situation,
    layers: situation.layers ?? layers,
    facts,
    losses,
    evals,
    samples,
  };
}

/** Everything found, fixes written. */
export const findingsOf = (text: string, situation?: Situation): Finding[] => diagnose(observe(text, situation));

/** What one rule finds, whatever the others say. */
export const foundBy = (rule: RuleId, text: string, situation?: Situation): Found | undefined =>
  RULES[rule].check(new Subject(observe(text, situation)));

/** Undefined where the rule finds nothing. */
export const levelOf = (rule: RuleId, text: string, situation?: Situation): ProblemLevel | undefined => foundBy(rule, text, situation)?.level;

/** The text that a found place stands at. */
export const textAt = (text: string, found: Pick<Found, 'place'> | undefined): string | undefined =>
  found && text.slice(found.place.range.start, found.place.range.end);

function noSkillFor({ loss }: Spec, targets: DataFacts['targets']): number {
  if (targets.kind === 'class') return Math.log(targets.counts.length);
  return LOSSES[loss.name].score === 'r2' ? targets.variance : Math.LN2;
}

function factsFor(spec: Spec, output: readonly number[], { inputs, targets, ...given }: Situation['facts'] & object): DataFacts {
  const samples = given.samples ?? 200;
  return {
    samples,
    sampleShape: [4],
    inputs: { rms: 1, mean: 0, min: -3, max: 3, stdRatio: 1, constants: 0, ...inputs },
    targets: { ...targetsFor(spec, output, samples), ...targets } as DataFacts['targets'],
    ...given,
  };
}

function targetsFor(spec: Spec, output: readonly number[], samples: number): DataFacts['targets'] {
  const rule = LOSSES[spec.loss.name];
  if (rule.target === 'class') {
    const classes = output[0];
    return { kind: 'class', counts: Array.from({ length: classes }, () => samples / classes) };
  }
  const columns = product(output);
  return rule.score === 'r2'
    ? { kind: 'number', columns, mean: 0, variance: 1, rms: 1, min: -2.5, max: 2.5, distinct: 50, isInteger: false }
    : { kind: 'number', columns, mean: 0.5, variance: 0.25, rms: Math.SQRT1_2, min: 0, max: 1, distinct: 2, isInteger: true };
}
