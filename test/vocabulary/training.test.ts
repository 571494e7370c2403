import { expect, test } from 'vitest';
import { generate, GENERATORS } from '../../src/data/generators';
import type { TargetKind } from '../../src/data/dataset';
import { ruleAt } from '../../src/model/grammar';
import { LOSSES, type LossName } from '../../src/model/losses';
import { parseModel } from '../../src/model/parse';
import { TOP_KEYS } from '../../src/model/schema';
import type { DataSpec } from '../../src/model/spec';
import { encodeTensors } from '../../src/train/checkpoint';
import { Trainer } from '../../src/train/trainer';
import { expectLife } from './lives';
import { choices, FILES, keysOfSection, modelText, withNeeded } from './recipes';

/** Layers that make of two features what a loss wants. */
const HEADS: Partial<Record<LossName, string>> = {
  NLLLoss: '{Linear: 2}, LogSoftmax',
  BCELoss: '{Linear: 1}, Sigmoid',
  KLDivLoss: '{Linear: 1}, LogSigmoid',
  TripletMarginLoss: '{Linear: 3}',
  ContrastiveLoss: '{Linear: 3}',
  CosineEmbeddingLoss: '{Linear: 3}',
};

test.each(choices('loss'))('loss %s lives', async (name, written) => {
  const rule = LOSSES[name as LossName];
  const head = HEADS[name as LossName] ?? (rule.target === 'class' || rule.isHalved ? '{Linear: 2}' : '{Linear: 1}');
  await expectLife(modelText({ model: `{Linear: 4}, Tanh, ${head}`, loss: written }));
});

test.each(choices('optimizer'))('optimizer %s lives', async (_name, written) => {
  await expectLife(modelText({ more: `optimizer: ${written}` }));
});

test.each(choices('scheduler', { OneCycleLR: '{max_lr: 0.01, total_steps: 20}', MultiStepLR: '[5, 12]' }))(
  'scheduler %s lives',
  async (_name, written) => {
    await expectLife(modelText({ more: `scheduler: ${written}` }));
  },
);

test.each(choices('init', { constant: '0.1' }).filter(([name]) => name !== 'weights'))('init %s lives', async (_name, written) => {
  await expectLife(modelText({ more: `init: ${written}` }));
});

test('init from the weights of another run lives', async () => {
  await expectLife(modelText({ more: 'init: {weights: ./other.safetensors}' }), await trained('./other'));
});

const REGULARIZE: Record<string, string> = {
  l1: '0.01',
  l2: '0.01',
  max_norm: '0.5',
  label_smoothing: '0.1',
  weight_noise: '0.01',
  gradient_noise: '0.01',
  distill: '{teacher: ./teacher.nn.yaml}',
};
/** Regularisers of images alone. */
const IMAGE = { data: 'file: ./numbers.csv, target: target, shape: [1, 4, 4]', model: 'Flatten, {Linear: 4}, Tanh, {Linear: 2}' };
test.each(keysOfSection('regularize', REGULARIZE))('regularize.%s lives', async (key, written) => {
  await expectLife(modelText({ ...(key === 'cutmix' && IMAGE), more: `regularize: {${written}}` }), await trained('./teacher'));
});

/** A model file and its weights, for those who learn from another model. */
async function trained(path: string): Promise<Record<string, Uint8Array>> {
  const text = modelText({ train: 'seed: 3' });
  const other = await Trainer.create({ text, files: FILES, statsEvery: 0 });
  const weights = encodeTensors(await other.tensors());
  await other.release();
  return { [`${path}.nn.yaml`]: new TextEncoder().encode(text), [`${path}.safetensors`]: weights };
}

const TRAIN: Record<string, string> = {
  epochs: '10',
  steps: '20',
  seed: '5',
  batch_size: '5',
  shuffle: 'false',
  drop_last: 'false',
  early_stopping: '{patience: 3, monitor: train_loss}',
  clip_grad_norm: '0.1',
  clip_grad_value: '0.01',
  overfit_batch: 'true',
  unfreeze: '[{epoch: 2, layers: linear1}]',
  precision: 'float16',
  ema: '0.9',
  prune: '{amount: 0.5, every: 4, rounds: 2}',
};
test.each(keysOfSection('train', TRAIN))('train.%s lives', async (key, written) => {
  const text = modelText({ train: written });
  await expectLife(key === 'batch_size' ? text.replace('batch_size: 8, ', '') : text);
});

