import { ProblemError } from '../../model/problem';
import { prepare, type Prepared } from '../prepare';
import type { Checkpoint, EngineEvent, Plan, RunEvent } from '../protocol';
import { SessionPool } from '../session';
import { Trainer } from '../trainer';
import { engineLabel, EngineMissing, type EngineName, type EngineSources, openEngine } from './engine';
import { Choice } from './choice';
import { configureEngine, wasm } from './wasm';

/** What became of a piece of work: another trainer goes on where the one before could not, or was slower. */
export interface Steered<T> {
  trainer: Trainer;
  result: T;
  /** Tell before what the work itself tells. */
  events: RunEvent[];
}

/** Where a trainer can begin again. */
interface Kept {
  trainer: Trainer;
  prepared: Prepared;
  checkpoint: Checkpoint;
  /** Seconds of training, and those that keeping took. */
  at: number;
  cost: number;
}

/** Seconds of training that a failing engine costs at most, unless keeping takes more than a fiftieth of them. */
const KEEP_EVERY = 5;

/** Sees to it that a run has the engine that is wished for, or the fastest, and goes on on WASM where another one fails. One for every run. */
export class Steering {
  private kept?: Kept;
  private choice?: Choice;

  constructor(private readonly sources: EngineSources = NO_SOURCES) {}

  /** Begins a run. Throws a ProblemError where the model file or its data have something wrong. */
  async begin(plan: Plan, from?: Checkpoint): Promise<Steered<void>> {
    const wish = plan.engine ?? { use: 'wasm' };
    configureEngine({ threads: wish.threads ?? 1 });
    this.kept = undefined;
    this.choice = wish.use === 'auto' ? new Choice(wish, this.sources) : undefined;
    const prepared = await prepare(plan, from);
    const onWasm = () => Trainer.begin(plan, prepared, new SessionPool(wasm), from);
    if (wish.use === 'auto' || wish.use === 'wasm') return { trainer: await onWasm(), result: undefined, events: [] };
    try {
      const engine = await openEngine(wish.use, wish, this.sources);
      const trainer = await Trainer.begin(plan, prepared, new SessionPool(engine), from);
      await this.keep(trainer);
      return { trainer, result: undefined, events: [] };
    } catch (error) {
      if (error instanceof ProblemError) throw error;
      const trainer = await onWasm();
      return { trainer, result: undefined, events: [fallBack(trainer, wish.use, error)] };
    }
  }

  /** The next step, or some if there may be several; before it another engine may take over. */
  async next(trainer: Trainer, maybeSeveral = false): Promise<Steered<RunEvent[]>> {
    const moved = await this.choice?.consider(trainer);
    if (moved) this.choice = undefined;
    const startedAt = performance.now();
    const steered = await this.attempt(moved?.trainer ?? trainer, async (one) => {
      await this.keep(one);
      return one.next(maybeSeveral && !this.choice);
    });
    this.choice?.took(performance.now() - startedAt);
    return { ...steered, events: [...(moved?.events ?? []), ...steered.events] };
  }

  /** Work of a trainer, or of one that stands in for it. */
  async attempt<T>(trainer: Trainer, work: (trainer: Trainer) => Promise<T>): Promise<Steered<T>> {
    try {
      return { trainer, result: await work(trainer), events: [] };
    } catch (error) {
      const { kept } = this;
      if (error instanceof ProblemError || trainer.engine.name === 'wasm' || kept?.trainer !== trainer) throw error;
      const { prepared, checkpoint } = kept;
      const next = await Trainer.begin(trainer.plan, prepared, new SessionPool(wasm), checkpoint);
      next.takeOverBest(trainer);
      // What is lost with a device need not be given back to it.
      await trainer.release().catch(() => undefined);
      const events: RunEvent[] = [fallBack(next, trainer.engine.name, error), { type: 'resume', step: next.step }];
      return { trainer: next, result: await work(next), events };
    }
  }

  /** Of every trainer, as soon as it has begun: before that nothing of it can be lost. */
  async keep(trainer: Trainer): Promise<void> {
    if (trainer.engine.name === 'wasm') return;
    const isDue = this.kept?.trainer !== trainer || trainer.seconds - this.kept.at > Math.max(KEEP_EVERY, 50 * this.kept.cost);
    if (!isDue) return;
    const startedAt = performance.now();
    const checkpoint = await trainer.checkpoint();
    this.kept = { trainer, prepared: trainer.prepared, checkpoint, at: trainer.seconds, cost: (performance.now() - startedAt) / 1000 };
  }
}

const NO_SOURCES: EngineSources = { open: {}, cores: 1 };

function fallBack(trainer: Trainer, from: EngineName, error: unknown): EngineEvent {
  const words = error instanceof Error ? error.message : String(error);
  const reason = error instanceof EngineMissing ? words : `The ${from} engine failed: ${words}`;
  return { type: 'engine', step: trainer.step, engine: engineLabel(trainer.engine), reason };
}
