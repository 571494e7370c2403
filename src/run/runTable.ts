import { type Cell, csvText } from '../base/csvText';
import type { RunStore } from './runStore';

const LOSSES = ['loss', 'total_loss', 'lr', 'grad_norm'] as const;
const EVALS = ['train_loss', 'val_loss', 'gap', 'train_accuracy', 'val_accuracy', 'train_r2', 'val_r2'] as const;

/** Losses and evaluations of a run as CSV, a row for each step that has any; columns that are empty throughout are left out. */
export function runCsv({ run: { losses, evals } }: RunStore): string {
  const keys = [...LOSSES, ...EVALS.filter((key) => evals.some((evaluation) => evaluation[key] !== undefined))];
  const rows = new Map<number, Partial<Record<(typeof keys)[number], Cell>>>();
  for (const point of [...losses, ...evals]) rows.set(point.step, { ...rows.get(point.step), ...point });
  const steps = [...rows.keys()].sort((a, b) => a - b);
  return csvText(
    ['step', ...keys],
    steps.map((step) => [step, ...keys.map((key) => rows.get(step)![key])]),
  );
}
