import * as z from 'zod';
import type { EvalEvent, LayerStats, ParamStats } from '../train/protocol';
import type { RunRecord } from './runStore';

const VERSION = 1;

const figure = z.number().nullable();
const channels = z.object({ mean: figure, std: figure, min: figure, max: figure });
const tensor = channels.extend({ l2: figure, zero_fraction: figure, non_finite: z.number() });
const layerStats = z.object({
  activation: tensor,
  gradient: tensor.optional(),
  dead_units: z.number().optional(),
  units: z.number().optional(),
  saturated_fraction: z.number().optional(),
  normalisation: z.record(z.string(), channels).optional(),
}) satisfies z.ZodType<LayerStats>;
const paramStats = z.object({ weight: tensor, gradient: tensor, update_l2: figure, update_ratio: figure }) satisfies z.ZodType<ParamStats>;
const snapshot = z.object({ step: z.number(), layers: z.record(z.string(), layerStats), params: z.record(z.string(), paramStats) });
const evaluation = z.object({
  type: z.literal('eval'),
  step: z.number(),
  train_loss: figure,
  val_loss: figure.optional(),
  gap: figure.optional(),
  train_accuracy: z.number().optional(),
  val_accuracy: z.number().optional(),
  train_r2: figure.optional(),
  val_r2: figure.optional(),
}) satisfies z.ZodType<EvalEvent>;

const runRecord = z.object({
  runId: z.string(),
  name: z.string(),
  file: z.string(),
  uri: z.string(),
  state: z.enum(['starting', 'running', 'paused', 'finished', 'stopped', 'failed']),
  message: z.string().optional(),
  step: z.number(),
  steps: z.number(),
  stepsPerSecond: z.number(),
  engine: z.string(),
  params: z.number(),
  noSkillLoss: z.number().optional(),
  layers: z.array(z.object({ name: z.string(), type: z.string(), line: z.number(), output: z.array(z.number()), params: z.number() })),
  losses: z.array(z.object({ step: z.number(), loss: figure, total_loss: figure, lr: z.number(), grad_norm: figure })),
  evals: z.array(evaluation),
  first: snapshot.optional(),
  now: snapshot.optional(),
}) satisfies z.ZodType<RunRecord>;

const saved = z.object({ version: z.literal(VERSION), run: runRecord });

/** A run as the text of its file. */
export const encodeRun = (run: RunRecord): string => JSON.stringify({ version: VERSION, run });

/** The run in a file's text; undefined when it is damaged or of another version. */
export function decodeRun(text: string): RunRecord | undefined {
  try {
    return saved.parse(JSON.parse(text)).run;
  } catch {
    return undefined;
  }
}
