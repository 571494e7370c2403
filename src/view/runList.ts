import type { Run } from '../run/run';

type Entry = Pick<Run, 'id' | 'state' | 'isElsewhere' | 'summary'>;

/** How many runs of this window have to end before a queued one begins: it, and those that queued before it. */
export function runsAhead(run: Entry, active: readonly Entry[]): number {
  const queue = active.filter(({ state, isElsewhere }) => state === 'queued' && !isElsewhere);
  return 1 + queue.filter(({ summary }) => summary.created < run.summary.created).length;
}

/** The branches of `parent` in the order of `runs`; without one those that stand at the top: of no parent, or of one that is gone. */
export function branchesOf<T extends Pick<Run, 'id' | 'summary'>>(parent: T | undefined, runs: readonly T[]): T[] {
  if (parent) return runs.filter(({ summary }) => summary.parent?.runId === parent.id);
  const ids = new Set(runs.map(({ id }) => id));
  return runs.filter(({ summary }) => !summary.parent || !ids.has(summary.parent.runId));
}
