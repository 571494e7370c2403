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
  /** That share a computation: fixed as soon as the engine is loaded. */
  threads: number;
  /** Of the run that has it on loan. */
  listener?: TrainerListener;
}

/** Threads that wait for a run, most of them after another one: it takes V8 seconds of training until WASM has its full speed. */
export class TrainerPool implements Disposable {
  private readonly threads = new Set<Thread>();

  constructor(
    private readonly startTrainer: StartTrainer,
    /** How many threads wait at most; each keeps the memory that its largest model took. */
    private readonly idle = 2,
  ) {}

  /** Somebody will train soon: a thread gets ready, unless one is. */
  warm(threads: number): void {
    if (!this.waiting(threads)) this.open(threads).trainer.send({ type: 'warm', threads });
  }

  /** @param threads that share a computation. */
  take(listener: TrainerListener, threads = 1): Loan {
    const thread = this.waiting(threads) ?? this.open(threads);
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

  private waiting(threads: number): Thread | undefined {
    return [...this.threads].find((one) => !one.listener && one.threads === threads);
  }

  private open(threads: number): Thread {
    const thread: Thread = {
      threads,
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