const TOP: Record<string, string> = { param_groups: '[{layers: linear1, lr: 0.0001, weight_decay: 0.1}]' };
/** Keys that the tests above and below go through one by one, and the model's name. */
const WALKED = ['name', 'data', 'model', 'init', 'loss', 'optimizer', 'scheduler', 'regularize', 'train'];
test.each(TOP_KEYS.filter((key) => !WALKED.includes(key)))('%s lives', async (key) => {
  expect(Object.keys(TOP), 'has a recipe').toContain(key);
  await expectLife(modelText({ more: `${key}: ${TOP[key]}` }));
});

const DATA: Record<string, string> = {
  normalize: 'zscore',
  validation: '0.25',
  seed: '4',
  shape: '[4, 4]',
  task: 'classification',
  curriculum: '{by: loss, pace: 2}',
};
/** Where the data is from, and what only some kinds of it have. */
const OF_SOURCES = ['file', 'labels', 'source', 'target', 'samples', 'noise', 'classes', 'adjacency', 'normalize_target', 'augment'];
test.each(
  keysOfSection('data', { ...DATA, ...Object.fromEntries(OF_SOURCES.map((key) => [key, '–'])) }).filter(([key]) => !OF_SOURCES.includes(key)),
)('data.%s lives', async (_key, written) => {
  await expectLife(modelText({ data: `file: ./numbers.csv, target: target, ${written}`, model: 'Flatten, {Linear: 4}, Tanh, {Linear: 2}' }));
});

const AUGMENTATIONS: Record<string, string> = { RandAugment: '{n: 1, m: 5}', Cutout: '2', RandomCrop: '1', Rotation: '20' };
test.each(augmentations())('augmentation %s lives', async (name, written) => {
  const isToken = name.startsWith('Token');
  const data = isToken ? 'file: ./tokens.csv, target: target, shape: [4]' : 'file: ./numbers.csv, target: target, shape: [1, 4, 4]';
  const model = `${isToken ? '{Embedding: {num_embeddings: 7, embedding_dim: 3}}, ' : ''}Flatten, {Linear: 4}, Tanh, {Linear: 2}`;
  await expectLife(modelText({ data: `${data}, augment: [${written}]`, model }));
});

function augmentations(): [name: string, written: string][] {
  const rule = ruleAt(['data', 'augment']);
  const item = rule?.kind === 'list' ? rule.item : rule;
  if (item?.kind !== 'choice') return [];
  return Object.entries(item.choices.registry).map(([name, { args }]) => [name, withNeeded(name, args, AUGMENTATIONS[name])]);
}

test('data.normalize_target lives', async () => {
  await expectLife(modelText({ data: 'file: ./numbers.csv, target: target, normalize_target: zscore', model: '{Linear: 1}', loss: 'MSELoss' }));
});

/** What a generator draws for a kind of target; undefined: nothing. */
function drawn(data: DataSpec, target: TargetKind): ReturnType<typeof generate> | undefined {
  try {
    return generate(data, data.source!, target);
  } catch {
    return undefined;
  }
}

test.each(Object.keys(GENERATORS))('generator %s lives', async (source) => {
  const text = (parts: Parameters<typeof modelText>[0]) => modelText({ ...parts, data: `source: ${source}, samples: 40${parts.data ?? ''}` });
  // What it makes says which model fits.
  for (const { loss, head } of [
    { loss: 'CrossEntropyLoss', head: (classes: number) => `{Linear: ${classes}}` },
    { loss: 'MSELoss', head: () => '{Linear: 1}' },
  ]) {
    const { spec } = parseModel(text({ loss }));
    const data = drawn(spec!.data, LOSSES[loss as LossName].target);
    if (!data) continue;
    const isSequence = data.train.y.sampleShape.length > 0 && loss === 'CrossEntropyLoss';
    const size = data.tokens?.size;
    const body = size
      ? `{Embedding: {num_embeddings: ${size}, embedding_dim: 4}}, {GRU: 4}${isSequence ? '' : ', Select'}`
      : 'Flatten, {Linear: 4}, Tanh';
    await expectLife(text({ model: `${body}, ${head(data.classes?.length ?? 1)}`, loss, data: isSequence ? ', task: sequence' : '' }));
    return;
  }
  expect.fail(`${source} fits to neither loss: give it a recipe`);
});
