import * as z from 'zod';
import { AUGMENTATION_CHOICES } from './augmentations';
import type { Choices } from './choices';
import { type Documented, flag, integer, positive, real, share, size } from './documented';
import {
  type CurriculumSpec,
  type DataSpec,
  type EarlyStoppingSpec,
  GENERATOR_NAMES,
  MONITORS,
  type Normalize,
  PRECISIONS,
  type PruneSpec,
  type RegularizeSpec,
  type Task,
  type TrainSpec,
  type UnfreezeSpec,
} from './spec';
import { NESTED_STRATEGIES, STRATEGIES } from './strategies';

/** The keys of a model file, in the order of its story. */
export const TOP_KEYS = ['name', 'data', 'model', 'init', 'loss', 'optimizer', 'scheduler', 'param_groups', 'regularize', 'train'] as const;
export type TopKey = (typeof TOP_KEYS)[number];

export const REQUIRED_KEYS = ['data', 'model', 'loss'] as const satisfies TopKey[];

export const TOP_DOCS: Record<TopKey, { doc: string; example: string }> = {
  name: { doc: 'What the model is called in runs and charts.', example: 'name: spirals' },
  data: { doc: 'What it learns from: a file, or a built-in generator.', example: 'data: {source: spirals}' },
  model: { doc: 'The layers, from input to output. Input sizes are inferred.', example: 'model: [{Linear: 16}, ReLU, {Linear: 2}]' },
  init: { doc: 'How the weights start. Default: as in PyTorch.', example: 'init: kaiming_normal' },
  loss: { doc: 'What training makes small.', example: 'loss: CrossEntropyLoss' },
  optimizer: { doc: 'How weights follow their gradients. Default: `AdamW: {lr: 0.001}`.', example: 'optimizer: {AdamW: {lr: 0.001}}' },
  scheduler: {
    doc: 'How the learning rate changes over the steps: one, or a list that runs one after the other.',
    example: 'scheduler: {CosineAnnealingLR: 1000}',
  },
  param_groups: {
    doc: 'Arguments of the optimizer that are others for some layers. What is reported as `lr` is the optimizer’s own.',
    example: 'param_groups: [{layers: "conv*", lr: 0.0001}]',
  },
  regularize: { doc: 'Penalties and noise against overfitting.', example: 'regularize: {l2: 0.0001}' },
  train: { doc: 'Batches, length, seed, clipping.', example: 'train: {epochs: 20}' },
};

const NORMALIZE = ['none', 'zscore', 'minmax'] as const satisfies Normalize[];
const TASKS = ['classification', 'regression', 'multilabel', 'sequence'] as const satisfies Task[];

/** A section is a map of keys, documented like everything else that is written in the file. */
export interface Section extends Documented {
  /** Keys with keys of their own; the first takes a value that is no map. In `args` they are `z.unknown()`. */
  nested?: Record<string, NestedKey>;
  /** Keys that hold a list of names with arguments. In `args` they are `z.unknown()`. */
  lists?: Record<string, Choices<string>>;
}

/** `early_stopping: {patience: 5}`; a list of such maps where `many`. */
export interface NestedKey extends Documented {
  many?: boolean;
}

const path = z.string().min(1).meta({ title: 'a path' });
const column = z.string().min(1).meta({ title: 'the name of a column' });

type Table<Of> = { [Key in Exclude<keyof Of, 'range' | 'ranges'>]-?: z.ZodType };

const CURRICULUM = {
  doc: 'Begins with the easiest samples: a share of 1 / pace of them in the first epoch, 2 / pace in the second, all from epoch `pace` on (Bengio et al. 2009, Curriculum Learning; by loss: Kumar et al. 2010, Self-Paced Learning).',
  args: {
    by: column.describe(
      'What makes a sample hard: `loss`, its own under the model at the start of each epoch, or the name of a column of a table of numbers, which then is no feature.',
    ),
    pace: size.describe('Epochs until all samples are there.'),
  } satisfies Table<CurriculumSpec>,
} satisfies NestedKey;

