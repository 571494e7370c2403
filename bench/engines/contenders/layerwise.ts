import * as ort from 'onnxruntime-web';
import { Trainer } from '../../../src/train/trainer';
import { serve, type Statistics } from './serve';

/** As the extension takes them by its settings' defaults. */
const SAMPLED = { statsEvery: 10, statsShare: 0.05 };
const TAKEN: Record<Statistics, { statsEvery: number; statsShare?: number }> = {
  none: { statsEvery: 0 },
  all: { statsEvery: 1 },
  sampled: SAMPLED,
};

ort.env.wasm.numThreads = 1;

/** Sessions are made inside of the trainer; how long that takes is the engine's affair alone. */
let compiling = 0;
const { create } = ort.InferenceSession;
Object.assign(ort.InferenceSession, {
  create: async (...args: Parameters<typeof create>) => {
    const began = performance.now();
    const session = await create.apply(ort.InferenceSession, args);
    compiling += performance.now() - began;
    return session;
  },
});

serve(async ({ text, data, weights }, statistics) => {
  const files = { './data.npz': data, './init.safetensors': weights };
  const trainer = await Trainer.create({ text, files, steps: 1e9, ...TAKEN[statistics] });
  return {
    compile: compiling,
    step: async () => (await trainer.nextStep()).loss ?? NaN,
  };
});
