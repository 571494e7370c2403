import { finite } from '../base/rounded';
import { gather } from '../data/batches';
import { sampleRows } from '../data/sampleRows';
import { distributionOf } from './distribution';
import { pieceOf } from './evaluator';
import { type Distribution, type LayerObservation, MOST_UNITS, type ObservationEvent, type ParamObservation } from './observation';
import type { Prepared } from './prepare';
import { buildProbe, type Piece, type ProbedLayer, type ProbeGraph } from './probeGraph';
import { Runner } from './runner';
import { numbers, type Session, type SessionPool } from './session';
import { buildEvaluation } from './evaluationGraph';
import { thinned } from './thinning';
import type { ModelState } from './trainer';

/** Samples that a model is looked at with, of small batches and of large ones. */
const SAMPLES = { least: 32, most: 128 };

interface Probe {
  runner: Runner<ProbeGraph>;
  /** In evaluation mode, where that differs. */
  evaluation?: Session;
}

/** Takes observations of one model. */
export class Observer {
  private probe?: Promise<Probe>;
  private readonly count: number;

  constructor(
    private readonly prepared: Prepared,
    private readonly sessions: SessionPool,
  ) {
    this.count = probeSize(prepared);
  }

  async observe({ trained, ...seen }: ModelState): Promise<ObservationEvent> {
    // What a step makes of the weights is looked at, not what evaluations see of them.
    const state = { ...seen, weights: { ...seen.weights, ...(trained && { params: trained }) } };
    const { runner, evaluation } = await (this.probe ??= this.compile());
    const { graph, session, feeds } = runner;
    const all = numbers((await session.run({ ...state.weights, ...feeds })).numbers);
    const take = ({ at, count }: Piece) => all.subarray(at, at + count);
    const modes = evaluation && {
      train: finite(take(graph.loss)[0]),
      eval: finite(numbers((await evaluation.run({ ...state.weights, x: feeds.x, y: feeds.y })).metrics)[0]),
    };
    const spread = remembering((piece: Piece) => distributionOf(take(piece)));
    return {
      type: 'observation',
      step: state.step,
      samples: this.count,
      layers: Object.fromEntries(graph.layers.map((layer) => [layer.name, lookAt(layer, take, spread)])),
      params: Object.fromEntries(this.params(state, graph, spread)),
      ...(modes && { modes }),
    };
  }

  async release(): Promise<void> {
    const [made] = await Promise.allSettled([this.probe]);
    if (made.status === 'rejected' || !made.value) return;
    await made.value.runner.session.release();
    await made.value.evaluation?.release();
  }

  private async compile(): Promise<Probe> {
    const { prepared, sessions, count } = this;
    const { model, dataset } = prepared;
    const runner = await Runner.compile(prepared, buildProbe(model, count), count, {}, sessions);
    gather(dataset.train, sampleRows(dataset.train.count, count), runner.batch);
    // The same random numbers every time: what changes is the model.
    runner.feed({ step: 1, wantsStatistics: false });
    const hasModes = model.buffers.size > 0 || runner.graph.seeds.length > 0;
    return { runner, ...(hasModes && { evaluation: await sessions.session(buildEvaluation(model, count)) }) };
  }

  private params(
    { weights, before }: ModelState,
    { gradients, most }: ProbeGraph,
    spread: (piece: Piece) => Distribution,
  ): [string, ParamObservation][] {
    const { trained, frozen } = this.prepared.model;
    const params = numbers(weights.params);
    return [
      ...trained.items.map(({ name, shape }, i): [string, ParamObservation] => {
        const place = { from: trained.offsets[i], shape };
        const gradient = gradients.get(name);
        const seen: ParamObservation = { weight: distributionOf(thinned(params, place, most)) };
        if (gradient) seen.gradient = spread(gradient);
        if (before) seen.update = distributionOf(thinned(params, place, most, numbers(before)));
        return [name, seen];
      }),
      ...frozen.items.map(({ name, shape }, i): [string, ParamObservation] => [
        name,
        { weight: distributionOf(thinned(numbers(weights.frozen), { from: frozen.offsets[i], shape }, most)) },
      ]),
    ];
  }
}

/** About as much work as two training steps at most, and no more memory than a piece of an evaluation takes. */
function probeSize({ model, dataset, batches }: Prepared): number {
  const { least, most } = SAMPLES;
  const worth = Math.min(most, Math.max(least, 2 * batches.batchSize));
  // Batch normalisation cannot do with one.
  return Math.min(dataset.train.count, worth, Math.max(2, pieceOf(model)));
}

function lookAt(layer: ProbedLayer, take: (piece: Piece) => Float32Array, spread: (piece: Piece) => Distribution): LayerObservation {
  const { activation, gradient, input, active, perUnit } = layer;
  return {
    activation: spread(activation),
    ...(gradient && { gradient: spread(gradient) }),
    ...(input && { input: spread(input) }),
    ...(active && { active: percentages(take(active), perUnit), units: active.count }),
  };
}

/** Of some of the units; rounded up, as 0 is never. */
function percentages(counts: Float32Array, of: number): number[] {
  const shown = Math.min(counts.length, MOST_UNITS);
  return Array.from({ length: shown }, (_, i) => Math.ceil((100 * counts[Math.floor((i * counts.length) / shown)]) / of));
}

/** A tensor that stands at two places is sorted out once. */
function remembering<Key, Result>(work: (key: Key) => Result): (key: Key) => Result {
  const known = new Map<Key, Result>();
  return (key) => {
    const result = known.get(key) ?? work(key);
    known.set(key, result);
    return result;
  };
}