export const DATA = {
  doc: TOP_DOCS.data.doc,
  nested: { curriculum: CURRICULUM },
  lists: { augment: AUGMENTATION_CHOICES },
  args: {
    file: path
      .optional()
      .describe(
        'Path relative to the model file: a table (.csv, .tsv with a header row), arrays (.npz with `x` and `y`; .npy or .idx, .idx.gz with `labels`; images in .idx become 0…1), a folder of class folders with .png and .jpg images (pixels 0…1), a text (.txt: its next characters) or lines of JSON (.jsonl: `text`, `tokens` or `x`, and `label` or `y`).',
      ),
    labels: z
      .union([path, z.array(path.meta({ title: 'paths' })).length(2)])
      .optional()
      .describe('The second file of .npy and .idx data, which has the targets; with a validation file a list of two, its targets last.'),
    source: z.enum(GENERATOR_NAMES).optional().describe('A built-in generator: data drawn from a seed.'),
    target: z
      .union([column, z.array(column.meta({ title: 'names of columns' })).min(1)])
      .optional()
      .describe('The column to predict, or several; all others are features. In .jsonl the key of the target.'),
    shape: z
      .array(size)
      .min(1)
      .optional()
      .describe(
        'Shape of one sample, e.g. [1, 8, 8] for an image of one channel. Images of a folder are brought to it; of tokens it is [L], the length of a sequence.',
      ),
    task: z
      .enum(TASKS)
      .optional()
      .describe('What is learnt; default: what fits the loss. sequence: a class for each place, the classes in the last dimension of the output.'),
    validation: z
      .union([positive.lt(1), path])
      .optional()
      .describe('Share held back to validate on (classes keep their shares), or a file. Default: none.'),
    adjacency: path
      .optional()
      .describe('Path of a .npy or .csv file of N×N numbers: which of the N nodes of a sample are joined, and how strongly. For GraphConv.'),
    normalize: z
      .enum(NORMALIZE)
      .default('none')
      .describe('Per element of a sample, fitted on the training split alone: on images as `augment` makes them.'),
    normalize_target: z.enum(NORMALIZE).default('none').describe('The same for the target of a regression; the loss is then in normalised units.'),
    augment: z
      .unknown()
      .optional()
      .describe('What is done to the samples of training batches, one after the other, drawn anew in each epoch; never in an evaluation.'),
    curriculum: z.unknown().optional().describe('Easy samples first: {by, pace}, by `loss` or a column, all of them after so many epochs.'),
    samples: size.default(1000).describe('Of a generator: how many samples it draws.'),
    noise: real.min(0).optional().describe('Of a generator: how far the samples stray. Default: 0.1; of gaussian-quantiles, friedman1 and tokens 0.'),
    classes: integer.min(2).optional().describe('Of a generator: how many classes it draws.'),
    seed: integer.min(0).default(0).describe('Of the generator and of the split.'),
  } satisfies Table<DataSpec>,
} satisfies Section;

/** Keys of `data` that only a generator reads. */
export const GENERATOR_KEYS = ['samples', 'noise', 'classes'] as const;

export const REGULARIZE = {
  doc: TOP_DOCS.regularize.doc,
  nested: NESTED_STRATEGIES,
  args: {
    l1: real.min(0).default(0).describe('λ of λΣ|w| over every trained parameter: drives weights to zero.'),
    l2: real.min(0).default(0).describe('λ of λΣw² over every trained parameter; acts as `weight_decay: 2λ` in plain SGD.'),
    max_norm: positive.optional().describe('Longest that the weights of one unit may be: longer ones are shortened after each step (torch.renorm).'),
    label_smoothing: share.optional().describe('Share of the target spread evenly over all classes; part of CrossEntropyLoss.'),
    ...STRATEGIES,
    gradient_noise: real
      .min(0)
      .default(0)
      .describe(
        'Standard deviation of normal noise on every gradient at the first step; at step t it is std / t^0.275 (Neelakantan et al. 2015, γ = 0.55). Added after clipping.',
      ),
    weight_noise: real
      .min(0)
      .default(0)
      .describe(
        'Standard deviation of normal noise on every trained parameter, drawn anew for the forward pass of each step (Graves 2011); penalties and evaluations see the weights without it.',
      ),
  } satisfies Table<RegularizeSpec>,
} satisfies Section;

const EARLY_STOPPING = {
  doc: 'Ends training when evaluations stop getting better, and puts the best weights back.',
  args: {
    patience: size.describe('Evaluations in a row that may pass without a better one.'),
    monitor: z.enum(MONITORS).default('val_loss').describe('The figure of an evaluation that has to get better.'),
    min_delta: real.min(0).default(0).describe('By how much, at least, to count.'),
  } satisfies Table<EarlyStoppingSpec>,
} satisfies NestedKey;

const layers = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
  .transform((value) => (Array.isArray(value) ? value : [value]))
  .meta({ title: 'a name of layers, or a list of them' })
  .describe('Names of layers, or of containers around them; `*` stands for any characters.');

