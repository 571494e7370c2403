import { type Finding, RULE_IDS, type RuleId } from './finding';
import { DROPOUTS, NORMALISATIONS, RECTIFIERS, SQUASHING } from './layerKinds';
import type { Observed } from './observed';
import { RULES } from './rules';

const hasLayer = ({ layers }: Observed, types: ReadonlySet<string>): boolean => layers.some(({ type }) => types.has(type));
const isOfNumbers = ({ facts }: Observed): boolean => facts?.targets.kind === 'number';
const hasValidation = ({ facts }: Observed): boolean => facts?.validation !== undefined;

/** What a check needs beside a model, data and steps; where that is missing, nothing was looked at. */
const NEEDS: Partial<Record<RuleId, (observed: Observed) => boolean>> = {
  'dead-relu': (observed) => hasLayer(observed, RECTIFIERS),
  'saturated-activation': (observed) => hasLayer(observed, SQUASHING),
  'bias-before-batchnorm': (observed) => hasLayer(observed, NORMALISATIONS),
  'excess-dropout': (observed) => hasLayer(observed, DROPOUTS),
  overfitting: hasValidation,
  'validation-overlaps-train': hasValidation,
  'target-not-normalized': isOfNumbers,
  'class-imbalance': (observed) => observed.facts?.targets.kind === 'class',
  'labels-uncorrelated': ({ facts }) => facts?.signal !== undefined,
};

/** What was looked at and is as it should be, in words: `gradients reach the first layer`. */
export function passedChecks(observed: Observed, findings: readonly Pick<Finding, 'rule'>[]): string[] {
  const found = new Set(findings.map(({ rule }) => rule));
  return RULE_IDS.filter((rule) => {
    const isSeen = RULES[rule].from === 'file' ? observed.facts !== undefined : observed.step > observed.from;
    return isSeen && !found.has(rule) && (NEEDS[rule]?.(observed) ?? true) && RULES[rule].healthy !== '';
  }).map((rule) => RULES[rule].healthy);
}
