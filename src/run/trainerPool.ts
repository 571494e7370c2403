import type { Disposable } from '../base/disposable';
import type { ToTrainer } from '../train/protocol';
import type { StartTrainer, Trainer, TrainerListener } from '../train/startWorker';

/** A trainer's thread, lent to one run. Exactly one of `giveBack` and `end` is called, unless it is gone before. */
export interface Loan {
  send(message: ToTrainer): void;
  /** For the next run; only when its run is over and nothing is left to be answered. */
  giveBack(): void;
  /** Ends the thread without a word. */
  end(): void;
}

interface Thread {
  trainer: Trainer;
  /** Of the run that has it on loan. */
  listener?: TrainerListener;
}

/** Threads that trained a run and wait for another: it takes V8 seconds of training until WASM has its full speed. */
export class TrainerPool implements Disposable {
  private readonly threads = new Set<Thread>();

  constructor(
    private readonly startTrainer: StartTrainer,
    /** How many threads wait at most; each keeps the memory that its largest model took. */
    private readonly idle = 2,
  ) {}

  take(listener: TrainerListener): Loan {
    const thread = [...this.threads].find((one) => !one.listener) ?? this.open();
    thread.listener = listener;
    return {
      send: (message) => thread.trainer.send(message),
      giveBack: () => {
        thread.listener = undefined;
        if ([...this.threads].filter((one) => !one.listener).length > this.idle) this.end(thread);
      },
      end: () => this.end(thread),
    };
  }

  dispose(): void {
    for (const thread of [...this.threads]) this.end(thread);
  }

  private open(): Thread {
    const thread: Thread = {
      trainer: this.startTrainer({
        message: (message) => thread.listener?.message(message),
        gone: (reason) => {
          this.threads.delete(thread);
          thread.listener?.gone(reason);
        },
      }),
    };
    this.threads.add(thread);
    return thread;
  }

  private end(thread: Thread): void {
    this.threads.delete(thread);
    thread.listener = undefined;
    thread.trainer.dispose();
  }
}
