import type { ToTrainer } from './protocol';
import { configureEngine } from './engines/wasm';
import { TrainingLoop } from './trainingLoop';
import { buffersOf } from './transfer';

/** The first message: the engine, which nothing but the extension can load. */
export interface EngineMessage {
  type: 'engine';
  /** URL of its module. */
  mjs: string;
  wasm: ArrayBuffer;
}

// The browser's thread that trains: dist/web/trainer.js, a classic script. Its typings are those of a page.
const port = self as unknown as Worker;
// Node ends a thread for it; here nobody would hear of it.
self.addEventListener('unhandledrejection', ({ reason }) => reportError(reason));

const loop = new TrainingLoop((message) => port.postMessage(message, buffersOf(message)), { open: {}, cores: 1 });
port.addEventListener('message', ({ data }: MessageEvent<EngineMessage | ToTrainer>) => {
  // Without cross-origin isolation there is one thread.
  if (data.type === 'engine') configureEngine({ wasmPaths: { mjs: data.mjs }, wasmBinary: data.wasm, threads: 1 });
  else loop.handle(data);
});
