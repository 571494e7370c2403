import { formatCount, formatNumber } from '../base/format';
import { textDifference } from '../model/textDifference';
import type { RunStore } from '../run/runStore';
import type { Arguments } from './arguments';
import { readRun } from './savedRuns';
import { table } from './table';

/** What is told of a run beside others. */
interface Row {
  folder: string;
  name: string;
  state: string;
  steps: number;
  /** Of the last evaluation; null: not finite. */
  train_loss?: number | null;
  val_loss?: number | null;
  best?: { metric: string; value: number; step: number };
  /** Rules, most probable cause first. */
  findings: string[];
  /** What its model file has other than that of the first run, in the file's words. */
  differs: string[];
}

/** Prints runs side by side: how far they came, their scores, what was found, and what their model files differ in. */
export async function compareRuns({ files, json }: Arguments): Promise<void> {
  const stores = await Promise.all(files.map(readRun));
  const rows = stores.map((store, index) => rowOf(files[index], store, stores[0]));
  const lines = json ? rows.map((row) => JSON.stringify(row)) : [overview(rows), '', ...differences(rows)];
  for (const line of lines) process.stdout.write(`${line}\n`);
}

function rowOf(folder: string, store: RunStore, first: RunStore): Row {
  const { name, title, state, step, evals, best, findings = [] } = store.run;
  const { train_loss, val_loss } = evals.at(-1) ?? {};
  const differs = textDifference(first.textAfter(first.lastEdit), store.textAfter(store.lastEdit));
  return { folder, name: title ?? name, state, steps: step, train_loss, val_loss, best, findings: findings.map(({ rule }) => rule), differs };
}

function overview(rows: readonly Row[]): string {
  const loss = (value: number | null | undefined) => (value === undefined ? '–' : formatNumber(value));
  const cells = rows.map(({ folder, name, state, steps, train_loss, val_loss, best, findings }) => [
    folder,
    name,
    state,
    formatCount(steps),
    loss(train_loss),
    loss(val_loss),
    best ? `${best.metric} ${formatNumber(best.value)} at step ${formatCount(best.step)}` : '–',
    findings.join(', ') || '–',
  ]);
  return table(['run', 'model', 'state', 'steps', 'training loss', 'validation loss', 'best', 'findings'], cells);
}

const differences = ([first, ...others]: readonly Row[]): string[] =>
  others.map(({ folder, differs }) => `${folder} differs from ${first.folder}: ${differs.length > 0 ? differs.join('; ') : 'in nothing'}`);
