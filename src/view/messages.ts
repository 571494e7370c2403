import * as z from 'zod';
import { RULE_IDS } from '../diagnose/finding';
import type { FromView } from './protocol';

const runId = z.string().min(1).max(200);
const step = z.int().min(0);
const edit = z.int().min(0);

/** Characters of an exported file: a large chart as PNG, in base64. */
const MOST_EXPORTED = 40 * 2 ** 20;

const rule = z.enum(RULE_IDS);

const fromView = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('select'), layer: z.string() }),
  z.object({ type: z.literal('command'), command: z.enum(['train', 'pause', 'resume', 'step', 'stop']) }),
  z.object({ type: z.literal('watch'), runId, layer: z.string().optional() }),
  z.object({
    type: z.literal('export'),
    name: z.string().min(1).max(200),
    format: z.enum(['png', 'svg', 'csv']),
    data: z.string().max(MOST_EXPORTED),
  }),
  z.object({ type: z.literal('time'), runId, step }),
  z.object({ type: z.literal('branch'), runId, step }),
  z.object({ type: z.literal('revert'), runId, edit }),
  z.object({ type: z.literal('diff'), runId, edit }),
  z.object({ type: z.literal('endComparison') }),
  z.object({ type: z.literal('revealFinding'), runId, rule, layer: z.string().optional() }),
  z.object({ type: z.literal('explain'), rule }),
  z.object({ type: z.literal('applyFix'), runId, rule, fix: z.int().min(0) }),
  z.object({ type: z.literal('tryFixes'), runId }),
  z.object({ type: z.literal('stopTrials'), runId }),
  z.object({ type: z.literal('applyTrial'), runId, trial: z.int().min(0) }),
]) satisfies z.ZodType<FromView>;

/** A page is not trusted: what it sends is looked at before it is believed. */
export const isFromView = (message: unknown): message is FromView => fromView.safeParse(message).success;
