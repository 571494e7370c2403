import * as z from 'zod';
import type { FromView } from './protocol';

const fromView = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('select'), layer: z.string() }),
  z.object({ type: z.literal('command'), command: z.enum(['train', 'pause', 'resume', 'step', 'stop']) }),
]) satisfies z.ZodType<FromView>;

/** A page is not trusted: what it sends is looked at before it is believed. */
export const isFromView = (message: unknown): message is FromView => fromView.safeParse(message).success;
