import { configureEngine } from './engines/wasm';
import { Trainer } from './trainer';

const TINY = `
data: {source: glyphs, samples: 300, validation: 0.2}
model: [Flatten, {Linear: 16}, BatchNorm1d, ReLU, {Linear: 10}]
loss: CrossEntropyLoss
optimizer: Adam
train: {batch_size: 32, steps: 3}
`;

/** Trains something tiny: the engine is loaded then, and V8 has seen the code that a run begins with. */
export async function warmUp(threads: number): Promise<void> {
  configureEngine({ threads });
  try {
    const trainer = await Trainer.create({ text: TINY, files: {}, statsEvery: 1 });
    while (!trainer.isFinished) await trainer.next();
    await trainer.release();
  } catch {
    // Where the engine cannot be loaded, the run that asks for it says so.
  }
}
