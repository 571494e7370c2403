import type { Disposable } from '../base/disposable';
import type { Problem } from '../model/problem';
import type { Outcome } from '../train/outcome';
import type { CarryOptions, Checkpoint, FromTrainer, Plan, RunEvent, StartedLayer, TrainerState } from '../train/protocol';
import { Lives } from './lives';
import type { CheckpointPlace } from './stages';
import type { Loan, TrainerPool } from './trainerPool';

/** A plan whose files may be those of the plan before. */
export type EditedPlan = Omit<Plan, 'files'> & Partial<Pick<Plan, 'files'>>;

export type SwapAnswer = { isChanged: boolean } | { problem: Problem };

export interface Edit {
  id: number;
  plan: EditedPlan;
  carry: CarryOptions;
}

/** Where training begins. */
export interface StartPoint {
  plan: Plan;
  /** Fits `plan`; without it training begins anew. */
  from?: Checkpoint;
  /** Id of the last edit that `from` has; 0: none. */
  lastEdit: number;
  /** Took over after `from` was taken, so it has to be made again. */
  edit?: Edit;
}

type CheckpointMessage = Extract<FromTrainer, { type: 'checkpoint' }>;

export interface TrainingListener {
  /** A thread has a model and goes on from there; its events follow. */
  begin(from: CheckpointPlace & { seconds: number }): void;
  events(events: RunEvent[], stepsPerSecond: number): void;
  state(state: TrainerState): void;
  /** Only the lines of the layers are new. */
  layers(layers: StartedLayer[]): void;
  checkpoint(message: Pick<CheckpointMessage, 'checkpoint' | 'beforeEdit' | 'best'>): void;
  outcome(outcome: Outcome): void;
  /** The thread died; another one is about to go on from that step. */
  restart(reason: string, step: number): void;
  /** Nothing comes after it. `state` counts only where the events have not said how the run ended. */
  over(state: 'stopped' | 'failed', problem?: Problem): void;
}

/** What trains a run: a thread, and when that dies another one from the last checkpoint. */
export class Training implements Disposable {
  private loan!: Loan;
  private plan!: Plan;
  private lastEdit!: number;
  private readonly lives: Lives;
  private readonly swaps = new Map<number, { edit: Edit; answer: (answer: SwapAnswer) => void }>();
  private readonly askers = new Map<number, (checkpoint: Checkpoint | undefined) => void>();
  private asked = 0;
  /** This thread has a model that it can be asked about. */
  private hasBegun = false;
  private hasEverBegun = false;
  private isStopping = false;
  private isOver = false;

  constructor(
    private readonly pool: TrainerPool,
    /** Where another thread would begin. */
    private latest: StartPoint,
    private isPaused: boolean,
    private readonly listener: TrainingListener,
  ) {
    this.lives = new Lives(latest.from?.step);
    this.begin();
  }

  /** The model file as it trains now. */
  get text(): string {
    return this.plan.text;
  }

  /** Where another thread would begin; its checkpoint need not be on disk yet. */
  get last(): Readonly<StartPoint> {
    return this.latest;
  }

  pause(): void {
    this.isPaused = true;
    this.loan.send({ type: 'pause' });
  }

  resume(): void {
    this.isPaused = false;
    this.loan.send({ type: 'resume' });
  }

  step(): void {
    this.isPaused = true;
    this.loan.send({ type: 'step' });
  }

  stop(): void {
    if (!this.isStopping) this.loan.send({ type: 'stop' });
    this.isStopping = true;
  }

  /** Ends the thread, whatever it is at. */
  endNow(): void {
    this.finish('stopped', ended('The trainer did not answer and was ended.'));
  }

  /** The model of an edited text from the next step on. Answered whatever becomes of the trainer. */
  swap(edit: Edit): Promise<SwapAnswer> {
    if (this.isOver) return Promise.resolve({ problem: OVER });
    return new Promise((answer) => this.sendSwap(edit, answer));
  }

  /** Of this moment; of an earlier one where the trainer has none to give. */
  checkpoint(): Promise<Checkpoint | undefined> {
    if (this.isOver || !this.hasBegun) return Promise.resolve(this.latest.from);
    return new Promise((answer) => this.askCheckpoint(answer));
  }

  /** Ends the thread without a word to the listener. */
  dispose(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.loan.end();
    this.settle(OVER);
  }

  private get from(): number {
    return this.latest.from?.step ?? 0;
  }

  private begin(): void {
    const { plan, from, lastEdit, edit } = this.latest;
    this.plan = plan;
    this.lastEdit = lastEdit;
    this.hasBegun = false;
    this.loan = this.pool.take({ message: (message) => this.receive(message), gone: (reason) => this.lose(reason) }, plan.engine?.threads);
    this.loan.send({ type: 'start', plan, from, isPaused: this.isPaused });
    if (edit) this.sendSwap(edit, () => undefined);
  }

