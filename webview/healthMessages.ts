import { RULE_IDS } from '../src/diagnose/finding';
import { isAtStep, isListOf, isNumber, isNumberOrNull, isOneOf, isOptional, isRecord, isString } from './checks';

/** Whether it is what the protocol calls `Health`. */
export function isHealth(health: unknown): boolean {
  return isRecord(health) && isListOf(health.findings, isFinding) && isListOf(health.passed, isString);
}

/** Whether it is what the protocol calls `TrialsView`. */
export function isTrials(trials: unknown): boolean {
  return (
    isRecord(trials) &&
    isOneOf(trials.state, ['running', 'done', 'stopped']) &&
    isNumber(trials.steps) &&
    isOneOf(trials.metric, ['accuracy', 'r2']) &&
    isTrial(trials.baseline) &&
    isListOf(trials.candidates, isTrial)
  );
}

function isFinding(finding: unknown): boolean {
  return (
    isAtStep(finding) &&
    isOneOf(finding.rule, RULE_IDS) &&
    isOneOf(finding.level, ['error', 'warning', 'hint']) &&
    [finding.title, finding.message, finding.because, finding.formula, finding.reference].every(isString) &&
    isOptional(finding.layer, isString) &&
    isOptional(finding.key, isString) &&
    isListOf(finding.also, isString) &&
    isNumber(finding.line) &&
    isEvidence(finding.evidence) &&
    isOptional(finding.cause, (cause) => isOneOf(cause, RULE_IDS)) &&
    isListOf(finding.fixes, isString)
  );
}

function isEvidence(evidence: unknown): boolean {
  return (
    isRecord(evidence) &&
    isString(evidence.quantity) &&
    isNumberOrNull(evidence.value) &&
    isString(evidence.healthy) &&
    isOptional(evidence.more, (more) => isRecord(more) && Object.values(more).every((value) => isString(value) || isNumberOrNull(value))) &&
    isOptional(evidence.series, (series) => isListOf(series, (point) => isAtStep(point) && isNumberOrNull(point.value)))
  );
}

function isTrial(trial: unknown): boolean {
  return (
    isAtStep(trial) &&
    isNumber(trial.id) &&
    isString(trial.title) &&
    isOneOf(trial.state, ['waiting', 'running', 'done', 'failed']) &&
    isOptional(trial.message, isString) &&
    isListOf(trial.losses, isAtStep) &&
    isListOf(trial.evals, isAtStep) &&
    // What is not finite becomes null on its way.
    [trial.relativeLoss, trial.score].every((value) => isOptional(value, isNumberOrNull))
  );
}
