import type { DataFacts } from '../data/facts';
import type { Problem } from '../model/problem';
import type { EngineWish } from './engines/engine';
import type { ObservationEvent } from './observation';
import type { Outcome } from './outcome';

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
  /** Share of the training time that they may take: beyond it, and beyond the first steps, sampled ones are left out. Absent: as much as they take. */
  statsShare?: number;
  /** Look at the model while it trains: observations and outcomes, within a share of the time. */
  observe?: true;
  /** Absent: WASM on one thread. */
  engine?: EngineWish;
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
  /** Names of the layers whose outputs it takes, of a container those that it joins; `''`: the model's input. Absent in runs that an older version stored. */
  inputs?: string[];
  /** The container that it is in (`residual1`), and of a Repeat the copy (`repeat1.0`); absent at the top. */
  block?: string;
  /** Along the longer side: how many positions of the sample a position of the output sees, as far as its windows tell. Absent where positions have ended. */
  receptiveField?: number;
  /** Of one batch, batch size first. */
  output: number[];
  params: number;
}

/** What a model is made of and how long it trains: said at the start, and again when an edit changes it. */
export interface Layout {
  params: number;
  layers: StartedLayer[];
  steps: number;
  batch_size: number;
  samples: number;
  validation_samples: number;
  no_skill_loss?: number;
  /** Bytes that training takes when it takes most, as reckoned before it begins; the engine itself and the data come on top. Absent in older runs. */
  memory?: number;
  /** Absent in runs that an older version stored. */
  facts?: DataFacts;
}

export interface StartEvent extends Layout {
  type: 'start';
  name: string;
  /** What computes, and on how many threads where it is more than one: `native, 2 threads`. */
  engine: string;
  /** Why this one, where there was a choice. */
  engine_reason?: string;
}

/** From here on another engine computes than the one that was told last, or the choice fell on that one. */
export interface EngineEvent {
  type: 'engine';
  /** Steps done before. */
  step: number;
  /** As in `start`. */
  engine: string;
  /** One sentence. */
  reason: string;
}

/** The running model was replaced by an edited one between two steps. */
export interface EditEvent extends Layout {
  type: 'edit';
  /** Of the message that asked for it; counts up over a run. */
  id: number;
  /** Steps done before. */
  step: number;
  /** What changed, in the file's words: `lr 0.001 → 0.01`, `+ BatchNorm2d (batchnorm2d1)`. Never empty. */
  changes: string[];
  /** The whole model file from here on. */
  text: string;
  carried: Carried;
}

/** What became of the weights at an edit: names of parameters and running statistics in the new model. */
export interface Carried {
  /** How many kept every number. */
  kept: number;
  /** Of another shape than before: the overlapping part was kept, or they started anew. */
  resized: string[];
  /** Started by their init. */
  fresh: string[];
  /** Names in the old model that have no place in the new one. */
  dropped: string[];
}

/** The run went on from an earlier step: what was told of later steps did not happen. */
export interface ResumeEvent {
  type: 'resume';
  step: number;
}

/** What a run tells, in order: the command line prints these as JSON lines, a run folder stores them, the host keeps them. */
export type RunEvent =
  | StartEvent
  | StepEvent
  | EvalEvent
  | EditEvent
  | ResumeEvent
  | EngineEvent
  | ObservationEvent
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
  /** Better than all before it. */
  is_best?: true;
}

/** Tensors by state_dict name: what a .safetensors file holds. */
export type Tensors = Record<string, { shape: number[]; data: Float32Array }>;

