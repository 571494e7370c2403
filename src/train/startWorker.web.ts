import { scriptUrl } from './scriptUrl';
import type { WebGpuFiles } from './engines/browserWebGpu';
import type { StartTrainer } from './startWorker';
import type { EngineMessage, FromWebTrainer, WebGpuAnswer, WebGpuRequest } from './worker.web';

/** Where the parts of a trainer lie. */
export interface TrainerUrls {
  /** dist/web/trainer.js. */
  script: string;
  /** Of onnxruntime-web. */
  mjs: string;
  wasm: string;
  /** Its build for WebGPU, which is loaded when a trainer asks for it. */
  webgpu: Record<keyof WebGpuFiles, string>;
}

interface Parts {
  script: string;
  engine: EngineMessage;
}

/** Starts trainers in workers of the browser. Their parts are loaded once, with the first of them. */
export function startWebWorker(urls: TrainerUrls): StartTrainer {
  let parts: Promise<Parts> | undefined;
  return (listener) => {
    let isOver = false;
    const loading = (parts ??= load(urls));
    const worker = loading.then((loaded) => (isOver ? undefined : open(loaded)));
    const finish = (reason: string): void => {
      if (isOver) return;
      isOver = true;
      void worker.then((opened) => opened?.terminate());
      listener.gone(reason);
    };
    worker.then(
      (opened) => {
        if (!opened) return;
        opened.onmessage = ({ data }: MessageEvent<FromWebTrainer>) => {
          if (data.type === 'webgpu') void answer(data, urls);
          else if (!isOver) listener.message(data);
        };
        opened.onmessageerror = () => finish('A message of the trainer could not be read.');
        opened.onerror = ({ message }) => finish(`${message}.`);
      },
      (error: Error) => {
        if (parts === loading) parts = undefined;
        finish(`It could not be loaded: ${error.message}.`);
      },
    );
    return {
      send: (message) => void worker.then((opened) => !isOver && opened?.postMessage(message)).catch(() => undefined),
      dispose: () => {
        isOver = true;
        return worker.then((opened) => opened?.terminate()).catch(() => undefined);
      },
    };
  };
}

/** A worker straight from another origin is refused, one from a blob is not. */
async function load(urls: TrainerUrls): Promise<Parts> {
  const [script, mjs, wasm] = await Promise.all([urls.script, urls.mjs, urls.wasm].map(bytesAt));
  return { script: scriptUrl(script), engine: { type: 'engine', mjs: scriptUrl(mjs), wasm } };
}

async function bytesAt(url: string): Promise<ArrayBuffer> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  return answer.arrayBuffer();
}

/** Loaded anew for each trainer: the browser keeps what it has loaded, and few trainers ask. */
async function answer({ answer: port }: WebGpuRequest, { webgpu }: TrainerUrls): Promise<void> {
  try {
    const [ort, mjs, wasm] = await Promise.all([webgpu.ort, webgpu.mjs, webgpu.wasm].map(bytesAt));
    port.postMessage({ files: { ort, mjs, wasm } } satisfies WebGpuAnswer, [ort, mjs, wasm]);
  } catch (error) {
    port.postMessage({ error: (error as Error).message } satisfies WebGpuAnswer);
  }
}

function open({ script, engine }: Parts): Worker {
  const worker = new Worker(script, { name: 'layerwise-trainer' });
  worker.postMessage(engine);
  return worker;
}
