import { type Engine } from '../../../../src/train/engines/engine';
import { SessionPool } from '../../../../src/train/session';
import { Trainer } from '../../../../src/train/trainer';
import type { Files, Statistics, Training } from '../serve';

/** `sampled` is as the extension takes them by its settings' defaults. */
const TAKEN: Record<Statistics, { statsEvery: number; statsShare?: number }> = {
  none: { statsEvery: 0 },
  all: { statsEvery: 1 },
  sampled: { statsEvery: 10, statsShare: 0.05 },
};

/** The extension's own trainer on one of its engines. */
export const trainOn =
  (open: () => Promise<Engine>) =>
  async ({ text, data, weights }: Files, statistics: Statistics): Promise<Training> => {
    const files = { './data.npz': data, './init.safetensors': weights };
    const engine = await open();
    // Sessions are made inside of the trainer; how long that takes is the engine's affair alone.
    let compile = 0;
    const timed: Engine = {
      ...engine,
      compile: async (...args) => {
        const began = performance.now();
        const session = await engine.compile(...args);
        compile += performance.now() - began;
        return session;
      },
    };
    const trainer = await Trainer.create({ text, files, steps: 1e9, ...TAKEN[statistics] }, undefined, new SessionPool(timed));
    const losses: number[] = [];
    return {
      compile,
      step: async () => {
        if (losses.length === 0) losses.push(...(await trainer.nextSteps()).map(({ loss }) => loss ?? NaN));
        return losses.shift()!;
      },
    };
  };
