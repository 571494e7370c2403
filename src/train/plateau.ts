import { plateauAt, type PlateauArgs } from '../model/schedulers';
import type { Spec } from '../model/spec';
import type { Checkpoint, EvalEvent } from './protocol';

/** Where a ReduceLROnPlateau stands, named as in PyTorch. */
export type PlateauState = NonNullable<Checkpoint['plateau']>;

/** What evaluations make of the rate, by PyTorch's `ReduceLROnPlateau.step`; told apart by its turn, where other schedulers come before. */
export class Plateau {
  state: PlateauState;

  constructor(
    private readonly spec: Spec,
    from?: PlateauState,
  ) {
    this.state = from ?? { factor: 1, num_bad_epochs: 0, cooldown_counter: 0 };
  }

  get factor(): number {
    return this.state.factor;
  }

  watch(event: EvalEvent): void {
    const { spec } = this;
    const args = plateauAt(event.step, spec.schedulers);
    if (!args) return;
    // A loss that is not a number is no better than any.
    const value = (event.val_loss === undefined ? event.train_loss : event.val_loss) ?? NaN;
    this.state = nextState(this.state, value, spec.optimizer.args.lr as number, args);
  }
}

function nextState(state: PlateauState, value: number, base: number, args: PlateauArgs): PlateauState {
  const isBest = isBetter(value, state.best, args);
  const best = isBest ? value : state.best;
  const isCooling = state.cooldown_counter > 0;
  const cooldown_counter = isCooling ? state.cooldown_counter - 1 : 0;
  const num_bad_epochs = isBest || isCooling ? 0 : state.num_bad_epochs + 1;
  const kept = { ...(best !== undefined && { best }), factor: state.factor };
  if (num_bad_epochs <= args.patience) return { ...kept, num_bad_epochs, cooldown_counter };
  const [before, after] = [base * state.factor, Math.max(base * state.factor * args.factor, args.min_lr)];
  return { ...kept, factor: before - after > args.eps ? after / base : state.factor, num_bad_epochs: 0, cooldown_counter: args.cooldown };
}

function isBetter(value: number, best: number | undefined, { mode, threshold, threshold_mode }: PlateauArgs): boolean {
  if (best === undefined) return Number.isFinite(value);
  const sign = mode === 'min' ? -1 : 1;
  const bound = threshold_mode === 'rel' ? best * (1 + sign * threshold) : best + sign * threshold;
  return mode === 'min' ? value < bound : value > bound;
}
