import { Examiner } from '../../src/train/examiner';
import type { Outcome } from '../../src/train/outcome';
import { prepare, type Prepared } from '../../src/train/prepare';
import type { Feeds } from '../../src/train/session';
import { SessionPool } from '../../src/train/session';
import { freshStart, packVectors } from '../../src/train/stateVectors';

export interface Given {
  text: string;
  /** Data files by the path that the text names. */
  files?: Record<string, string | Uint8Array>;
  /** The numbers of a parameter or of running statistics by their state_dict name; absent: as training begins. */
  tensor?: (name: string) => ArrayLike<number>;
}

export async function preparedModel({ text, files = {}, tensor }: Given): Promise<{ prepared: Prepared; weights: Feeds }> {
  const bytes = Object.fromEntries(
    Object.entries(files).map(([path, content]) => [path, typeof content === 'string' ? new TextEncoder().encode(content) : content]),
  );
  const plan = { text, files: bytes, statsEvery: 0 };
  const prepared = await prepare(plan);
  const { params, frozen, buffers } = packVectors(prepared, tensor ? (name) => Float32Array.from(tensor(name)) : freshStart(plan, prepared));
  return { prepared, weights: { params, ...(frozen && { frozen }), ...(buffers && { buffers }) } };
}

/** What a model with the given weights makes of its data, by the real engine. */
export async function examined(given: Given): Promise<Outcome> {
  const { prepared, weights } = await preparedModel(given);
  const sessions = new SessionPool();
  const examiner = new Examiner(prepared, sessions);
  const outcome = await examiner.examine({ step: 7, weights });
  await examiner.release();
  if (sessions.size > 0) throw new Error('A session was not released.');
  return outcome;
}

/** Numbers without a pattern, the same on every call. */
export const scattered = (length: number, size = 1): number[] => Array.from({ length }, (_, i) => size * Math.sin(12.9898 * (i + 1) + 0.3 * i * i));
