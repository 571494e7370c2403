import type { PlainSamples } from '../../data/dataset';
import { pictureOf, type Picture } from '../../data/picture';
import { product } from '../../graph/shape';
import type { BuiltLayer } from '../../model/build';
import type { SampleOutcome } from '../outcome';
import type { Feeds, SessionPool } from '../session';
import type { ModelPlan } from '../modelPlan';
import { buildExplanation, isConvolution } from './graphs';
import type { Aim } from './judgement';
import { Pieces } from './pieces';

/** Numbers of one picture at most: 32 × 32 in colour. */
export const PICTURE_SIZE = 3072;

/** Shows images, and what in them spoke for their class. */
export class Explainer {
  private readonly pieces: Pieces;

  /** @param layers of the model, for the last convolution's size. */
  constructor(
    private readonly plan: ModelPlan,
    private readonly layers: readonly BuiltLayer[],
    private readonly aim: Aim,
    sessions: SessionPool,
    batch: number,
  ) {
    this.pieces = new Pieces((size) => buildExplanation(plan, size, aim.kind === 'class'), sessions, batch);
  }

  /** @param targets for each image its class index or number. */
  async explain(
    weights: Feeds,
    images: readonly PlainSamples['data'][],
    targets: readonly number[],
  ): Promise<Pick<SampleOutcome, 'image' | 'saliency' | 'gradCam'>[]> {
    const { sample } = this.plan;
    const piece = (from: number, to: number) => ({
      x: Float32Array.from(images.slice(from, to).flatMap((image) => [...image])),
      picked: Float32Array.from(targets.slice(from, to).flatMap((target) => this.pick(target))),
    });
    const { saliency, grad_cam: gradCam } = await this.pieces.run(weights, piece, images.length);
    const [, rows, columns] = this.layers.filter(isConvolution).at(-1)?.output.shape.slice(1) ?? [];
    return images.map((image, i) => {
      const pictures = {
        image: pictureOf(image, sample, PICTURE_SIZE),
        saliency: saliency && heat(saliency, i, sample[1], sample[2]),
        gradCam: gradCam && heat(gradCam, i, rows, columns),
      };
      return Object.fromEntries(Object.entries(pictures).filter(([, picture]) => picture)) as typeof pictures;
    });
  }

  release(): Promise<void> {
    return this.pieces.release();
  }

  /** What is asked of the logits: the class's own; where one stands for two classes, that it is large or small; the number. */
  private pick(target: number): number[] {
    const width = product(this.plan.output.slice(1));
    if (this.aim.kind === 'number') return [1];
    if (this.aim.classes !== width) return [target === 0 ? -1 : 1];
    return Array.from({ length: width }, (_, i) => (i === target ? 1 : 0));
  }
}

/** One of several maps of what is not negative, 0 being black. */
function heat(maps: Float32Array, index: number, rows: number, columns: number): Picture | undefined {
  const map = maps.subarray(index * rows * columns, (index + 1) * rows * columns);
  return pictureOf(map, [1, rows, columns], PICTURE_SIZE, [0, map.reduce((most, value) => Math.max(most, value), 0)]);
}
