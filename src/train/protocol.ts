import type { Problem } from '../model/problem';

/** What to train: plain data, crosses threads. The worker parses the text itself, so the host and the worker cannot disagree. */
export interface Plan {
  text: string;
  /** Contents of every file that the text names, by the path as written there. */
  files: Record<string, Uint8Array>;
  /** Overrides `train.seed`. */
  seed?: number;
  /** Overrides `train.steps` and `train.epochs`. */
  steps?: number;
  /** Statistics on every k-th step (and the first and last); 0 = none. */
  statsEvery: number;
}

/** Statistics of one tensor; a number that is not finite is null. */
export interface TensorStats {
  mean: number | null;
  /** Population standard deviation. */
  std: number | null;
  min: number | null;
  max: number | null;
  l2: number | null;
  /** Share of exact zeros. */
  zero_fraction: number | null;
  /** Count of NaN and ±infinity. */
  non_finite: number;
}

export interface ChannelStats {
  mean: number | null;
  std: number | null;
  min: number | null;
  max: number | null;
}

export interface LayerStats {
  activation: TensorStats;
  /** Of the loss at the layer's output; absent where the loss does not depend on it. */
  gradient?: TensorStats;
  /** Rectifiers: units ≤ 0 on the whole batch, of `units`. */
  dead_units?: number;
  units?: number;
  /** Tanh and Sigmoid. */
  saturated_fraction?: number;
  normalisation?: Record<string, ChannelStats>;
}

export interface ParamStats {
  weight: TensorStats;
  gradient: TensorStats;
  update_l2: number | null;
  update_ratio: number | null;
}

export interface StartedLayer {
  name: string;
  type: string;
  /** 1-based. */
  line: number;
  /** Of one batch, batch size first. */
  output: number[];
  params: number;
}

/** What a run tells, in order: the command line prints these as JSON lines, a run folder stores them, the host keeps them. */
export type RunEvent =
  | {
      type: 'start';
      name: string;
      params: number;
      layers: StartedLayer[];
      steps: number;
      batch_size: number;
      samples: number;
      validation_samples: number;
      no_skill_loss?: number;
      engine: string;
    }
  | StepEvent
  | EvalEvent
  | { type: 'end'; steps: number; eval_loss: number | null; seconds: number; stopped: boolean };

export interface StepEvent {
  type: 'step';
  /** 1-based. */
  step: number;
  loss: number | null;
  total_loss: number | null;
  lr: number;
  grad_norm: number | null;
  /** By layer name; on sampled steps. */
  layers?: Record<string, LayerStats>;
  /** By parameter name (`linear1.weight`); on sampled steps. */
  params?: Record<string, ParamStats>;
}

export interface EvalEvent {
  type: 'eval';
  step: number;
  train_loss: number | null;
  val_loss?: number | null;
  gap?: number | null;
  train_accuracy?: number;
  val_accuracy?: number;
  train_r2?: number | null;
  val_r2?: number | null;
}

/** Tensors by state_dict name: what a .safetensors file holds. */
export type Tensors = Record<string, { shape: number[]; data: Float32Array }>;

export type ToTrainer =
  | { type: 'start'; plan: Plan }
  | { type: 'pause' }
  | { type: 'resume' }
  /** Runs one step and stays paused. */
  | { type: 'step' }
  | { type: 'stop' }
  | { type: 'snapshot'; id: number };

export type TrainerState = 'running' | 'paused';

export type FromTrainer =
  /** At most 10 a second however fast training runs. */
  | { type: 'events'; events: RunEvent[]; stepsPerSecond: number }
  | { type: 'state'; state: TrainerState }
  | { type: 'snapshot'; id: number; step: number; tensors: Tensors }
  /** The run is over; its `end` event has been sent. */
  | { type: 'done'; tensors: Tensors; step: number }
  | { type: 'failed'; problem: Problem };
