import { browserWebGpu, type WebGpuFiles } from './engines/browserWebGpu';
import { configureEngine } from './engines/wasm';
import type { FromTrainer, ToTrainer } from './protocol';
import { TrainingLoop } from './trainingLoop';
import { buffersOf } from './transfer';

/** The first message: the engine, which nothing but the extension can load. */
export interface EngineMessage {
  type: 'engine';
  /** URL of its module. */
  mjs: string;
  wasm: ArrayBuffer;
}

/** Asks the extension for another engine: the files, or the reason why there are none, are to be told to `answer`. */
export interface WebGpuRequest {
  type: 'webgpu';
  answer: MessagePort;
}

export type WebGpuAnswer = { files: WebGpuFiles } | { error: string };
export type ToWebTrainer = EngineMessage | ToTrainer;
export type FromWebTrainer = WebGpuRequest | FromTrainer;

// The browser's thread that trains: dist/web/trainer.js, a classic script. Its typings are those of a page.
const port = self as unknown as Worker;
const send = (message: FromWebTrainer, transfer: Transferable[]): void => port.postMessage(message, transfer);
// Node ends a thread for it; here nobody would hear of it.
self.addEventListener('unhandledrejection', ({ reason }) => reportError(reason));

const askForWebGpu = (): Promise<WebGpuFiles> =>
  new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<WebGpuAnswer>) => ('files' in data ? resolve(data.files) : reject(new Error(data.error)));
    send({ type: 'webgpu', answer: port2 }, [port2]);
  });

const engines = { open: { webgpu: browserWebGpu(askForWebGpu) }, cores: 1 };
const loop = new TrainingLoop((message) => send(message, buffersOf(message)), engines);
port.addEventListener('message', ({ data }: MessageEvent<ToWebTrainer>) => {
  // Without cross-origin isolation there is one thread.
  if (data.type === 'engine') configureEngine({ wasmPaths: { mjs: data.mjs }, wasmBinary: data.wasm, threads: 1 });
  else loop.handle(data);
});
