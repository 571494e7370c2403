import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** Microseconds of a step, by the clock and by the processor (of the whole process). */
export interface StepTime {
  clock: number;
  processor: number;
}

/** What a contender says of its first steps. */
export interface Start {
  /** Milliseconds to the first loss, of a process that has loaded its modules and read its files. */
  first: number;
  /** Of that, for compiling; absent where the engine does not do that at one moment. */
  compile?: number;
  losses: number[];
}

/** A contender at work. */
export class ContenderProcess {
  private readonly answers: AsyncIterator<string, undefined>;
  private complaints = '';
  private broken?: Error;

  private constructor(private readonly child: ChildProcessWithoutNullStreams) {
    this.answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.stderr.on('data', (text: Buffer) => (this.complaints = (this.complaints + text.toString()).slice(-2000)));
    child.on('error', (error) => (this.broken = error));
    // What it is told after it has died is answered by `answer`.
    child.stdin.on('error', () => undefined);
  }

  /** Resolves when its modules are loaded. */
  static async open(command: readonly string[], args: readonly string[]): Promise<ContenderProcess> {
    const opened = new ContenderProcess(spawn(command[0], [...command.slice(1), ...args]));
    await opened.answer();
    return opened;
  }

  start(): Promise<Start> {
    return this.ask({});
  }

  block(steps: number): Promise<StepTime> {
    return this.ask({ steps });
  }

  /** The most memory that the process has had, in MiB; undefined where the system does not tell. */
  get peak(): number | undefined {
    try {
      const kilobytes = /VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${this.child.pid}/status`, 'utf8'))?.[1];
      return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
    } catch {
      return undefined;
    }
  }

  close(): void {
    this.child.kill();
  }

  private ask<T>(message: object): Promise<T> {
    this.child.stdin.write(`${JSON.stringify(message)}\n`);
    return this.answer<T>();
  }

  /** Lines that are no answer are something that an engine prints. */
  private async answer<T>(): Promise<T> {
    for (;;) {
      const line = await this.answers.next();
      if (line.done) throw this.broken ?? new Error(`it ended: ${this.complaints.trim()}`);
      if (!line.value.startsWith('{')) continue;
      const answer = JSON.parse(line.value) as T & { error?: string };
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer;
    }
  }
}
