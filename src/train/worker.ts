import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort } from 'node:worker_threads';
import type { FromTrainer, Tensors, ToTrainer } from './protocol';
import { nodeEngines } from './engines/nodeEngines';
import { configureEngine } from './engines/wasm';
import { TrainingLoop } from './trainingLoop';

// The thread that trains: dist/trainer.js. The engine's WASM file lies beside it.
const port = parentPort!;
const beside = (file: string) => pathToFileURL(join(__dirname, file)).href;
configureEngine({ wasmPaths: { mjs: beside('ort-wasm-simd-threaded.mjs'), wasm: beside('ort-wasm-simd-threaded.wasm') }, threads: 1 });

const loop = new TrainingLoop((message) => port.postMessage(message, buffersOf(message)), nodeEngines(beside));
port.on('message', (message: ToTrainer) => loop.handle(message));

/** A checkpoint's arrays are handed over, not copied again. */
function buffersOf(message: FromTrainer): ArrayBuffer[] {
  if (message.type !== 'checkpoint' && message.type !== 'done') return [];
  const { checkpoint, best } = message;
  const all: Tensors[] = [
    checkpoint.tensors,
    ...Object.values(checkpoint.optimizer),
    ...(best ? [best.tensors] : []),
    ...(checkpoint.stopping ? [checkpoint.stopping.tensors] : []),
  ];
  return all.flatMap((tensors) => Object.values(tensors).map(({ data }) => data.buffer as ArrayBuffer));
}
