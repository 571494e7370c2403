import type { FromTrainer } from './protocol';
import type { StartTrainer } from './startWorker';
import type { EngineMessage } from './worker.web';

/** Where the parts of a trainer lie. */
export interface TrainerUrls {
  /** dist/web/trainer.js. */
  script: string;
  /** Of onnxruntime-web. */
  mjs: string;
  wasm: string;
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
        opened.onmessage = ({ data }: MessageEvent<FromTrainer>) => !isOver && listener.message(data);
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

const scriptUrl = (bytes: ArrayBuffer): string => URL.createObjectURL(new Blob([bytes], { type: 'text/javascript' }));

function open({ script, engine }: Parts): Worker {
  const worker = new Worker(script, { name: 'layerwise-trainer' });
  worker.postMessage(engine);
  return worker;
}
