import { finite } from '../../base/rounded';
import type { BuiltLayer } from '../../model/build';
import { pieceOf } from '../evaluator';
import type { Boundary, UnitMaps } from '../outcome';
import type { Prepared } from '../prepare';
import type { Feeds, SessionPool } from '../session';
import { buildUnits, unitsOf } from './graphs';
import { type Aim, judgeOf } from './judgement';
import { Pieces } from './pieces';
import { gridOver, type Plane, planeOf } from './plane';
import { layersShown, mapSize, MOST_UNITS, unitMaps } from './unitMaps';

/** Points along each side of a boundary. */
const BOUNDARY = 48;

/** Looks at a model of two features over their plane. */
export class PlaneSurvey {
  private readonly plane: Plane;
  private readonly grid: Float32Array;
  private readonly layers: BuiltLayer[];
  /** Of the maps of units. */
  private readonly size: number;
  private readonly unitGrid: Float32Array;
  private readonly units: Pieces;

  /** @param prediction of the model. */
  constructor(
    private readonly prepared: Prepared,
    private readonly aim: Aim,
    private readonly prediction: Pieces,
    sessions: SessionPool,
  ) {
    const { model, dataset, step } = prepared;
    this.plane = planeOf(dataset, aim);
    this.grid = gridOver(this.plane, BOUNDARY, dataset.normaliser);
    this.layers = layersShown(step.layers);
    const names = this.layers.map(({ name }) => name);
    this.size = mapSize(this.layers);
    this.unitGrid = gridOver(this.plane, this.size, dataset.normaliser);
    const batch = Math.min(pieceOf(model), this.size ** 2);
    this.units = new Pieces((size) => buildUnits(model, size, names, MOST_UNITS), sessions, batch);
  }

  async survey(weights: Feeds): Promise<{ boundary: Boundary; units?: UnitMaps[] }> {
    const boundary = await this.boundary(weights);
    if (this.layers.length === 0) return { boundary };
    const outputs = await this.units.run(weights, within(this.unitGrid), this.size ** 2);
    return { boundary, units: this.layers.map((layer) => unitMaps(layer, outputs[unitsOf(layer.name)], this.size)) };
  }

  release(): Promise<void> {
    return this.units.release();
  }

  private async boundary(weights: Feeds): Promise<Boundary> {
    const judge = judgeOf(this.prepared.model)!;
    const count = BOUNDARY ** 2;
    const { prediction } = await this.prediction.run(weights, within(this.grid), count);
    const width = prediction.length / count;
    const judged = Array.from({ length: count }, (_, i) => judge(prediction.subarray(i * width, (i + 1) * width), 0));
    const { x, y, names, points } = this.plane;
    return {
      ...{ names, x, y },
      size: BOUNDARY,
      values: judged.map(({ predicted }) => finite(predicted, 3)),
      ...(this.aim.kind === 'class' && { confidence: judged.map(({ probability = 0 }) => Math.round(100 * probability) || 0) }),
      points,
    };
  }
}

/** Some points of a grid. */
const within = (grid: Float32Array) => (from: number, to: number) => ({ x: grid.subarray(2 * from, 2 * to) });
