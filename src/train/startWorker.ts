import { Worker } from 'node:worker_threads';
import type { Disposable } from '../base/disposable';
import type { FromTrainer, ToTrainer } from './protocol';

/** A trainer in its own thread. Disposing it ends the thread without a word to the listener. */
export interface Trainer extends Disposable {
  send(message: ToTrainer): void;
}

export interface TrainerListener {
  message(message: FromTrainer): void;
  /** The thread ended by itself: `reason` is one sentence for the user. Comes at most once, and nothing comes after it. */
  gone(reason: string): void;
}

export type StartTrainer = (listener: TrainerListener) => Trainer;

/** Starts `script` (dist/trainer.js) in a worker thread of Node. */
export const startWorker =
  (script: string): StartTrainer =>
  (listener) => {
    const worker = new Worker(script, { name: 'layerwise-trainer' });
    let isOver = false;
    const finish = (reason: string): void => {
      if (isOver) return;
      isOver = true;
      // After a message that could not be read it still runs.
      void worker.terminate();
      listener.gone(reason);
    };
    worker.on('message', (message: FromTrainer) => !isOver && listener.message(message));
    worker.on('messageerror', (error) => finish(`A message of the trainer could not be read: ${error.message}.`));
    worker.on('error', (error: Error & { code?: string }) =>
      finish(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'It ran out of memory.' : `${error.message}.`),
    );
    worker.on('exit', (code) => finish(`Its thread ended with code ${code}.`));
    return {
      send: (message) => worker.postMessage(message),
      dispose: () => {
        isOver = true;
        return worker.terminate();
      },
    };
  };
