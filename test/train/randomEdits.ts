import { stream, type Random } from '../../src/base/random';

type Args = Record<string, unknown>;
export type Layer = { type: string; args: Args; layers?: Layer[] };

/** A model file as data; JSON is YAML. */
export interface Draft {
  data: Args;
  model: Layer[];
  loss: unknown;
  optimizer: Args;
  scheduler?: unknown;
  regularize: Args;
  train: Args;
  /** Changes the text and nothing else. */
  comment: string;
}

export const firstDraft = (): Draft => ({
  data: { source: 'moons', samples: 48, noise: 0.1, validation: 0.25 },
  model: [
    { type: 'Linear', args: { out_features: 6, name: 'a' } },
    { type: 'Tanh', args: { name: 'b' } },
    { type: 'Linear', args: { out_features: 2, name: 'last' } },
  ],
  loss: 'CrossEntropyLoss',
  optimizer: { Adam: { lr: 0.01 } },
  regularize: {},
  train: { batch_size: 8, steps: 1_000_000 },
  comment: '',
});

const entry = ({ type, args, layers }: Layer): unknown => ({ [type]: layers ? { ...args, layers: layers.map(entry) } : args });

export function textOf({ comment, model, ...rest }: Draft): string {
  return `# ${comment}\n${JSON.stringify({ ...rest, model: model.map(entry) }, null, 1)}\n`;
}

/** Every layer with a name of its own, those inside containers too. */
export const layersOf = (layers: readonly Layer[]): Layer[] => layers.flatMap((layer) => [layer, ...layersOf(layer.layers ?? [])]);

export interface Edit {
  kind: 'valid' | 'invalid' | 'nothing';
  text: string;
  draft: Draft;
}

/** One edit after another, from a seed: structure, numbers, data, optimizer, comments, and texts that are no model. */
export class Editor {
  private readonly random: Random;
  private count = 0;

  constructor(
    seed: number,
    private draft = firstDraft(),
  ) {
    this.random = stream(seed, 'edits');
  }

  next(): Edit {
    this.count++;
    const roll = this.random.uniform();
    if (roll < 0.12) return { kind: 'invalid', text: this.broken(), draft: this.draft };
    const draft = structuredClone(this.draft);
    if (roll < 0.22) {
      draft.comment = `edit ${this.count}`;
      this.draft = draft;
      return { kind: 'nothing', text: textOf(draft), draft };
    }
    if (roll < 0.5) this.number(draft);
    else this.structure(draft);
    this.draft = draft;
    return { kind: 'valid', text: textOf(draft), draft };
  }

  private pick<T>(list: readonly T[]): T {
    return list[this.random.integer(list.length)];
  }

  private broken(): string {
    const whole = textOf(this.draft);
    return this.pick([
      whole.slice(0, whole.length - 20),
      whole.replace('"Linear"', '"Linaer"'),
      whole.replace('"lr":', '"lr": -'),
      whole.replace('"samples": ', '"samples": -'),
      'model: []',
      '',
      `${whole}\nnope: 1`,
      textOf({ ...this.draft, model: [...this.draft.model, { type: 'Conv2d', args: { out_channels: 2, kernel_size: 3 } }] }),
      textOf({ ...this.draft, model: [...this.draft.model, { type: 'Linear', args: { out_features: 1 } }] }),
    ]);
  }

  private number(draft: Draft): void {
    const { random } = this;
    const some = () => Number((0.001 + 0.02 * random.uniform()).toFixed(5));
    this.pick([
      () => (draft.optimizer = { Adam: { lr: some(), betas: [0.8 + 0.1 * random.uniform(), 0.99] } }),
      () => (draft.optimizer = { AdamW: { lr: some(), weight_decay: some(), amsgrad: random.uniform() < 0.5 } }),
      () => (draft.optimizer = { SGD: { lr: some(), momentum: this.pick([0, 0.9]), weight_decay: some() } }),
      () => (draft.regularize = this.pick<Args>([{}, { l2: some() }, { l1: some(), l2: some() }, { label_smoothing: 0.1 }])),
      () => (draft.train.clip_grad_norm = this.pick([undefined, 0.5 + random.uniform()])),
      () => (draft.train.batch_size = this.pick([4, 8, 12, 36])),
      () => (draft.train.drop_last = this.pick([true, false])),
      () => (draft.train.shuffle = this.pick([true, false])),
      () => (draft.data.noise = Number(random.uniform().toFixed(3))),
      () => (draft.data.samples = this.pick([48, 60])),
      () => (draft.data.normalize = this.pick(['none', 'zscore'])),
      () => (draft.loss = this.pick<unknown>(['CrossEntropyLoss', { CrossEntropyLoss: { weight: [1, 2] } }])),
      () => (draft.scheduler = this.pick<unknown>([undefined, { StepLR: { step_size: 5 } }, { CosineAnnealingLR: { T_max: 50 } }])),
    ])();
  }

  private structure(draft: Draft): void {
    const { model } = draft;
    const at = this.random.integer(model.length);
    const name = `n${this.count}`;
    const width = 3 + this.random.integer(6);
    const layer = (type: string, args: Args = {}): Layer => ({ type, args: { ...args, name } });
    const insert = (one: Layer) => model.splice(at, 0, one);
    const resizable = layersOf(model).filter(({ type, args }) => type === 'Linear' && args.name !== 'last');
    this.pick([
      () => insert(layer('Linear', { out_features: width })),
      () => insert(layer('BatchNorm1d')),
      () => insert(layer('LayerNorm')),
      () => insert(layer('Dropout', { p: 0.2 })),
      () => insert(layer(this.pick(['ReLU', 'Tanh', 'Sigmoid', 'Identity']))),
      () => insert({ type: 'Residual', args: { name }, layers: [{ type: 'Tanh', args: { name: `${name}t` } }] }),
      () => model.length > 3 && at < model.length - 1 && model.splice(at, 1),
      () => model.length > 3 && at < model.length - 2 && model.splice(at, 2, model[at + 1], model[at]),
      () => resizable.length && (this.pick(resizable).args.out_features = width),
      () => resizable.length && (this.pick(resizable).args.freeze = this.pick([true, false])),
      () => model.length > 12 && model.splice(0, model.length - 1, ...firstDraft().model.slice(0, -1)),
    ])();
  }
}
