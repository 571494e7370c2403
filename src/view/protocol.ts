import type { Evidence, RuleId } from '../diagnose/finding';
import type { ProblemLevel } from '../model/problem';
import type { Distribution, Percentiles } from '../train/observation';
import type { Outcome } from '../train/outcome';
import type { Carried, ChannelStats, EvalEvent, LayerStats, ParamStats, StartedLayer, TrainerState } from '../train/protocol';

/**
 * `queued`: waits for a core; `starting`: worker and sessions are being made; `interrupted`: its window or its machine went away while it
 * trained, it can be resumed; `failed`: see message.
 */
export type RunState = TrainerState | 'queued' | 'starting' | 'finished' | 'stopped' | 'interrupted' | 'failed';

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

/** How the tensors of all layers spread at one step. */
export interface Profile {
  step: number;
  /** By layer name; absent where no number is finite. */
  layers: Record<string, { activation?: Percentiles; gradient?: Percentiles }>;
}

/** Loss of the same samples in training and in evaluation mode; null: not finite. */
export interface ModesPoint {
  step: number;
  train: number | null;
  eval: number | null;
}

/** One moment of a layer's history; tensors by name: `activation`, `gradient`, `input` (of a normalisation), and `weight`, `weight.gradient`, `weight.update` for each parameter. */
export interface LayerMoment {
  step: number;
  tensors: Record<string, Distribution>;
  /** Share of samples on which each unit is active, in percent; see LayerObservation. */
  active?: number[];
  units?: number;
}

/** Statistics of a normalisation layer over its channels, by name (`batch_mean`, `running_var`, `gamma`, …). */
export interface NormalisationPoint {
  step: number;
  statistics: Record<string, ChannelStats>;
}

/** What an edit did, as far as the steps around it tell. */
export interface EditEffect {
  /** Change of log10(loss) per 100 steps, before and after; absent while there are too few steps. */
  slopeBefore?: number;
  slopeAfter?: number;
  /** L2 norm of the gradient at the first layer over that at the last, before and after. */
  flowBefore?: number;
  flowAfter?: number;
}

/** A mark on the time axis. */
export interface EditMark {
  id: number;
  step: number;
  changes: string[];
  carried: Carried;
  effect: EditEffect;
  /** There is a checkpoint of just before: text and weights can be restored. */
  canRevert: boolean;
}

/** Loss and score of a run. */
export interface RunCurves {
  runId: string;
  name: string;
  losses: LossPoint[];
  evals: EvalEvent[];
}

/** A run that is shown beside the one on show. */
export interface ComparedRun extends RunCurves {
  layers: StartedLayer[];
  now?: StatsSnapshot;
  /** What its model file has other than that of the run on show, in the file's words: `lr 0.001 → 0.01`. */
  differs: string[];
}

/** A finding as the page shows it. */
export interface FindingView {
  rule: RuleId;
  title: string;
  level: ProblemLevel;
  /** Where it stands; absent where it is about the whole model, its data or its training. */
  layer?: string;
  /** Where it is about no layer: the key of the file that it stands at, as `lr` or `data`. */
  key?: string;
  /** Further layers where it shows. */
  also: string[];
  /** 1-based, in the text that trains. */
  line: number;
  /** Steps done when it was first found. */
  step: number;
  message: string;
  evidence: Evidence;
  because: string;
  formula: string;
  reference: string;
  /** The finding that this one follows from. */
  cause?: RuleId;
  /** Titles, best first. */
  fixes: string[];
}

/** What the rules make of a run. */
export interface Health {
  findings: FindingView[];
  /** What was looked at and is as it should be: `gradients reach the first layer`. */
  passed: string[];
}

/** One candidate of a measurement of fixes, or what it is compared with. */
export interface TrialView {
  id: number;
  /** Of its fixes, joined. */
  title: string;
  state: 'waiting' | 'running' | 'done' | 'failed';
  /** Why it failed. */
  message?: string;
  step: number;
  losses: LossPoint[];
  evals: EvalEvent[];
  /** Loss of the last evaluation over that of guessing, of the validation split where there is one: below 1 is better than guessing. */
  relativeLoss?: number;
  /** Accuracy or R² of the last evaluation. */
  score?: number;
}

/** Fixes measured: each trained up to the same step as the model as it is, from the start or from where the run stands. */
export interface TrialsView {
  state: 'running' | 'done' | 'stopped';
  steps: number;
  metric: 'accuracy' | 'r2';
  /** The model as it is. */
  baseline: TrialView;
  /** Once done, best first. */
  candidates: TrialView[];
}

