import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort } from 'node:worker_threads';
import type { ToTrainer } from './protocol';
import { nodeEngines } from './engines/nodeEngines';
import { configureEngine } from './engines/wasm';
import { TrainingLoop } from './trainingLoop';
import { buffersOf } from './transfer';

// The thread that trains: dist/trainer.js. The engine's WASM file lies beside it.
const port = parentPort!;
const beside = (file: string) => pathToFileURL(join(__dirname, file)).href;
configureEngine({ wasmPaths: { mjs: beside('ort-wasm-simd-threaded.mjs'), wasm: beside('ort-wasm-simd-threaded.wasm') }, threads: 1 });

const loop = new TrainingLoop((message) => port.postMessage(message, buffersOf(message)), nodeEngines(beside));
port.on('message', (message: ToTrainer) => loop.handle(message));
