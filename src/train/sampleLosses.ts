import type { Split } from '../data/dataset';
import { gather, type Batch } from '../data/batches';
import { Graph } from '../graph/graph';
import { lower } from '../graph/lower';
import { pieceOf } from './evaluator';
import { Pieces } from './examination/pieces';
import { forwardPass, inputsOf } from './forwardPass';
import type { ModelPlan } from './modelPlan';
import type { Feeds, SessionPool } from './session';

/** Output `losses`: the task loss of every sample by itself, in evaluation mode. */
function buildSampleLosses(plan: ModelPlan, batch: number): Graph {
  const { spec } = plan;
  const apart = { ...plan, spec: { ...spec, loss: { ...spec.loss, args: { ...spec.loss.args, reduction: 'none' } } } };
  const g = new Graph();
  const { loss } = forwardPass(g, apart, inputsOf(g, plan, batch), false);
  const others = loss.shape.map((_, i) => i).slice(1);
  g.output('losses', others.length > 0 ? g.mean(loss, others) : loss);
  return lower(g);
}

/** The losses of all samples of a split under one model. Its session is made when it is first needed, and kept. */
export class SampleLosses {
  private readonly pieces: Pieces;

  constructor(
    readonly model: ModelPlan,
    private readonly split: Split,
    sessions: SessionPool,
  ) {
    this.pieces = new Pieces((size) => buildSampleLosses(model, size), sessions, Math.min(split.count, pieceOf(model)));
  }

  async of(weights: Feeds): Promise<Float32Array> {
    const piece = (from: number, to: number): { [Name in keyof Batch]: Batch[Name] } =>
      gather(
        this.split,
        Int32Array.from({ length: to - from }, (_, i) => from + i),
      );
    return (await this.pieces.run(weights, piece, this.split.count)).losses;
  }

  release(): Promise<void> {
    return this.pieces.release();
  }
}
