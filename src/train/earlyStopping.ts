import { fail } from '../model/problem';
import { LOSSES } from '../model/losses';
import type { EarlyStoppingSpec, Spec } from '../model/spec';
import type { Dataset } from '../data/dataset';
import type { EvalEvent } from './protocol';
import type { Feeds } from './session';

/** Weights and running statistics at the best evaluation by the monitored figure. */
export interface Kept {
  step: number;
  value: number;
  weights: Feeds;
}

/** Watches evaluations: keeps the weights of the best one, and says when patience is at its end (Prechelt 1998, Early Stopping – But When?). */
export class EarlyStopping {
  /** @param stale evaluations since the best one. */
  constructor(
    private readonly rule: EarlyStoppingSpec,
    public kept?: Kept,
    public stale = 0,
  ) {}

  get isOver(): boolean {
    return this.stale >= this.rule.patience;
  }

  /** @param weights asked for where they are kept. */
  async watch(event: EvalEvent, weights: () => Promise<Feeds>): Promise<void> {
    const value = event[this.rule.monitor];
    if (typeof value === 'number' && this.isBetter(value)) {
      this.kept = { step: event.step, value, weights: await weights() };
      this.stale = 0;
    } else this.stale++;
  }

  private isBetter(value: number): boolean {
    if (!this.kept) return true;
    const { monitor, min_delta } = this.rule;
    const gain = /loss$/.test(monitor) ? this.kept.value - value : value - this.kept.value;
    return gain > min_delta;
  }
}

/** Throws where the figure to watch is not measured: there is no validation split, or the loss has another score. */
export function checkMonitor({ train, loss }: Spec, { validation }: Pick<Dataset, 'validation'>): void {
  const { monitor } = train.early_stopping ?? {};
  const range = train.ranges.early_stopping;
  if (!monitor) return;
  if (monitor !== 'train_loss' && !validation)
    fail(
      'no-validation',
      `\`early_stopping\` watches \`${monitor}\`, but no samples are held back to validate on. Add \`validation: 0.2\` to \`data\`, or \`monitor: train_loss\` here.`,
      { range },
    );
  const score = LOSSES[loss.name].score === 'r2' ? 'val_r2' : 'val_accuracy';
  if (!/loss$/.test(monitor) && monitor !== score)
    fail('not-measured', `\`${monitor}\` is not measured with \`${loss.name}\`; \`early_stopping\` can watch \`val_loss\` or \`${score}\`.`, {
      range,
    });
}
