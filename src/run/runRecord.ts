import type { RunView } from '../view/protocol';
import type { History } from './history';
import { type BestScore, type FindingNote, type RunIdentity, type RunSummary, scoreOf } from './runSummary';

/** A run as it is shown and kept. */
export type RunRecord = RunView &
  RunIdentity & {
    /** ISO 8601, as is `updated`. */
    created: string;
    updated: string;
    /** Of training, without pauses. */
    seconds: number;
    title?: string;
    isPinned?: boolean;
    best?: BestScore;
    findings?: FindingNote[];
  };

/** The record of a run from disk, without what a Projection brings in. Where both know, the history is right. */
export function recordOf({ version: _, ...summary }: RunSummary, history: History): RunRecord {
  const { losses, evals, stages } = history;
  const view = {
    stepsPerSecond: 0,
    engine: history.start?.engine ?? '',
    engineReason: history.start?.engine_reason,
    layers: [],
    modes: [],
    edits: [],
    checkpoints: [],
  };
  const series = { losses: losses.points, evals: evals.points, text: stages.all[0].text };
  const { steps, params } = stages.newest.layout;
  const figures = { step: Math.max(summary.step, history.step), steps: steps || summary.steps, params: params || summary.params };
  return { ...summary, ...view, ...series, ...figures, ...scoreOf(history.best) };
}

/** What of a run a page is told. */
export function viewOf({ text, uri, created, updated, seconds, title, isPinned, best, findings, ...view }: RunRecord): RunView {
  return view;
}
