import { rounded } from '../base/rounded';
import type { LossPoint, ToView } from './protocol';

/** Digits of a number that is sent: float32 has seven, charts and tables show four. */
const DIGITS = 6;

/** Points of a loss curve by column: a third of their JSON. A column whose numbers are all alike is one number; without `total_loss`: there are no penalties. */
export interface LossColumns {
  step: number[];
  loss: (number | null)[];
  total_loss?: (number | null)[];
  lr: number | number[];
  grad_norm: (number | null)[];
}

/** Parts of a message that are much and only drawn. */
const DRAWN = ['first', 'now', 'before', 'firstProfile', 'profile', 'modes', 'moments', 'normalisation', 'snapshot'];

/** A message as it crosses to the page, which is told of dozens of layers many times a second. */
export function packMessage(message: ToView): object {
  if (message.type === 'hydrate')
    return { ...message, run: message.run && packParts(message.run), compared: message.compared.map((run) => packParts(run)) };
  return packParts(message);
}

function packParts(parts: object): object {
  return Object.fromEntries(
    Object.entries(parts).map(([key, value]: [string, unknown]) => {
      if (key === 'losses') return [key, columnsOf(value as LossPoint[])];
      return [key, DRAWN.includes(key) ? brief(value) : value];
    }),
  );
}

/** Every number in a value with as many digits as are sent. */
function brief(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? value : rounded(value, DIGITS);
  if (Array.isArray(value)) return value.map(brief);
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = {};
  // Layers are named by the user.
  for (const [key, part] of Object.entries(value)) Object.defineProperty(copy, key, { value: brief(part), enumerable: true });
  return copy;
}

export function columnsOf(points: readonly LossPoint[]): LossColumns {
  const column = (key: 'loss' | 'total_loss' | 'grad_norm') => points.map((point) => brief(point[key]) as number | null);
  const hasPenalties = points.some(({ loss, total_loss }) => loss !== total_loss);
  const rates = points.map(({ lr }) => lr);
  return {
    step: points.map(({ step }) => step),
    loss: column('loss'),
    ...(hasPenalties && { total_loss: column('total_loss') }),
    lr: rates.every((lr) => lr === rates[0]) ? (rates[0] ?? 0) : rates.map((lr) => rounded(lr, DIGITS)),
    grad_norm: column('grad_norm'),
  };
}

export const pointsOf = ({ step, loss, total_loss = loss, lr, grad_norm }: LossColumns): LossPoint[] =>
  step.map((at, i) => ({ step: at, loss: loss[i], total_loss: total_loss[i], lr: typeof lr === 'number' ? lr : lr[i], grad_norm: grad_norm[i] }));
