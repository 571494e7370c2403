import type { ToView } from '../src/view/protocol';

/** The message if it is one that the dashboard understands, else undefined: a webview also hears from browser extensions and VS Code itself. */
export function readMessage(data: unknown): ToView | undefined {
  return isRecord(data) && isMessage(data) ? (data as unknown as ToView) : undefined;
}

function isMessage(data: Record<string, unknown>): boolean {
  switch (data.type) {
    case 'hydrate':
      return isOptionalString(data.selectedLayer) && (data.run === undefined || isRun(data.run)) && isListOf(data.compared, isCompared);
    case 'update':
      return isProgress(data) && (data.edits === undefined || isListOf(data.edits, isEdit)) && isOptionalSteps(data.checkpoints);
    case 'select':
      return isOptionalString(data.layer);
    case 'alive':
      return true;
    case 'past':
      return (
        typeof data.runId === 'string' &&
        isAtStep(data) &&
        (data.snapshot === undefined || isSnapshot(data.snapshot)) &&
        isListOf(data.layers, isLayer)
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
    isOptionalNumber(run.noSkillLoss) &&
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
    isOptionalString(data.message) &&
    typeof data.step === 'number' &&
    typeof data.stepsPerSecond === 'number' &&
    isListOf(data.losses, isAtStep) &&
    isListOf(data.evals, isAtStep) &&
    (data.first === undefined || isSnapshot(data.first)) &&
    (data.now === undefined || isSnapshot(data.now))
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
    Object.values(edit.effect).every((value) => value === null || isOptionalNumber(value)) &&
    typeof edit.canRevert === 'boolean'
  );
}

function isCompared(run: unknown): boolean {
  return isRecord(run) && isString(run.runId) && isString(run.name) && isListOf(run.losses, isAtStep) && isListOf(run.evals, isAtStep);
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

function isSnapshot(snapshot: unknown): boolean {
  return (
    isAtStep(snapshot) &&
    isRecord(snapshot.layers) &&
    isRecord(snapshot.params) &&
    Object.values(snapshot.layers).every((layer) => isRecord(layer) && isRecord(layer.activation)) &&
    Object.values(snapshot.params).every((param) => isRecord(param) && isRecord(param.weight) && isRecord(param.gradient))
  );
}

function isAtStep(value: unknown): value is Record<string, unknown> {
  return isRecord(value) && typeof value.step === 'number';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}

const isString = (value: unknown): boolean => typeof value === 'string';

const isNumber = (value: unknown): boolean => typeof value === 'number';

const isOptionalString = (value: unknown): boolean => value === undefined || isString(value);

const isOptionalNumber = (value: unknown): boolean => value === undefined || isNumber(value);

const isOptionalSteps = (value: unknown): boolean => value === undefined || isListOf(value, isNumber);
