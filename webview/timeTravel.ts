import type { RunView, ToView } from '../src/view/protocol';

/** What the host knows of a step. */
export type Past = Extract<ToView, { type: 'past' }>;

/**
 * Which moment of the run the reader looks at. One question is on its way to the host at a time: while a slider moves, the places that it
 * has left again are never asked for.
 */
export class TimeTravel {
  /** The step looked at; undefined: now. */
  step?: number;
  /** The latest answer, shown until there is a newer one. */
  answer?: Past;
  private runId?: string;
  private latest = 0;
  private isAsking = false;

  constructor(private readonly ask: (runId: string, step: number) => void) {}

  /** The run on show. Another run leads back to now, and so does one that was set back to before the moment. */
  follow(run: Pick<RunView, 'runId' | 'step'> | undefined): void {
    if (run?.runId !== this.runId) {
      this.leave();
      this.isAsking = false;
      this.runId = run?.runId;
    }
    this.latest = run?.step ?? 0;
    if (this.step !== undefined && this.step >= this.latest) this.leave();
  }

  /** Looks at a step; at or after the latest one that is now. */
  go(step: number): void {
    const goal = Math.max(0, Math.round(step));
    if (goal >= this.latest) return this.leave();
    if (goal === this.step) return;
    this.step = goal;
    if (!this.isAsking) this.question(goal);
  }

  leave(): void {
    this.step = undefined;
    this.answer = undefined;
  }

  /** Takes the host's answer in. */
  take(answer: Past): void {
    if (answer.runId !== this.runId) return;
    this.isAsking = false;
    if (this.step === undefined) return;
    this.answer = answer;
    if (answer.step !== this.step) this.question(this.step);
  }

  private question(step: number): void {
    if (this.runId === undefined) return;
    this.isAsking = true;
    this.ask(this.runId, step);
  }
}

/** The run as its layers were at an earlier step: their statistics, and the loss up to there. */
export function runAt(run: RunView, { step, snapshot, profile, layers }: Past): RunView {
  // Where the layers were others, the start that is known is that of other layers.
  const isSame = layers.length === run.layers.length && layers.every(({ name, type }, index) => isLayer(run.layers[index], name, type));
  const first = isSame && snapshot && run.first && run.first.step <= snapshot.step ? run.first : undefined;
  const losses = run.losses.filter((point) => point.step <= step);
  const firstProfile = isSame && profile && run.firstProfile && run.firstProfile.step <= profile.step ? run.firstProfile : undefined;
  return {
    ...run,
    layers,
    first,
    now: snapshot,
    before: undefined,
    firstProfile,
    profile,
    losses: losses.length > 0 ? losses : run.losses.slice(0, 1),
  };
}

const isLayer = (layer: RunView['layers'][number], name: string, type: string): boolean => layer.name === name && layer.type === type;

/** The newest checkpoint at or before a step. */
export function checkpointBefore(checkpoints: readonly number[], step: number): number | undefined {
  return checkpoints.filter((checkpoint) => checkpoint <= step).at(-1);
}