/** Where a run stands: enough to go on from there with the very same numbers. Plain data; crosses threads and goes to disk. */
export interface Checkpoint {
  /** Steps done. */
  step: number;
  /** Where in the data the next batch begins: the epoch (from 0), and the rows of it that have been dealt out. */
  epoch: number;
  row: number;
  /** Training time so far, without pauses. */
  seconds: number;
  /** Parameters and running statistics. */
  tensors: Tensors;
  /** The optimizer's state by its name in PyTorch (`exp_avg`), then by parameter; likewise what is kept beside it (`slow`, `ema`, `pruned`). */
  optimizer: Record<string, Tensors>;
  /** Updates a parameter has had, for those that had fewer than `step`: its optimizer state is younger than the run. */
  ages: Record<string, number>;
  /** Where there is a ReduceLROnPlateau: the best loss it has seen, what it has made of the rate, and its counters, named as in PyTorch. */
  plateau?: { best?: number; factor: number; num_bad_epochs: number; cooldown_counter: number };
  /** The best evaluation so far: what the next ones have to beat. */
  best?: Merit;
  /** Amid an epoch of a curriculum by loss: the loss that each training sample had at its start. */
  difficulty?: Float32Array;
  /** Where `early_stopping` is asked for: what to beat, for how many evaluations nothing did, and the weights to put back in the end. */
  stopping?: { step: number; value: number; stale: number; tensors: Tensors };
}

/** The weights that evaluations see, which are saved: the moving average where there is one, else those that are trained. */
export const evaluatedTensors = ({ tensors, optimizer }: Pick<Checkpoint, 'tensors' | 'optimizer'>): Tensors => ({ ...tensors, ...optimizer.ema });

/** How good an evaluation is: by its score, of the validation split where there is one, and where scores are equal by its loss. */
export interface Merit {
  score: number;
  loss: number;
}

/** Weights at the best evaluation so far. */
export interface Best {
  step: number;
  tensors: Tensors;
}

/** How an edited model takes over the weights of the one before. */
export interface CarryOptions {
  /** A parameter of another shape starts anew, or keeps the part where both shapes overlap. */
  resized: 'fresh' | 'overlap';
  /** An inserted normalisation starts by its init, or so that the net goes on without a jump: weight and bias are its input's std and mean. */
  inserted: 'init' | 'continue';
}

export type ToTrainer =
  /** Makes a new thread ready for a run that is yet to come, and that will have so many threads. */
  | { type: 'warm'; threads: number }
  /** `from`: goes on from there, `isPaused`: without running yet. */
  | { type: 'start'; plan: Plan; from?: Checkpoint; isPaused?: boolean }
  /** Replaces the running model between two steps. Without `files` those of the plan before still hold. Answered by `swapped` or `refused`. */
  | { type: 'swap'; id: number; plan: Omit<Plan, 'files'> & Partial<Pick<Plan, 'files'>>; carry: CarryOptions }
  | { type: 'pause' }
  | { type: 'resume' }
  /** Runs one step and stays paused. */
  | { type: 'step' }
  | { type: 'stop' }
  /** Asks for a `checkpoint` of this moment. */
  | { type: 'checkpoint'; id: number };

export type TrainerState = 'running' | 'paused';

export type FromTrainer =
  /** At most 10 a second however fast training runs. */
  | { type: 'events'; events: RunEvent[]; stepsPerSecond: number }
  | { type: 'state'; state: TrainerState }
  /**
   * Asked for (`id`), due by time, or taken just before an edit took over (`beforeEdit`, its id). Follows the events of its step.
   * `best` where there is a newer one than was last sent.
   */
  | { type: 'checkpoint'; id?: number; beforeEdit?: number; checkpoint: Checkpoint; best?: Best }
  /** What the model makes of its data now; the one before is of no more use. */
  | { type: 'outcome'; outcome: Outcome }
  /** Follows the `edit` event; where the edit changes nothing that is trained there is none, only the layers' lines may be new. */
  | { type: 'swapped'; id: number; isChanged: boolean; layers: StartedLayer[] }
  /** The run goes on as it was. */
  | { type: 'refused'; id: number; problem: Problem }
  /** The run is over; its `end` event has been sent. */
  | { type: 'done'; checkpoint: Checkpoint; best?: Best }
  | { type: 'failed'; problem: Problem };
