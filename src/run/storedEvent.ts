import * as z from 'zod';
import type { DataFacts } from '../data/facts';
import { BINS, MOST_UNITS, type Distribution, type ObservationEvent } from '../train/observation';
import type { EditEvent, EvalEvent, LayerStats, ParamStats, ResumeEvent, RunEvent, StartEvent } from '../train/protocol';
import type { EditEffect, LossPoint, StatsSnapshot } from '../view/protocol';

export type EndEvent = Extract<RunEvent, { type: 'end' }>;

/** A line of events.jsonl: a run event in the bounded form that the history has it in. */
export type StoredEvent =
  /** `thinned`: steps that two points of a kind are apart at least, where there were too many. */
  | (StartEvent & { thinned?: Thinned })
  /** The mean of the steps since the line before of its type. */
  | (LossPoint & { type: 'step' })
  | (StatsSnapshot & { type: 'statistics' })
  | EvalEvent
  | ObservationEvent
  /** `effect` where more steps do not change it. */
  | (EditEvent & { effect?: EditEffect })
  | ResumeEvent
  | EndEvent;

export interface Thinned {
  losses: number;
  evals: number;
  statistics: number;
  observations: number;
}

const count = z.int().min(0);
/** JSON has null for what is not finite. */
const rate = z
  .number()
  .nullable()
  .transform((value) => value ?? Infinity);
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

const classFacts = z.object({ kind: z.literal('class'), counts: z.array(count), names: z.array(z.string()).optional() });
const numberFacts = z.object({
  kind: z.literal('number'),
  columns: count,
  mean: z.number(),
  variance: z.number(),
  rms: z.number(),
  min: z.number(),
  max: z.number(),
  distinct: count,
  isInteger: z.boolean(),
});
const facts = z.object({
  samples: count,
  sampleShape: z.array(count),
  inputs: z.object({ rms: z.number(), mean: z.number(), min: z.number(), max: z.number(), stdRatio: z.number(), constants: count }),
  targets: z.discriminatedUnion('kind', [classFacts, numberFacts]),
  validation: z.object({ samples: count, overlap: z.number(), repeated: z.number(), shift: z.number() }).optional(),
  signal: z
    .object({
      method: z.enum(['neighbours', 'linear']),
      score: z.number(),
      noSkill: z.number(),
      standardError: z.number(),
      isNone: z.boolean(),
    })
    .optional(),
}) satisfies z.ZodType<DataFacts>;
const layout = {
  params: count,
  layers: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      line: z.number(),
      output: z.array(z.number()),
      params: count,
      inputs: z.array(z.string()).optional(),
      block: z.string().optional(),
      receptiveField: z.number().optional(),
    }),
  ),
  steps: count,
  batch_size: count,
  samples: count,
  validation_samples: count,
  no_skill_loss: z
    .number()
    .nullish()
    .transform((value) => value ?? undefined),
  memory: z.number().nonnegative().optional(),
  // Of another version with other facts: better a run without them than none.
  facts: facts.optional().catch(undefined),
};
const start = z.object({
  type: z.literal('start'),
  name: z.string(),
  engine: z.string(),
  engine_reason: z.string().optional(),
  ...layout,
  thinned: z
    .object({ losses: z.number().min(1), evals: z.number().min(0), statistics: z.number().min(0), observations: z.number().min(0).default(0) })
    .optional(),
});
const step = z.object({
  type: z.literal('step'),
  step: count,
  loss: figure,
  total_loss: figure,
  lr: rate,
  grad_norm: figure,
});
const statistics = z.object({
  type: z.literal('statistics'),
  step: count,
  layers: z.record(z.string(), layerStats),
  params: z.record(z.string(), paramStats),
});
const evaluation = z.object({
  type: z.literal('eval'),
  step: count,
  train_loss: figure,
  val_loss: figure.optional(),
  gap: figure.optional(),
  train_accuracy: z.number().optional(),
  val_accuracy: z.number().optional(),
  train_r2: figure.optional(),
  val_r2: figure.optional(),
  is_best: z.literal(true).optional(),
});
const distribution = z.object({
  percentiles: z.tuple([z.number(), z.number(), z.number(), z.number(), z.number()]).optional(),
  from: z.number(),
  to: z.number(),
  counts: z.array(count).max(BINS),
  non_finite: count,
}) satisfies z.ZodType<Distribution>;
const observation = z.object({
  type: z.literal('observation'),
  step: count,
  samples: count,
  layers: z.record(
    z.string(),
    z.object({
      activation: distribution,
      gradient: distribution.optional(),
      input: distribution.optional(),
      active: z.array(z.number()).max(MOST_UNITS).optional(),
      units: count.optional(),
    }),
  ),
  params: z.record(z.string(), z.object({ weight: distribution, gradient: distribution.optional(), update: distribution.optional() })),
  modes: z.object({ train: figure, eval: figure }).optional(),
}) satisfies z.ZodType<ObservationEvent>;
const names = z.array(z.string());
const edit = z.object({
  type: z.literal('edit'),
  id: z.int().min(1),
  step: count,
  changes: names,
  text: z.string(),
  carried: z.object({ kept: count, resized: names, fresh: names, dropped: names }),
  ...layout,
  effect: z
    .object({
      slopeBefore: z.number().optional(),
      slopeAfter: z.number().optional(),
      flowBefore: z.number().optional(),
      flowAfter: z.number().optional(),
    })
    .optional(),
});
const resume = z.object({ type: z.literal('resume'), step: count });
const end = z.object({ type: z.literal('end'), steps: count, eval_loss: figure, seconds: z.number().min(0), stopped: z.boolean() });

const storedEvent = z.discriminatedUnion('type', [
  start,
  step,
  statistics,
  evaluation,
  observation,
  edit,
  resume,
  end,
]) satisfies z.ZodType<StoredEvent>;

/** The event in a line of events.jsonl; undefined where it is damaged. */
export function decodeEvent(line: string): StoredEvent | undefined {
  try {
    return storedEvent.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
