import type { Disposable } from '../base/disposable';
import { Emitter } from '../base/emitter';
import type { Problem } from '../model/problem';
import type { Checkpoint, EvalEvent, FromTrainer, Layout, Plan, RunEvent } from '../train/protocol';
import { judge } from '../train/trial';
import type { TrialView } from '../view/protocol';
import { LossSeries } from './lossSeries';
import { ThinnedSeries } from './thinnedSeries';
import type { Loan, TrainerPool } from './trainerPool';

/** Small enough that a dozen curves side by side go to the page at once. */
const LIMITS = { losses: 150, evals: 50 };

/** One training of a measurement: the model as it is, or one candidate. Steps count from the beginning of the run. */
export class Trial implements Disposable {
  private readonly changed = new Emitter<void>();
  readonly onDidChange = this.changed.event;
  state: TrialView['state'] = 'waiting';
  /** Done so far. */
  steps = 0;
  relativeLoss?: number;
  score?: number;
  /** It was ended before its last step. */
  isCutShort = false;
  private message?: string;
  private readonly losses = new LossSeries(LIMITS.losses);
  private readonly evals = new ThinnedSeries<EvalEvent>(LIMITS.evals);
  private layout?: Layout;
  private loan?: Loan;
  private over?: () => void;

  constructor(
    readonly id: number,
    private readonly title: string,
  ) {}

  get view(): TrialView {
    const { id, title, state, message, steps: step, relativeLoss, score } = this;
    const known = {
      ...(message !== undefined && { message }),
      ...(Number.isFinite(relativeLoss) && { relativeLoss }),
      ...(score !== undefined && { score }),
    };
    return { id, title, state, step, losses: [...this.losses.points], evals: [...this.evals.points], ...known };
  }

  /** Trains a plan from the start, or on from a checkpoint that fits it. Resolves when it is over, whatever became of it. */
  train(pool: TrainerPool, plan: Plan, from?: Checkpoint): Promise<void> {
    return this.begin(pool, plan, () => this.loan!.send({ type: 'start', plan, from }));
  }

  /** Trains `edited` with the weights and the optimizer's state of a checkpoint that fits `plan`. */
  goOn(pool: TrainerPool, plan: Plan, from: Checkpoint, edited: Plan): Promise<void> {
    return this.begin(pool, plan, () => {
      this.loan!.send({ type: 'start', plan: { ...plan, steps: edited.steps }, from, isPaused: true });
      // Begins like the edit of a run that goes on: without a jump where a normalisation comes in.
      this.loan!.send({ type: 'swap', id: 1, plan: edited, carry: { resized: 'fresh', inserted: 'continue' } });
    });
  }

  /** Evaluates what there is and ends. */
  finish(): void {
    this.isCutShort = true;
    this.loan?.send({ type: 'stop' });
  }

  /** Ends it as if it had not begun. */
  dispose(): void {
    this.loan?.end();
    if (this.state === 'running') this.end('waiting');
    this.changed.dispose();
  }

  private begin(pool: TrainerPool, { engine }: Plan, send: () => void): Promise<void> {
    this.state = 'running';
    const listener = {
      message: (message: FromTrainer) => this.receive(message),
      gone: (reason: string) => this.end('failed', `The trainer ended. ${reason}`),
    };
    this.loan = pool.take(listener, engine?.threads);
    this.changed.fire();
    return new Promise((over) => {
      this.over = over;
      send();
    });
  }

  private receive(message: FromTrainer): void {
    switch (message.type) {
      case 'events':
        for (const event of message.events) this.take(event);
        return this.changed.fire();
      case 'swapped':
        return this.loan?.send({ type: 'resume' });
      case 'refused':
        return this.fail(message.problem);
      case 'failed':
        return this.fail(message.problem);
      case 'done':
        this.losses.flush();
        this.loan?.giveBack();
        return this.end('done');
      case 'state':
      case 'checkpoint':
      case 'outcome':
        return;
    }
  }

  private take(event: RunEvent): void {
    switch (event.type) {
      case 'start':
      case 'edit':
        this.layout = event;
        return;
      case 'step':
        this.steps = event.step;
        return this.losses.add(event);
      case 'eval':
        this.evals.add(event);
        Object.assign(this, { relativeLoss: undefined, score: undefined }, judge(this.layout!, event));
        return;
      case 'engine':
      case 'resume':
      case 'observation':
      case 'end':
        return;
    }
  }

  /** What the thread still has to say about it must not reach the next one. */
  private fail({ message }: Problem): void {
    this.loan?.end();
    this.end('failed', message);
  }

  private end(state: TrialView['state'], message?: string): void {
    if (this.state !== 'running') return;
    this.state = state;
    this.message = message;
    this.loan = undefined;
    this.changed.fire();
    this.over?.();
  }
}