/** All that the dashboard paints; the host owns it, the webview is told. */
export interface RunView {
  runId: string;
  name: string;
  /** Workspace-relative path of the model file. */
  file: string;
  state: RunState;
  /** Of state `failed` or `interrupted`; why the text in the editor is not the model that trains. */
  message?: string;
  step: number;
  /** Planned number of steps. */
  steps: number;
  stepsPerSecond: number;
  /** What computes: `wasm`, `native, 2 threads`. */
  engine: string;
  /** Why this one, in a sentence. */
  engineReason?: string;
  params: number;
  /** Bytes that training takes when it takes most, as reckoned before. */
  memory?: number;
  /** What trains it, in the words of its file: `CrossEntropyLoss · AdamW lr 0.003 · batch 64 · 20 epochs`. */
  recipe?: string;
  /** Loss of the best constant prediction on the training split, e.g. ln C for C balanced classes. */
  noSkillLoss?: number;
  layers: StartedLayer[];
  losses: LossPoint[];
  evals: EvalEvent[];
  /** Statistics at the first sampled step since the start or the last edit of the layers. */
  first?: StatsSnapshot;
  now?: StatsSnapshot;
  /** Statistics of 20 steps before `now`, or of the nearest step before that. */
  before?: StatsSnapshot;
  /** The first since the start or the last edit of the layers, and the newest. */
  firstProfile?: Profile;
  profile?: Profile;
  /** Oldest first; empty where the model computes the same in both modes. */
  modes: ModesPoint[];
  outcome?: Outcome;
  edits: EditMark[];
  /** Steps, ascending, that can be resumed from. */
  checkpoints: number[];
  /** Absent before the first step was judged. */
  health?: Health;
  trials?: TrialsView;
  /** The run that this one branched off, and where. */
  parent?: { runId: string; name: string; step: number };
}

export type ToView =
  /** Replaces everything; `undefined`: no run yet. */
  | { type: 'hydrate'; run?: RunView; selectedLayer?: string; compared: ComparedRun[] }
  /** Appends: `losses` and `evals` are appended, everything else that is there replaces. At most 10 a second. */
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
      before?: StatsSnapshot;
      firstProfile?: Profile;
      profile?: Profile;
      /** Appended. */
      modes: ModesPoint[];
      engine?: string;
      engineReason?: string;
      recipe?: string;
      outcome?: Outcome;
      edits?: EditMark[];
      checkpoints?: number[];
      health?: Health;
      trials?: TrialsView;
    }
  | { type: 'select'; layer?: string }
  /** Answers `watch`, and follows it while training goes on: `after`: what was told of the layer up to that step still holds, what was later does not. */
  | {
      type: 'layer';
      runId: string;
      layer: string;
      after: number;
      moments: LayerMoment[];
      normalisation: NormalisationPoint[];
    }
  /** Every few seconds: a page that hears nothing any more knows that its extension is gone. */
  | { type: 'alive' }
  /** Answers `time`: the statistics nearest to that step, and the layers there were then; without them: none are known. */
  | { type: 'past'; runId: string; step: number; snapshot?: StatsSnapshot; profile?: Profile; layers: StartedLayer[] };

export type ExportFormat = 'png' | 'svg' | 'csv';

export type ViewCommand = 'train' | 'pause' | 'resume' | 'step' | 'stop';

export type FromView =
  | { type: 'ready' }
  | { type: 'select'; layer: string }
  | { type: 'command'; command: ViewCommand }
  /** The layer whose history is on show; without one: none. */
  | { type: 'watch'; runId: string; layer?: string }
  /** Saves a chart or its numbers to a file that the user names; `data`: base64 of a PNG, text otherwise. */
  | { type: 'export'; name: string; format: ExportFormat; data: string }
  /** Asks for the past of a step. */
  | { type: 'time'; runId: string; step: number }
  /** A new run that goes on from the nearest checkpoint at or before a step. */
  | { type: 'branch'; runId: string; step: number }
  /** Text and weights of just before an edit, as a new run. */
  | { type: 'revert'; runId: string; edit: number }
  /** Shows an edit as a comparison of texts. */
  | { type: 'diff'; runId: string; edit: number }
  /** Ends the comparison with other runs. */
  | { type: 'endComparison' }
  /** Shows where a finding stands in the model file. */
  | { type: 'revealFinding'; runId: string; rule: RuleId; layer?: string }
  /** Opens the explanation of a rule. */
  | { type: 'explain'; rule: RuleId }
  /** Makes a fix's edit in the model file. */
  | { type: 'applyFix'; runId: string; rule: RuleId; fix: number }
  /** Measures the fixes of the findings. */
  | { type: 'tryFixes'; runId: string }
  | { type: 'stopTrials'; runId: string }
  /** Makes the edits of a candidate in the model file. */
  | { type: 'applyTrial'; runId: string; trial: number };
