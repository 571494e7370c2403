import type { ToView } from '../src/view/protocol';
import { type LossColumns, pointsOf } from '../src/view/wire';
import { isAtStep, isListOf, isNumber, isNumberOrNull, isOptional, isRecord, isString } from './checks';
import { isHealth, isTrials } from './healthMessages';

/** The message if it is one that the dashboard understands, else undefined: a webview also hears from browser extensions and VS Code itself. */
export function readMessage(data: unknown): ToView | undefined {
  if (!isRecord(data)) return undefined;
  const message = unpacked(data);
  return isMessage(message) ? (message as unknown as ToView) : undefined;
}

/** Curves that come by column as the points that they are. */
function unpacked(data: Record<string, unknown>): Record<string, unknown> {
  const withPoints = (parts: unknown): unknown => (isRecord(parts) && isColumns(parts.losses) ? { ...parts, losses: pointsOf(parts.losses) } : parts);
  if (data.type === 'update') return withPoints(data) as Record<string, unknown>;
  if (data.type !== 'hydrate') return data;
  return { ...data, run: withPoints(data.run), compared: Array.isArray(data.compared) ? data.compared.map(withPoints) : data.compared };
}

function isColumns(losses: unknown): losses is LossColumns {
  if (!isRecord(losses)) return false;
  const { step, loss, total_loss, lr, grad_norm } = losses;
  const isColumn = (column: unknown): boolean => isListOf(column, isNumberOrNull) && (column as unknown[]).length === (step as unknown[]).length;
  return isListOf(step, isNumber) && isColumn(loss) && isColumn(grad_norm) && isOptional(total_loss, isColumn) && (isNumber(lr) || isColumn(lr));
}

function isMessage(data: Record<string, unknown>): boolean {
  switch (data.type) {
    case 'hydrate':
      return isOptional(data.selectedLayer, isString) && isOptional(data.run, isRun) && isListOf(data.compared, isCompared);
    case 'update':
      return (
        isProgress(data) &&
        isOptional(data.edits, (edits) => isListOf(edits, isEdit)) &&
        isOptional(data.checkpoints, (steps) => isListOf(steps, isNumber))
      );
    case 'select':
      return isOptional(data.layer, isString);
    case 'alive':
      return true;
    case 'past':
      return (
        typeof data.runId === 'string' &&
        isAtStep(data) &&
        isOptional(data.snapshot, isSnapshot) &&
        isOptional(data.profile, isProfile) &&
        isListOf(data.layers, isLayer)
      );
    case 'layer':
      return (
        isString(data.runId) &&
        isString(data.layer) &&
        isNumber(data.after) &&
        isListOf(data.moments, isMoment) &&
        isListOf(data.normalisation, isPoint)
      );
    default:
      return false;
  }
}

function isRun(run: unknown): boolean {
  return (
    isRecord(run) &&
    isProgress(run) &&
    typeof run.name === 'string' &&
    typeof run.file === 'string' &&
    typeof run.engine === 'string' &&
    typeof run.steps === 'number' &&
    typeof run.params === 'number' &&
    isOptional(run.noSkillLoss, isNumber) &&
    isOptional(run.memory, isNumber) &&
    isListOf(run.layers, isLayer) &&
    isListOf(run.edits, isEdit) &&
    isListOf(run.checkpoints, isNumber) &&
    (run.parent === undefined || (isAtStep(run.parent) && typeof run.parent.name === 'string'))
  );
}

/** What a whole run and an update have in common. */
function isProgress(data: Record<string, unknown>): boolean {
  return (
    typeof data.runId === 'string' &&
    typeof data.state === 'string' &&
    isOptional(data.message, isString) &&
    isOptional(data.engine, isString) &&
    isOptional(data.engineReason, isString) &&
    isOptional(data.recipe, isString) &&
    typeof data.step === 'number' &&
    typeof data.stepsPerSecond === 'number' &&
    isListOf(data.losses, isAtStep) &&
    isListOf(data.evals, isAtStep) &&
    isOptional(data.first, isSnapshot) &&
    isOptional(data.now, isSnapshot) &&
    isOptional(data.before, isSnapshot) &&
    isOptional(data.firstProfile, isProfile) &&
    isOptional(data.profile, isProfile) &&
    isListOf(data.modes, isAtStep) &&
    isOptional(data.outcome, isOutcome) &&
    isOptional(data.health, isHealth) &&
    isOptional(data.trials, isTrials)
  );
}

function isEdit(edit: unknown): boolean {
  return (
    isAtStep(edit) &&
    typeof edit.id === 'number' &&
    isListOf(edit.changes, isString) &&
    isRecord(edit.carried) &&
    typeof edit.carried.kept === 'number' &&
    [edit.carried.resized, edit.carried.fresh, edit.carried.dropped].every((names) => isListOf(names, isString)) &&
    isRecord(edit.effect) &&
    // What is not finite becomes null on its way.
    Object.values(edit.effect).every((value) => isOptional(value, isNumberOrNull)) &&
    typeof edit.canRevert === 'boolean'
  );
}

function isCompared(run: unknown): boolean {
  return (
    isRecord(run) &&
    isString(run.runId) &&
    isString(run.name) &&
    isListOf(run.losses, isAtStep) &&
    isListOf(run.evals, isAtStep) &&
    isListOf(run.layers, isLayer) &&
    isOptional(run.now, isSnapshot) &&
    isListOf(run.differs, isString)
  );
}

function isLayer(layer: unknown): boolean {
  return (
    isRecord(layer) &&
    typeof layer.name === 'string' &&
    typeof layer.type === 'string' &&
    typeof layer.line === 'number' &&
    typeof layer.params === 'number' &&
    isListOf(layer.output, isNumber)
  );
}

const isProfile = (profile: unknown): boolean => isAtStep(profile) && isRecord(profile.layers);

const isMoment = (moment: unknown): boolean => isAtStep(moment) && isRecord(moment.tensors);

const isPoint = (point: unknown): boolean => isAtStep(point) && isRecord(point.statistics);

const isOutcome = (outcome: unknown): boolean => isAtStep(outcome) && isRecord(outcome.outputs) && isRecord(outcome.data);

function isSnapshot(snapshot: unknown): boolean {
  return (
    isAtStep(snapshot) &&
    isRecord(snapshot.layers) &&
    isRecord(snapshot.params) &&
    Object.values(snapshot.layers).every((layer) => isRecord(layer) && isRecord(layer.activation)) &&
    Object.values(snapshot.params).every((param) => isRecord(param) && isRecord(param.weight) && isRecord(param.gradient))
  );
}
