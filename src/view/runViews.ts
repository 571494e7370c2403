import { textDifference } from '../model/textDifference';
import type { RunStore, RunSummary } from '../run/runStore';
import type { ComparedRun, RunView } from './protocol';
import { labelOf } from './runItem';

/** What can be shown of a run before its history is read, or where that fails. */
export function summaryView(summary: RunSummary, message = summary.message): RunView {
  const { runId, file, state, step, steps, params, parent } = summary;
  const none = { engine: '', stepsPerSecond: 0, layers: [], losses: [], evals: [], modes: [], edits: [], checkpoints: [] };
  return { ...none, runId, name: labelOf(summary), file, state, message, step, steps, params, parent };
}

/** What a user calls each of these runs; those called the same are told apart by when they began. */
export function tellApart(summaries: readonly Pick<RunSummary, 'name' | 'title' | 'created'>[]): string[] {
  const labels = summaries.map(labelOf);
  return labels.map((label, index) => {
    const isUnique = labels.every((other, at) => at === index || other !== label);
    return isUnique ? label : `${label} (${timeOf(summaries[index].created)})`;
  });
}

/** A run that another one is compared with: its curves and layers, and what its file has other. */
export function comparedView(store: RunStore, name: string, shown: RunStore | undefined): ComparedRun {
  const { runId, losses, evals, layers, now } = store.run;
  return { runId, name, losses, evals, layers, now, differs: shown ? differenceOf(shown, store) : [] };
}

/** What each run was last found to have other; a comparison is told anew every few seconds. */
const differences = new WeakMap<RunStore, { before: string; after: string; differs: string[] }>();

function differenceOf(shown: RunStore, store: RunStore): string[] {
  const [before, after] = [shown, store].map((one) => one.textAfter(one.lastEdit));
  const known = differences.get(store);
  if (known?.before === before && known.after === after) return known.differs;
  const differs = textDifference(before, after);
  differences.set(store, { before, after, differs });
  return differs;
}

/** `10:24:05` on the user's clock. */
const timeOf = (iso: string): string => new Date(iso).toTimeString().slice(0, 8);
