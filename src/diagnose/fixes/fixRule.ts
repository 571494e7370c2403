import type { Spec } from '../../model/spec';
import { writeNumber } from '../../model/writeYaml';
import type { FixKind, RequestOf } from '../fix';
import type { ModelFile, Standing } from './modelFile';

/** How a kind of fix is written. */
export interface FixRule<Kind extends FixKind> {
  /** Whether a run has to begin anew for it to help. */
  needsRestart: (request: RequestOf<Kind>, spec: Spec) => boolean;
  /** Notes its edits and gives its title; undefined where there is nothing to do. */
  write: (request: RequestOf<Kind>, file: ModelFile) => string | undefined;
}

export type FixRules<Kind extends FixKind> = { [K in Kind]: FixRule<K> };

export const restarts = () => true;
export const goesOn = () => false;

/** `lr: 0.6 → 0.003`; `clip_grad_norm: 1` where there was none. */
export function changed(key: string, before: unknown, after: unknown): string {
  return before === undefined ? `${key}: ${inWords(after)}` : `${key}: ${inWords(before)} → ${inWords(after)}`;
}

function inWords(value: unknown): string {
  if (typeof value === 'number') return writeNumber(value);
  return Array.isArray(value) ? `[${value.map(inWords).join(', ')}]` : String(value);
}

/** `linear1`, or `4 layers`. */
export const counted = (standings: readonly Standing[]): string => (standings.length === 1 ? standings[0].entry.name : `${standings.length} layers`);

/** `ReLU, Tanh`: each type once. */
export const typesOf = (standings: readonly Standing[]): string => [...new Set(standings.map(({ entry }) => entry.type))].join(', ');
