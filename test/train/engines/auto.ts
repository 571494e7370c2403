import type { Engine, EngineSources, EngineWish } from '../../../src/train/engines/engine';
import { Steering } from '../../../src/train/engines/steering';
import type { RunEvent } from '../../../src/train/protocol';
import type { Trainer } from '../../../src/train/trainer';
import { MODELS } from './models';

/** A run so long that it is worth a choice. */
export const LONG = Object.values(MODELS)[0].replace('steps: 50', 'steps: 100000');

/** Trains until `auto` has chosen. WASM is as slow as on a processor that is busy with other things, so that the choice is sure. */
export async function untilChosen(sources: EngineSources, wish: Omit<EngineWish, 'use'> = {}): Promise<{ trainer: Trainer; events: RunEvent[] }> {
  const steering = new Steering(sources);
  let { trainer } = await steering.begin({ text: LONG, files: {}, statsEvery: 10, engine: { ...wish, use: 'auto' } });
  const { session } = await (trainer as unknown as { runner(size: number): Promise<{ session: { run: Engine['fetch'] } }> }).runner(32);
  const { run } = session;
  session.run = async (feeds) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return run(feeds);
  };
  const events: RunEvent[] = [];
  while (!events.some(({ type }) => type === 'engine')) {
    const next = await steering.next(trainer);
    ({ trainer } = next);
    events.push(...next.events, ...next.result);
  }
  return { trainer, events };
}
