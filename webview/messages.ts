import type { ToView } from '../src/view/protocol';

/** The message if it is one that the dashboard understands, else undefined: a webview also hears from browser extensions and VS Code itself. */
export function readMessage(data: unknown): ToView | undefined {
  if (!isRecord(data)) return undefined;
  switch (data.type) {
    case 'hydrate':
      return isOptionalString(data.selectedLayer) && (data.run === undefined || isRun(data.run)) ? (data as unknown as ToView) : undefined;
    case 'update':
      return isProgress(data) ? (data as unknown as ToView) : undefined;
    case 'select':
      return isOptionalString(data.layer) ? (data as unknown as ToView) : undefined;
    default:
      return undefined;
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
    isListOf(run.layers, isLayer)
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

function isLayer(layer: unknown): boolean {
  return (
    isRecord(layer) &&
    typeof layer.name === 'string' &&
    typeof layer.type === 'string' &&
    typeof layer.line === 'number' &&
    typeof layer.params === 'number' &&
    isListOf(layer.output, (size) => typeof size === 'number')
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

function isOptionalString(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

function isOptionalNumber(value: unknown): boolean {
  return value === undefined || typeof value === 'number';
}
