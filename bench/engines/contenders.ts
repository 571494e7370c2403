import type { Statistics } from './contenders/serve';

/** An engine that trains the workloads, in a process of its own. */
export interface Contender {
  /** As `--only` says it. */
  name: string;
  title: string;
  /** In `contenders/`: TypeScript and modules are bundled, Python is run as it is. All of them speak as `contenders/serve.ts` does. */
  script: string;
  /** What it can be told to take beside training. */
  statistics: readonly Statistics[];
  /** Those that it trains, where it is not all. */
  workloads?: readonly string[];
  /** Not every machine has what it computes on: it is told, and nothing is wrong. */
  mayFail?: true;
}

/** Who is measured. A further engine is a further row. */
export const CONTENDERS: readonly Contender[] = [
  { name: 'ours', title: 'Layerwise, WASM', script: 'layerwise/wasm.ts', statistics: ['none', 'sampled', 'all'] },
  { name: 'native', title: 'Layerwise, native', script: 'layerwise/native.ts', statistics: ['none', 'sampled', 'all'] },
  { name: 'webgpu', title: 'Layerwise, WebGPU', script: 'layerwise/webgpu.ts', statistics: ['none', 'sampled', 'all'], mayFail: true },
  { name: 'hand', title: 'ONNX by hand, WASM', script: 'handmade.ts', statistics: ['none'], workloads: ['W1'] },
  { name: 'jax', title: 'jax-js, WASM', script: 'jax/train.mjs', statistics: ['none', 'all'] },
  { name: 'tfjs', title: 'TensorFlow.js, WASM', script: 'tensorflow/train.mjs', statistics: ['none', 'all'] },
  { name: 'torch', title: 'PyTorch, CPU', script: 'pytorch.py', statistics: ['none', 'all'] },
];

/** What the others are compared with: who computes on one thread of the processor. */
export const OURS = CONTENDERS.slice(0, 2);