  private receive(message: FromTrainer): void {
    switch (message.type) {
      case 'events':
        if (!this.hasBegun) this.listener.begin({ step: this.from, seconds: this.latest.from?.seconds ?? 0, edit: this.lastEdit });
        this.hasBegun = this.hasEverBegun = true;
        for (const event of message.events) this.note(event);
        return this.listener.events(message.events, message.stepsPerSecond);
      case 'state':
        return this.listener.state(message.state);
      case 'checkpoint':
        this.keep(message);
        return this.answerCheckpoint(message);
      case 'outcome':
        return this.listener.outcome(message.outcome);
      case 'swapped':
        return this.finishSwap(message);
      case 'refused':
        return this.answerSwap(message.id, { problem: message.problem });
      case 'done':
        this.keep(message);
        return this.finish('stopped');
      case 'failed':
        return this.fail(message.problem);
    }
  }

  private note(event: RunEvent): void {
    if (event.type === 'step') this.lives.reach(event.step);
    if (event.type !== 'edit') return;
    // The checkpoint of just before came just before. Until there is one of the new model, a new thread has to make the edit again.
    const { edit } = this.swaps.get(event.id)!;
    this.latest = { ...this.latest, edit };
    this.lastEdit = event.id;
    this.plan = planOf(edit, this.plan);
  }

  private keep(message: Pick<CheckpointMessage, 'checkpoint' | 'beforeEdit' | 'best'>): void {
    this.latest = { plan: this.plan, from: message.checkpoint, lastEdit: this.lastEdit };
    this.listener.checkpoint(message);
  }

  private finishSwap({ id, isChanged, layers }: Extract<FromTrainer, { type: 'swapped' }>): void {
    if (isChanged) this.askCheckpoint(() => undefined);
    else {
      this.plan = planOf(this.swaps.get(id)!.edit, this.plan);
      // Says the same in other words, so the checkpoint fits it as well.
      if (!this.latest.edit) this.latest = { ...this.latest, plan: this.plan };
      this.listener.layers(layers);
    }
    this.answerSwap(id, { isChanged });
  }

  private sendSwap(edit: Edit, answer: (answer: SwapAnswer) => void): void {
    this.swaps.set(edit.id, { edit, answer });
    this.loan.send({ type: 'swap', ...edit });
  }

  private answerSwap(id: number, answer: SwapAnswer): void {
    this.swaps.get(id)?.answer(answer);
    this.swaps.delete(id);
  }

  private askCheckpoint(answer: (checkpoint: Checkpoint | undefined) => void): void {
    this.askers.set(++this.asked, answer);
    this.loan.send({ type: 'checkpoint', id: this.asked });
  }

  private answerCheckpoint({ id, checkpoint }: CheckpointMessage): void {
    if (id === undefined) return;
    this.askers.get(id)?.(checkpoint);
    this.askers.delete(id);
  }

  private fail(problem: Problem): void {
    const isEngine = problem.code === 'engine-failure';
    // What the engine holds after a failure is unknown: its thread is as good as dead.
    if (isEngine) this.loan.end();
    // A model that fails before it ever ran fails every time.
    if (isEngine && this.hasEverBegun) this.lose(problem.message);
    else this.finish('failed', problem);
  }

  /** The thread is gone. */
  private lose(reason: string): void {
    this.loan.end();
    if (this.isStopping) return this.finish('stopped', ended(`The trainer ended by itself while it stopped. ${reason}`));
    if (!this.lives.lose())
      return this.finish(
        'failed',
        ended(this.hasEverBegun ? `The trainer ended again and again. ${reason}` : `The trainer could not start. ${reason}`),
      );
    const { edit } = this.latest;
    if (edit) this.answerSwap(edit.id, { isChanged: true });
    this.settle(ended(`The trainer ended while it took over the edited text, and goes on with the text before. ${reason}`));
    this.listener.restart(reason, this.from);
    this.begin();
  }

  private finish(state: 'stopped' | 'failed', problem?: Problem): void {
    if (this.isOver) return;
    this.isOver = true;
    // A late answer would reach the next run on this thread.
    const isQuiet = this.swaps.size === 0 && this.askers.size === 0;
    if (isQuiet && problem?.code !== 'trainer-ended' && problem?.code !== 'engine-failure') this.loan.giveBack();
    else this.loan.end();
    this.settle(OVER);
    this.listener.over(state, problem);
  }

  /** Nobody waits in vain. */
  private settle(problem: Problem): void {
    for (const id of [...this.swaps.keys()]) this.answerSwap(id, { problem });
    for (const answer of this.askers.values()) answer(this.latest.from);
    this.askers.clear();
  }
}

const planOf = ({ plan }: Edit, before: Plan): Plan => ({ ...plan, files: plan.files ?? before.files });

const ended = (message: string): Problem => ({ code: 'trainer-ended', level: 'error', message });

/** Answers whoever asks something of a run that is over. */
export const OVER: Problem = { code: 'not-running', level: 'hint', message: 'The run is over.' };
