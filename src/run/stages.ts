import type { EditEvent, Layout, StartedLayer } from '../train/protocol';
import type { EditEffect } from '../view/protocol';

/** Which moment of a run a checkpoint is of: an edit takes over between two steps, so that there can be two of one step. */
export interface CheckpointPlace {
  step: number;
  /** Id of the last edit before it; 0: none. Its model is `textAfter(edit)`. */
  edit: number;
}

/** One model of a run: that of the start, or one that an edit brought. */
export interface Stage {
  /** The edit's id; 0: the start. */
  id: number;
  /** Steps done before. */
  from: number;
  /** The model file. */
  text: string;
  layout: Layout;
  /** What the edit changed; none at the start. */
  edit?: Pick<EditEvent, 'changes' | 'carried'>;
  effect: EditEffect;
  /** More steps do not change `effect`. */
  isSettled: boolean;
}

export type EditedStage = Stage & Required<Pick<Stage, 'edit'>>;

const NOTHING: Layout = { params: 0, layers: [], steps: 0, batch_size: 0, samples: 0, validation_samples: 0 };

/** The models that a run trained, one after the other. Bounded: of too many edits the ones soonest followed by another go. */
export class Stages {
  readonly all: Stage[];
  /** Grows when what was handed out has changed. */
  generation = 0;

  constructor(
    text: string,
    /** Of edits. */
    private readonly capacity: number,
  ) {
    this.all = [{ id: 0, from: 0, text, layout: NOTHING, effect: {}, isSettled: true }];
  }

  get newest(): Stage {
    return this.all[this.all.length - 1];
  }

  /** Those that edits brought. */
  get edited(): EditedStage[] {
    return this.all.filter((stage): stage is EditedStage => stage.edit !== undefined);
  }

  /** The layout of the newest as a trainer tells it. */
  setLayout(told: Layout): void {
    const layout = layoutOf(told);
    if (JSON.stringify(layout) === JSON.stringify(this.newest.layout)) return;
    this.newest.layout = layout;
    this.generation++;
  }

  /** An edit made again after a restart takes its own place. */
  add(event: EditEvent, effect?: EditEffect): void {
    const { id, step: from, text, changes, carried } = event;
    this.drop(this.all.filter((stage) => stage.id >= id && stage.id > 0));
    const layout = layoutOf(event);
    const { layers } = this.newest.layout;
    // Most edits leave the layers alone: hundreds of them share one list.
    if (JSON.stringify(layers) === JSON.stringify(layout.layers)) layout.layers = layers;
    this.all.push({ id, from, text, layout, edit: { changes, carried }, effect: effect ?? {}, isSettled: effect !== undefined });
    if (this.all.length - 1 > this.capacity) this.drop([this.shortest()]);
  }

  /** Forgets the edits after a place. */
  cut({ step, edit }: CheckpointPlace): void {
    this.drop(this.all.filter(({ id, from }) => id > 0 && (from > step || id > edit)));
  }

  /** The model that a step was trained with. */
  at(step: number): Stage {
    return this.all.filter(({ from }) => from < step).at(-1) ?? this.all[0];
  }

  /** The newest model with no later edit than this. */
  with(edit: number): Stage {
    return this.all.filter(({ id }) => id <= edit).at(-1) ?? this.all[0];
  }

  /** The model that an edit took the place of. */
  before(edit: number): Stage {
    return this.with(edit - 1);
  }

  /** The steps around a stage in which the layers are the same: done before the first, and done before what comes after the last. */
  span(stage: Stage): { from: number; to: number } {
    const place = this.all.indexOf(stage);
    const isOther = ({ layout }: Stage) => !hasSameLayers(layout.layers, stage.layout.layers);
    const before = this.all.slice(0, place).reverse().findIndex(isOther);
    const after = this.all.slice(place).find(isOther);
    return { from: this.all[before < 0 ? 0 : place - before].from, to: after?.from ?? Infinity };
  }

  private drop(stages: readonly Stage[]): void {
    if (stages.length === 0) return;
    this.all.splice(0, this.all.length, ...this.all.filter((stage) => !stages.includes(stage)));
    this.generation++;
  }

  private shortest(): Stage {
    const lives = this.all.slice(1).map((stage, i) => ({ stage, steps: (this.all[i + 2]?.from ?? Infinity) - stage.from }));
    return lives.reduce((least, life) => (life.steps < least.steps ? life : least)).stage;
  }
}

/** The edit that brought a stage, as it was told. */
export const editOf = ({ id, from, text, edit, layout }: EditedStage): EditEvent => ({ type: 'edit', id, step: from, ...edit, text, ...layout });

function layoutOf({ params, layers, steps, batch_size, samples, validation_samples, no_skill_loss, memory, facts }: Layout): Layout {
  return {
    params,
    layers,
    steps,
    batch_size,
    samples,
    validation_samples,
    ...(no_skill_loss !== undefined && { no_skill_loss }),
    ...(memory !== undefined && { memory }),
    ...(facts && { facts }),
  };
}

/** Whether statistics of one fit the other; where the layers stand does not count. */
export function hasSameLayers(some: readonly StartedLayer[], others: readonly StartedLayer[]): boolean {
  const isSame = (a: StartedLayer, b: StartedLayer) =>
    a.name === b.name && a.type === b.type && a.output.slice(1).join() === b.output.slice(1).join();
  return some.length === others.length && some.every((layer, i) => isSame(layer, others[i]));
}
