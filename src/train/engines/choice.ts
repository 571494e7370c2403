import { median } from '../../base/series';
import { SessionPool } from '../session';
import { Trainer } from '../trainer';
import type { RunEvent } from '../protocol';
import { type Engine, engineLabel, EngineMissing, type EngineName, type EngineSources, type EngineWish, openEngine } from './engine';

/** Training before the choice, in seconds: V8 needs some of it until WASM has its full speed. */
const WARM_UP = 1;
/** A run with less than this left, in milliseconds, is not held up by measuring. */
const WORTH = 4000;
/** After so many milliseconds of measuring nothing more is begun. */
const BUDGET = 500;
/** Steps that are timed: after the first ones, in which engines allocate and translate. */
const FIRST = 2;
const TIMED = 15;
/** Times as fast another engine must be. */
const CLEARLY = 1.2;
/** WASM steps, in milliseconds, below which a GPU does not win: it takes longer to be told of so many small kernels. */
const GPU_FROM = 10;
/** Time left of a run, in milliseconds, from which on the seconds that a GPU takes to translate a model's kernels do not matter. */
const GPU_WORTH = 60_000;
/** Likewise two threads, which wait for each other. */
const THREADS_FROM = 2;

/** Finds the fastest engine for a run that has begun on WASM, by some steps of its own whose results are thrown away. */
export class Choice {
  private readonly times: number[] = [];

  constructor(
    private readonly wish: EngineWish,
    private readonly sources: EngineSources,
  ) {}

  /** @param milliseconds of a step. */
  took(milliseconds: number): void {
    this.times.push(milliseconds);
    if (this.times.length > TIMED) this.times.shift();
  }

  /** Between two steps: whether it is time and, if so, who goes on, and why. */
  async consider(trainer: Trainer): Promise<{ trainer: Trainer; events: RunEvent[] } | undefined> {
    const { times } = this;
    if (times.length < 3 || trainer.sinceBegin < WARM_UP) return undefined;
    const plain = median(times)!;
    const left = (trainer.prepared.steps - trainer.step) * plain;
    return left < WORTH ? undefined : this.choose(trainer, plain, left);
  }

  private async choose(trainer: Trainer, plain: number, left: number): Promise<{ trainer: Trainer; events: RunEvent[] }> {
    const measured: { label: string; time: number }[] = [{ label: engineLabel(trainer.engine), time: plain }];
    let best: { pool: SessionPool; time: number; probe: Trainer } | undefined;
    const missing = new Set<string>();
    const until = performance.now() + BUDGET;
    for (const { name, threads } of this.candidates(plain, left)) {
      if (performance.now() > until) break;
      const engine = await openEngine(name, { ...this.wish, threads }, this.sources).catch((error: unknown) => {
        if (error instanceof EngineMissing) missing.add(error.message);
      });
      const probe = engine && (await probeOf(trainer, engine));
      const time = probe && (await timeOf(probe, until));
      if (!probe || time === undefined) continue;
      measured.push({ label: engineLabel(probe.engine), time });
      const isBest = time * CLEARLY < plain && (!best || time < best.time);
      const worse = isBest ? best?.probe : probe;
      if (isBest) best = { pool: probe.sessions, time, probe };
      await worse?.release().catch(() => undefined);
    }
    const times = measured.map(({ label, time }) => `${label} ${time.toPrecision(2)} ms a step`).join(', ');
    const reason = [`measured ${times}.`, ...missing].join(' ');
    const next = best && (await moved(trainer, best.pool).catch(() => undefined));
    await best?.probe.release().catch(() => undefined);
    if (next) await trainer.release();
    const now = next ?? trainer;
    return { trainer: now, events: [{ type: 'engine', step: now.step, engine: engineLabel(now.engine), reason }] };
  }

  /** Of what this host can have. */
  private candidates(plain: number, left: number): Candidate[] {
    const { wish, sources } = this;
    const all: Candidate[] = [
      { name: 'native', threads: wish.threads ?? 1 },
      ...(wish.threads === undefined && sources.cores > 2 && plain > THREADS_FROM ? [{ name: 'native', threads: 2 } as const] : []),
      ...(plain > GPU_FROM && left > GPU_WORTH ? [{ name: 'webgpu', threads: wish.threads } as const] : []),
    ];
    return all.filter(({ name }) => sources.open[name] !== undefined);
  }
}

type Candidate = Pick<EngineWish, 'threads'> & { name: Exclude<EngineName, 'wasm'> };

/** Another trainer that goes on from the same place; undefined where the engine cannot. */
const probeOf = (trainer: Trainer, engine: Engine): Promise<Trainer | undefined> => moved(trainer, new SessionPool(engine)).catch(() => undefined);

async function moved(trainer: Trainer, pool: SessionPool): Promise<Trainer> {
  const next = await Trainer.begin(trainer.plan, trainer.prepared, pool, await trainer.checkpoint());
  next.takeOverBest(trainer);
  return next;
}

/** Milliseconds of a step; undefined where it fails, or where the time is over before one was measured. */
async function timeOf(probe: Trainer, until: number): Promise<number | undefined> {
  const times: number[] = [];
  try {
    for (let i = 0; i < FIRST + TIMED && (i <= FIRST || performance.now() < until) && !probe.isFinished; i++) {
      const startedAt = performance.now();
      await probe.nextStep();
      if (i >= FIRST) times.push(performance.now() - startedAt);
    }
  } catch {
    return undefined;
  }
  return median(times);
}
