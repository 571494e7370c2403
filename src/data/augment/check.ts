import { AUGMENTATIONS, type AugmentationArgs, type AugmentationName } from '../../model/augmentations';
import { fail } from '../../model/problem';
import { type Choice, type Spec, walkLayers } from '../../model/spec';
import type { Dataset } from '../dataset';
import { sidesOf } from './geometry';

/** @throws ProblemError, at the entry, for an augmentation that cannot be done to such samples. */
export function checkAugmentations({ data, model }: Spec, dataset: Dataset): void {
  for (const choice of data.augment) check(choice, dataset, tokensOf(model, dataset));
}

/** How many different tokens there are, where a sample is made of such. */
function tokensOf(model: Spec['model'], { tokens }: Dataset): number | undefined {
  if (tokens) return tokens.size;
  const [first] = [...walkLayers(model)].filter(({ branches }) => branches.length === 0);
  return first?.type === 'Embedding' ? (first.args.num_embeddings as number) : undefined;
}

function check({ name, args, range }: Choice<AugmentationName>, dataset: Dataset, tokens: number | undefined): void {
  const { sampleShape } = dataset.train.x;
  const refuse = (what: string, advice: string): never =>
    fail('augmentation-shape', `\`${name}\` needs ${what}, but a sample is ${tokens ? 'tokens' : sampleShape.join('×')}. ${advice}`, { range });
  const { needs } = AUGMENTATIONS[name];
  switch (needs) {
    case 'numbers':
      if (tokens !== undefined) refuse('numbers that measure something', 'Use `TokenDropout`, or remove it.');
      return;
    case 'tokens': {
      if (tokens === undefined) return refuse('tokens', 'Remove it; `Dropout` as the first layer does the like to numbers.');
      const { token } = args as AugmentationArgs<'TokenDropout'>;
      if (token >= tokens) fail('bad-token', `\`token: ${token}\` of \`${name}\` is no token of the data: they end at ${tokens - 1}.`, { range });
      return;
    }
    case 'image':
    case 'colours': {
      if (sampleShape.length !== 3) refuse('images, channels×height×width', 'Remove it, or say `shape` in `data`, e.g. `shape: [1, 8, 8]`.');
      const [channels, height, width] = sampleShape;
      if (needs === 'colours' && channels !== 1 && channels !== 3) refuse('images of one channel or of three (RGB)', 'Remove it.');
      if (name === 'RandomCrop') checkPadding(args as AugmentationArgs<'RandomCrop'>, height, width, range);
    }
  }
}

/** A mirror shows no more than there is. */
function checkPadding(
  { padding, padding_mode }: AugmentationArgs<'RandomCrop'>,
  height: number,
  width: number,
  range: Choice<string>['range'],
): void {
  const [across, down] = sidesOf(padding);
  const beyond = padding_mode === 'reflect' ? 0 : padding_mode === 'symmetric' ? 1 : Infinity;
  if (across < width + beyond && down < height + beyond) return;
  fail('bad-padding', `\`padding: ${JSON.stringify(padding)}\` is more than \`padding_mode: ${padding_mode}\` can mirror of ${height}×${width}.`, {
    range,
  });
}
