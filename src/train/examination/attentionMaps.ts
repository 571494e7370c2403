import { rounded } from '../../base/rounded';
import type { Split } from '../../data/dataset';
import { pictureOf } from '../../data/picture';
import { gatherRows } from '../../data/batches';
import { Graph } from '../../graph/graph';
import { lower } from '../../graph/lower';
import type { BuiltLayer } from '../../model/build';
import { forwardPass, inputsOf } from '../forwardPass';
import type { ModelPlan } from '../modelPlan';
import type { Attention, AttentionMaps } from '../outcome';
import type { Feeds, SessionPool } from '../session';
import { Pieces } from './pieces';

const MOST_LAYERS = 4;
const MOST_HEADS = 8;
const MOST_TOKENS = 64;

/** Numbers of all maps together, and of one. */
const POINTS = { all: 9000, fewest: 64 };

/** What the places of a sample look at, in every layer with attention. */
export class AttentionLook {
  private readonly pieces: Pieces;
  private readonly pointsEach: number;

  /** Undefined of a model without attention. */
  static of(plan: ModelPlan, layers: readonly BuiltLayer[], sessions: SessionPool): AttentionLook | undefined {
    const attending = layers.filter(({ attention }) => attention !== undefined);
    const shown = attending.filter(
      (_, i) => Math.floor((i * MOST_LAYERS) / attending.length) !== Math.floor(((i - 1) * MOST_LAYERS) / attending.length),
    );
    return shown.length > 0 ? new AttentionLook(plan, shown, sessions) : undefined;
  }

  private constructor(
    plan: ModelPlan,
    private readonly layers: readonly BuiltLayer[],
    sessions: SessionPool,
  ) {
    const names = layers.map(({ name }) => name);
    this.pieces = new Pieces((size) => buildAttention(plan, size, names), sessions, 1);
    this.pointsEach = Math.max(POINTS.fewest, Math.floor(POINTS.all / layers.reduce((sum, layer) => sum + headsShown(layer), 0)));
  }

  /** @param row of the split. */
  async look({ x }: Split, row: number, weights: Feeds): Promise<Attention> {
    const sample = gatherRows(x, Int32Array.of(row));
    const seen = await this.pieces.run(weights, () => ({ x: sample }), 1);
    const isTokens = x.sampleShape.length === 1 && sample.length <= MOST_TOKENS && sample.every((value) => Number.isInteger(value));
    return {
      row,
      ...(isTokens && { tokens: Array.from(sample) }),
      layers: this.layers.map((layer) => this.mapsOf(layer, seen[outputOf(layer.name)])),
    };
  }

  release(): Promise<void> {
    return this.pieces.release();
  }

  private mapsOf(layer: BuiltLayer, weights: Float32Array): AttentionMaps {
    const [, heads, places] = layer.attention!.shape;
    const maps = Array.from({ length: headsShown(layer) }, (_, head) => {
      const map = weights.subarray(head * places * places, (head + 1) * places * places);
      const most = map.reduce((largest, weight) => Math.max(largest, weight), 0);
      return { most, picture: pictureOf(map, [1, places, places], this.pointsEach, [0, most]) };
    });
    const finite = maps.flatMap(({ most, picture }) => (picture ? [{ most: rounded(most), picture }] : []));
    return { layer: layer.name, heads, places, maps: finite };
  }
}

const headsShown = ({ attention }: BuiltLayer): number => Math.min(MOST_HEADS, attention!.shape[1]);

/** `constructor` is a name for a layer. */
const outputOf = (layer: string): string => `attention of ${layer}`;

function buildAttention(plan: ModelPlan, batch: number, names: readonly string[]): Graph {
  const g = new Graph();
  const { layers } = forwardPass(g, plan, inputsOf(g, plan, batch), false).forward;
  for (const { name, attention } of layers) if (attention && names.includes(name)) g.output(outputOf(name), attention);
  return lower(g);
}
