import type { ComparedRun, LossPoint, RunView, ToView } from '../src/view/protocol';

/** Beyond this many points a screen cannot show more; a run of days must not grow without bound. */
const MOST_POINTS = 12_000;

/** More than a chart can tell apart. */
const MOST_MODES = 1000;

/** What the run on show is made of; what it was earlier is another matter. */
export type StoreMessage = Exclude<ToView, { type: 'past' | 'layer' | 'alive' }>;

/** The run as it is painted. The host owns it; this is the latest copy. */
export class Store {
  run?: RunView;
  selected?: string;
  /** Runs whose curves are drawn beside those of `run`. */
  compared: readonly ComparedRun[] = [];

  /** Takes a message in; false if it changes nothing (an update of a run that is not the one on show). */
  apply(message: StoreMessage): boolean {
    switch (message.type) {
      case 'hydrate':
        this.run = message.run;
        this.selected = message.selectedLayer;
        this.compared = message.compared;
        return true;
      case 'select':
        this.selected = message.layer;
        return true;
      case 'update':
        return this.update(message);
    }
  }

  private update(message: Extract<ToView, { type: 'update' }>): boolean {
    const { run } = this;
    if (run?.runId !== message.runId) return false;
    run.state = message.state;
    run.message = message.message;
    run.step = message.step;
    run.stepsPerSecond = message.stepsPerSecond;
    run.first = message.first ?? run.first;
    run.now = message.now ?? run.now;
    run.before = message.before ?? run.before;
    run.firstProfile = message.firstProfile ?? run.firstProfile;
    run.profile = message.profile ?? run.profile;
    run.engine = message.engine ?? run.engine;
    run.engineReason = message.engineReason ?? run.engineReason;
    run.recipe = message.recipe ?? run.recipe;
    run.outcome = message.outcome ?? run.outcome;
    run.edits = message.edits ?? run.edits;
    run.checkpoints = message.checkpoints ?? run.checkpoints;
    run.health = message.health ?? run.health;
    run.trials = message.trials ?? run.trials;
    append(run.losses, message.losses);
    append(run.evals, message.evals);
    append(run.modes, message.modes);
    if (run.modes.length > MOST_MODES) run.modes = run.modes.filter((_, index) => index % 2 === 1);
    if (run.losses.length > MOST_POINTS) run.losses = mergePairs(run.losses);
    return true;
  }
}

/** Appends what is new: after a hydration the host may send points again that it had already queued. */
function append<T extends { step: number }>(points: T[], more: readonly T[]): void {
  const last = points.at(-1)?.step ?? -1;
  for (const point of more) if (point.step > last) points.push(point);
}

/** Half as many points: every two become one at the later step, their losses the mean over the steps that both stand for. */
export function mergePairs(points: readonly LossPoint[]): LossPoint[] {
  const merged: LossPoint[] = [];
  let before = 0;
  for (let i = 0; i < points.length; i += 2) {
    const [first, second] = [points[i], points[i + 1]];
    if (!second) {
      merged.push(first);
      break;
    }
    const share = (first.step - before) / (second.step - before);
    const mean = (a: number | null, b: number | null) => (a === null || b === null ? null : a * share + b * (1 - share));
    merged.push({
      ...second,
      loss: mean(first.loss, second.loss),
      total_loss: mean(first.total_loss, second.total_loss),
      grad_norm: mean(first.grad_norm, second.grad_norm),
    });
    before = second.step;
  }
  return merged;
}
