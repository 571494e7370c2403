import type { LayerStats, ParamStats, StartedLayer, TensorStats } from '../../src/train/protocol';
import type { RuleId } from '../../src/diagnose/finding';
import type { EditMark, FindingView, RunView, StatsSnapshot, TrialsView, TrialView } from '../../src/view/protocol';

/** Statistics with a given L2 norm and deviation. */
export function tensor(l2: number | null, std: number | null = 1, non_finite = 0): TensorStats {
  return { mean: 0, std, min: -1, max: 1, l2, zero_fraction: 0, non_finite };
}

export function layer(name: string, type = 'Linear', output = [4, 9]): StartedLayer {
  return { name, type, line: 1, output, params: 10 };
}

/** A parameter whose gradient and weight have these L2 norms. */
export function param(gradient: number | null, update_ratio: number | null = 1e-3, weight = 1): ParamStats {
  return { weight: tensor(weight), gradient: tensor(gradient), update_l2: update_ratio, update_ratio };
}

export function snapshot(step: number, layers: Record<string, LayerStats>, params: Record<string, ParamStats> = {}): StatsSnapshot {
  return { step, layers, params };
}

export function runView(changes: Partial<RunView> = {}): RunView {
  return {
    runId: 'r1',
    name: 'moons',
    file: 'moons.nn.yaml',
    state: 'running',
    step: 0,
    steps: 100,
    stepsPerSecond: 10,
    engine: 'wasm',
    params: 10,
    layers: [layer('linear1')],
    losses: [],
    evals: [],
    modes: [],
    edits: [],
    checkpoints: [],
    ...changes,
  };
}

/** An edit of the learning rate that kept all weights. */
export function editMark(id: number, step: number, changes: Partial<EditMark> = {}): EditMark {
  const carried = { kept: 2, resized: [], fresh: [], dropped: [] };
  return { id, step, changes: ['lr 0.1 → 0.01'], carried, effect: {}, canRevert: true, ...changes };
}

/** A warning about `linear1`. */
export function finding(rule: RuleId, changes: Partial<FindingView> = {}): FindingView {
  return {
    rule,
    title: rule,
    level: 'warning',
    layer: 'linear1',
    also: [],
    line: 9,
    step: 20,
    message: 'The gradient of `linear1` is small.',
    evidence: { quantity: '‖∇W‖', value: 1e-6, healthy: 'above 8e-3' },
    because: '',
    formula: '',
    reference: '',
    fixes: [],
    ...changes,
  };
}

/** A measured candidate. */
export function trial(id: number, changes: Partial<TrialView> = {}): TrialView {
  return { id, title: `fix ${id}`, state: 'done', step: 300, losses: [], evals: [], relativeLoss: 0.5, score: 0.5, ...changes };
}

/** Of 300 steps, against a model that guesses. */
export function trials(changes: Partial<TrialsView> = {}): TrialsView {
  const baseline = trial(0, { relativeLoss: 0.99, score: 0.101 });
  return { state: 'running', steps: 300, metric: 'accuracy', baseline, candidates: [], ...changes };
}
