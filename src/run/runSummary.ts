import * as z from 'zod';
import { type Finding, RULE_IDS, type RuleId } from '../diagnose/finding';
import type { ProblemLevel } from '../model/problem';
import type { EvalEvent } from '../train/protocol';
import type { RunState } from '../view/protocol';
import type { History } from './history';

/** The first one that an evaluation has is shown: of the validation split where there is one. */
const METRICS = ['val_accuracy', 'val_r2', 'val_loss', 'train_accuracy', 'train_r2', 'train_loss'] as const;

/** The run that another one branched off, and where. */
export interface Parent {
  runId: string;
  name: string;
  step: number;
}

/** Which run, and of which file; known before its first event. */
export interface RunIdentity {
  runId: string;
  /** Workspace-relative path of the model file. */
  file: string;
  /** The model file's URI. */
  uri: string;
  name: string;
  /** The model file as the run begins with it. */
  text: string;
  parent?: Parent;
}

/** What `best.safetensors` holds: where the best evaluation was, and what is shown of it. */
export interface BestScore {
  step: number;
  metric: (typeof METRICS)[number];
  value: number;
}

/** A finding as far as a list of runs tells of it. */
export interface FindingNote {
  rule: RuleId;
  level: ProblemLevel;
  layer?: string;
  message: string;
  /** Steps done when it was first found. */
  step: number;
  cause?: RuleId;
}

/** run.json: all that a list of runs shows. */
export interface RunSummary {
  version: 2;
  runId: string;
  name: string;
  file: string;
  uri: string;
  /** ISO 8601, as is `updated`. */
  created: string;
  updated: string;
  /** As its trainer's process left it: an active one that no process holds any more was interrupted. */
  state: RunState;
  message?: string;
  step: number;
  steps: number;
  /** Of training, without pauses. */
  seconds: number;
  params: number;
  best?: BestScore;
  /** What was found and still stands, most probable cause first; absent where nothing is. */
  findings?: FindingNote[];
  /** The user's name for it. */
  title?: string;
  isPinned?: boolean;
  parent?: Parent;
}

const count = z.int().min(0);
const when = z.iso.datetime();

const summary = z.object({
  version: z.literal(2),
  runId: z.string(),
  name: z.string(),
  file: z.string(),
  uri: z.string(),
  created: when,
  updated: when,
  state: z.enum(['queued', 'starting', 'running', 'paused', 'finished', 'stopped', 'interrupted', 'failed']),
  message: z.string().optional(),
  step: count,
  steps: count,
  seconds: z.number().min(0),
  params: count,
  best: z
    .object({
      step: count,
      metric: z.enum(METRICS),
      value: z.number(),
    })
    .optional(),
  // Of another version with other rules: better a run without its findings than none.
  findings: z
    .array(
      z.object({
        rule: z.enum(RULE_IDS),
        level: z.enum(['error', 'warning', 'hint']),
        layer: z.string().optional(),
        message: z.string(),
        step: count,
        cause: z.enum(RULE_IDS).optional(),
      }),
    )
    .optional()
    .catch(undefined),
  title: z.string().optional(),
  isPinned: z.boolean().optional(),
  parent: z.object({ runId: z.string(), name: z.string(), step: count }).optional(),
}) satisfies z.ZodType<RunSummary>;

export const encodeSummary = (run: RunSummary): string => `${JSON.stringify(run, undefined, 2)}\n`;

/** What a run.json says; undefined when it is damaged or of another version. */
export function decodeSummary(text: string): RunSummary | undefined {
  try {
    return summary.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Of a run as it is now; all else that `run` has is left out. */
export function summaryOf(run: Omit<RunSummary, 'version'>): RunSummary {
  const { runId, name, file, uri, created, updated, state, message, step, steps, seconds, params, best, findings, title, isPinned, parent } = run;
  const more = { message, best, findings, title, isPinned, parent };
  const known = Object.entries(more).filter(([, value]) => value !== undefined);
  const always = { version: 2 as const, runId, name, file, uri, created, updated, state, step, steps, seconds, params };
  return { ...always, ...(Object.fromEntries(known) as typeof more) };
}

/** What can be told of a run whose run.json is lost. */
export function summaryWithout(runId: string, history: History): RunSummary {
  const { steps, params } = history.stages.newest.layout;
  const then = new Date(0).toISOString();
  const known = { runId, name: history.start?.name ?? runId, step: history.step, steps, params, seconds: history.ended?.seconds ?? 0 };
  return { version: 2, file: '', uri: '', created: then, updated: then, state: 'interrupted', message: 'Its run.json is damaged.', ...known };
}

export const noteOf = ({ rule, level, place: { layer }, message, step, cause }: Finding): FindingNote => ({
  rule,
  level,
  ...(layer !== undefined && { layer }),
  message,
  step,
  ...(cause && { cause }),
});

/** What is shown of the best evaluation. */
export function scoreOf(best: EvalEvent | undefined): { best?: BestScore } {
  if (!best) return {};
  const metric = METRICS.find((name) => typeof best[name] === 'number');
  return metric ? { best: { step: best.step, metric, value: best[metric]! } } : {};
}