const UNFREEZE = {
  doc: 'Layers that stay as they are until so many epochs are over (progressive unfreezing: Howard & Ruder 2018). `freeze: true` on a layer keeps it for good.',
  args: {
    epoch: size.describe('Epochs that are over before the layers begin to learn.'),
    layers,
  } satisfies Table<UnfreezeSpec>,
  many: true,
} satisfies NestedKey;

const PRUNE = {
  doc: 'Magnitude pruning while training: in rounds, the smallest of all weights (`weight`s of two or more dimensions, all layers together) become 0 and stay 0, fewer of them from round to round (Zhu & Gupta 2017).',
  formula: 'after round i: amount·(1 − (1 − i / rounds)³) of the weights are 0',
  args: {
    amount: share.describe('Share of the weights that is 0 after the last round.'),
    every: size.describe('Steps from round to round; the first is at this step.'),
    rounds: size.default(10).describe('How many rounds there are.'),
  } satisfies Table<PruneSpec>,
} satisfies NestedKey;

/** Besides `layers`, what may differ: every number of an optimizer. Its own table says which it has, and what they may be. */
export const PARAM_GROUP = {
  doc: TOP_DOCS.param_groups.doc,
  args: {
    layers,
    lr: positive.optional().describe('Learning rate of these layers; schedulers change it like the optimizer’s.'),
    weight_decay: real.min(0).optional().describe('Weight decay of these layers.'),
    momentum: real.min(0).optional().describe('Momentum of these layers.'),
    dampening: real.optional().describe('As in the optimizer.'),
    betas: z
      .tuple([real.min(0).lt(1), real.min(0).lt(1)])
      .optional()
      .describe('As in the optimizer.'),
    eps: positive.optional().describe('As in the optimizer.'),
    alpha: real.min(0).lt(1).optional().describe('As in RMSprop.'),
    rho: real.min(0).lt(1).optional().describe('As in Adadelta.'),
    lr_decay: real.min(0).optional().describe('As in Adagrad.'),
    initial_accumulator_value: real.min(0).optional().describe('As in Adagrad.'),
    momentum_decay: positive.optional().describe('As in NAdam.'),
  },
  many: true,
} satisfies NestedKey;

export const TRAIN = {
  doc: TOP_DOCS.train.doc,
  nested: { early_stopping: EARLY_STOPPING, unfreeze: UNFREEZE, prune: PRUNE },
  args: {
    batch_size: size.default(32).describe('Samples in a step.'),
    epochs: size.optional().describe('Passes over the training split. Default: 20.'),
    steps: size.optional().describe('Optimizer steps, in place of epochs.'),
    seed: integer.min(0).default(0).describe('Of the weights, the order of the batches and all noise: the same seed gives the same numbers.'),
    shuffle: flag.default(true).describe('A new order of the samples in every epoch; false: rows from row 0 in every epoch.'),
    drop_last: flag.default(true).describe('Leaves a short last batch out; false: runs it too.'),
    clip_grad_norm: positive.optional().describe('Scales all gradients down to this L2 norm together when they exceed it.'),
    clip_grad_value: positive.optional().describe('Cuts each element of the gradients to ± this; after clip_grad_norm.'),
    early_stopping: z
      .unknown()
      .optional()
      .describe(
        'Ends training after so many evaluations without a better validation loss; the best weights are put back. Or {monitor, patience, min_delta}.',
      ),
    overfit_batch: flag
      .default(false)
      .describe('Trains on the first batch again and again: the sanity check. Its loss, not that of evaluations, should come near 0.'),
    unfreeze: z.unknown().optional().describe('Progressive unfreezing: a list of {epoch, layers}; those layers learn once so many epochs are over.'),
    precision: z
      .enum(PRECISIONS)
      .default('float32')
      .describe(
        'float16: what every layer puts out is rounded to 16 bits, in training and evaluation; sums inside a layer, the loss, gradients and weights have 32. The engine computes in 32 bits, so it shows what the rounding does, and is no faster.',
      ),
    ema: real
      .min(0)
      .lt(1)
      .optional()
      .describe(
        'Decay of a moving average of the weights, which starts with them: average ← decay·average + (1 − decay)·weights after every step. Evaluations, the best and the saved weights are of the average; running statistics are those of training.',
      ),
    prune: z.unknown().optional().describe('Magnitude pruning: {amount, every}, every so many steps a round until that share of the weights is 0.'),
  } satisfies Table<TrainSpec>,
} satisfies Section;

export const DEFAULT_EPOCHS = 20;

export const SECTIONS = { data: DATA, regularize: REGULARIZE, train: TRAIN } as const satisfies Partial<Record<TopKey, Section>>;
