import type { EvalEvent, LayerStats, ParamStats, StartedLayer, TrainerState } from '../train/protocol';

/** `starting`: worker and sessions are being made; `failed`: see message. */
export type RunState = TrainerState | 'starting' | 'finished' | 'stopped' | 'failed';

/** One point of the loss curve. Decimated by the host: `loss` is the mean of the steps since the previous point. */
export interface LossPoint {
  step: number;
  loss: number | null;
  total_loss: number | null;
  lr: number;
  grad_norm: number | null;
}

/** Every layer's statistics at one step. */
export interface StatsSnapshot {
  step: number;
  layers: Record<string, LayerStats>;
  params: Record<string, ParamStats>;
}

/** All that the dashboard paints; the host owns it, the webview is told. */
export interface RunView {
  runId: string;
  name: string;
  /** Workspace-relative path of the model file. */
  file: string;
  state: RunState;
  /** Of state `failed`. */
  message?: string;
  step: number;
  /** Planned number of steps. */
  steps: number;
  stepsPerSecond: number;
  engine: string;
  params: number;
  /** Loss of the best constant prediction on the training split, e.g. ln C for C balanced classes. */
  noSkillLoss?: number;
  layers: StartedLayer[];
  losses: LossPoint[];
  evals: EvalEvent[];
  first?: StatsSnapshot;
  now?: StatsSnapshot;
}

export type ToView =
  /** Replaces everything; `undefined`: no run yet. */
  | { type: 'hydrate'; run?: RunView; selectedLayer?: string }
  /** Appends: the state fields replace, `losses` and `evals` are appended. At most 10 a second. */
  | {
      type: 'update';
      runId: string;
      state: RunState;
      message?: string;
      step: number;
      stepsPerSecond: number;
      losses: LossPoint[];
      evals: EvalEvent[];
      first?: StatsSnapshot;
      now?: StatsSnapshot;
    }
  | { type: 'select'; layer?: string };

export type FromView =
  { type: 'ready' } | { type: 'select'; layer: string } | { type: 'command'; command: 'train' | 'pause' | 'resume' | 'step' | 'stop' };
