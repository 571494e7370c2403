import type { CarryOptions, Plan } from '../train/protocol';
import type { SavedCheckpoint } from './checkpointFiles';
import type { RunStore } from './runStore';
import type { StartPoint } from './training';

/** Of edits that are made again; how they were made the first time is not kept. */
const CARRY: CarryOptions = { resized: 'fresh', inserted: 'continue' };

/**
 * Where a trainer that takes a run over goes on.
 * @param from the last checkpoint
 * @param isEdited whether edits that took over after it are made again
 */
export async function resumePoint(
  store: RunStore,
  from: SavedCheckpoint | undefined,
  planOf: (text: string) => Promise<Plan>,
  isEdited: boolean,
): Promise<StartPoint> {
  const lastEdit = from?.edit ?? 0;
  const [before, after] = [store.textAfter(lastEdit), store.textAfter(store.lastEdit)];
  const plan = await planOf(before);
  if (before === after || !isEdited) return { plan, from, lastEdit };
  return { plan, from, lastEdit, edit: { id: store.lastEdit, plan: await planOf(after), carry: CARRY } };
}
