import * as z from 'zod';
import { positive, real, share, size } from './documented';
import type { SourceRange } from './problem';
import type { Problems } from './problems';
import type { NestedKey } from './schema';
import type { AdversarialSpec, DistillSpec, RegularizeSpec, VatSpec } from './spec';

type Table<Of> = { [Key in keyof Of]-?: z.ZodType };

const ADVERSARIAL = {
  doc: 'Trains on samples moved to where the loss is higher, too: total = ½·L(x) + ½·L(x + δ), as in Goodfellow et al. 2015. `loss` is that of the samples as they are.',
  formula: 'fgsm: δ = ε·sign(∇ₓL);  pgd: δ ← clip(δ + 2.5·ε/steps·sign(∇ₓL), ±ε) from a random start',
  args: {
    epsilon: positive.describe('How far each number of a sample may move, as the model sees it: after `normalize`.'),
    method: z
      .enum(['fgsm', 'pgd'])
      .default('fgsm')
      .describe('One step along the sign of the gradient (Goodfellow et al. 2015), or several with a random start (Madry et al. 2018).'),
    steps: size.max(50).optional().describe('Of pgd; each costs a forward and a backward pass. Default: 7.'),
  } satisfies Table<AdversarialSpec>,
} satisfies NestedKey;

const VAT = {
  doc: 'Virtual adversarial training (Miyato et al. 2018): predictions are not to change in the direction in which they change most. Labels are not asked.',
  formula: '+ D(f(x), f(x + r)), r = ε·g/‖g‖₂, g = ∇D after one power iteration; D: KL divergence, of numbers the mean squared difference',
  args: {
    epsilon: positive.describe('Euclidean length of the move of a sample, as the model sees it: after `normalize`.'),
  } satisfies Table<VatSpec>,
} satisfies NestedKey;

const DISTILL = {
  doc: 'Learns from the predictions of a trained model, the teacher, beside the targets (Hinton et al. 2015).',
  formula: 'total = (1 − α)·L + α·T²·KL(softmax(z_teacher/T) ‖ softmax(z/T)); of numbers α·mean (ŷ_teacher − ŷ)²',
  args: {
    teacher: z
      .string()
      .min(1)
      .meta({ title: 'a path' })
      .describe('A model file (`./big.nn.yaml`) or the folder of a run, relative to this file. It sees the samples that this model sees.'),
    weights: z
      .string()
      .min(1)
      .meta({ title: 'a path' })
      .optional()
      .describe('Its weights, a .safetensors file. Default: `best.safetensors` of a run, `./big.safetensors` beside `./big.nn.yaml`.'),
    temperature: positive.default(4).describe('Softens both predictions: T.'),
    alpha: share.default(0.9).describe('How much the teacher counts beside the targets.'),
  } satisfies Table<DistillSpec>,
} satisfies NestedKey;

/** Keys of `regularize` that change what a step trains on. */
export const STRATEGIES = {
  mixup: real
    .min(0)
    .default(0)
    .describe(
      'α of λ ~ Beta(α, α), drawn for every step: each sample becomes λ·x + (1 − λ)·x′ with another of the batch, the loss λ·L(y) + (1 − λ)·L(y′), or that of the mixed numbers (Zhang et al. 2018; there 0.1 to 0.4). With `cutmix`, each step has one of the two. 0: off.',
    ),
  cutmix: real
    .min(0)
    .default(0)
    .describe(
      'α of λ ~ Beta(α, α), drawn for every step: a box of the share 1 − λ of each image is that of another of the batch; the targets are mixed by the share that the box really has (Yun et al. 2019; there 1). 0: off.',
    ),
  manifold_mixup: real
    .min(0)
    .default(0)
    .describe(
      'α of λ ~ Beta(α, α), drawn for every step: as `mixup`, but of what one layer with weights takes in, drawn anew for every step, the first included (Verma et al. 2019; there 2). 0: off.',
    ),
  adversarial: z.unknown().optional().describe(`${ADVERSARIAL.doc} {epsilon, method, steps}.`),
  vat: z.unknown().optional().describe(`${VAT.doc} {epsilon}.`),
  jacobian: real
    .min(0)
    .default(0)
    .describe(
      'λ of λ/2·‖J‖², J being how the outputs of a sample change with its inputs, estimated by one random projection (Hoffman et al. 2019): small changes of an input are to change little. Adds a second backward pass.',
    ),
  distill: z.unknown().optional().describe(`${DISTILL.doc} {teacher, temperature, alpha}.`),
};

export const NESTED_STRATEGIES = { adversarial: ADVERSARIAL, vat: VAT, distill: DISTILL };

/** What cannot go together is told at the later of the two. */
export function checkStrategies(regularize: RegularizeSpec, ranges: Record<string, SourceRange>, problems: Problems): void {
  const clash = (a: keyof RegularizeSpec, b: keyof RegularizeSpec, why: string) => {
    if (!regularize[a] || !regularize[b]) return;
    const later = ranges[a].start > ranges[b].start ? a : b;
    problems.error('strategies-clash', `\`${a}\` and \`${b}\` do not go together: ${why} Keep one of them.`, ranges[later]);
  };
  for (const other of ['mixup', 'cutmix'] as const) clash('manifold_mixup', other, 'it mixes the samples themselves too, in some of the steps.');
  clash('manifold_mixup', 'distill', 'the teacher has no layers in which it could mix as this model does.');
  if (regularize.adversarial?.method === 'fgsm' && regularize.adversarial.steps !== undefined)
    problems.error('bad-value', '`steps` is for `method: pgd`; `fgsm` is one step.', ranges.adversarial);
}
