import { defaultOf, isRequired, wordsOf } from '../expects';
import { type Argument, type Rule } from '../grammar';
import type { CaretPlace } from './caret';

/** A first value for what has no default: good enough to see the model run. */
const EXAMPLES: Record<string, string> = {
  out_features: '16',
  out_channels: '16',
  kernel_size: '3',
  'MaxPool2d.kernel_size': '2',
  'AvgPool2d.kernel_size': '2',
  output_size: '1',
  sizes: '[4, 4]',
  p: '0.5',
  lr: '0.001',
  step_size: '100',
  T_max: '1000',
  num_embeddings: '100',
  embedding_dim: '16',
  dims: '[0, 2, 1]',
  scale_factor: '2',
  'ZeroPad2d.padding': '1',
  upscale_factor: '2',
  patch_size: '4',
  embed_dim: '32',
  hidden_size: '32',
  num_heads: '4',
  nhead: '4',
  squeeze_channels: '4',
  num_capsules: '10',
  capsule_dim: '16',
  num_groups: '4',
  'LocalResponseNorm.size': '5',
  milestones: '[500, 1000]',
  'ExponentialLR.gamma': '0.999',
  T_0: '500',
  max_lr: '0.01',
  total_steps: '1000',
  val: '0',
  weights: './weights.safetensors',
};

/** Of names that are hardly ever written bare: the argument that comes with them. */
const USUAL: Record<string, string[]> = { Dropout: ['p'], SGD: ['lr'], Adam: ['lr'], AdamW: ['lr'], LinearLR: ['total_iters'] };

/** How containers are begun: in a block, and within brackets. */
const CONTAINERS: Record<string, [block: string, flow: string]> = {
  Residual: ['Residual:\n    - $1', 'Residual: [$1]'],
  Parallel: ['Parallel:\n    branches:\n      - [$1]\n      - [$2]', 'Parallel: {branches: [[$1], [$2]]}'],
  DenseBlock: ['DenseBlock:\n    - $1', 'DenseBlock: [$1]'],
  Highway: ['Highway:\n    - $1', 'Highway: [$1]'],
  MixtureOfExperts: [
    'MixtureOfExperts:\n    experts: ${1:4}\n    top_k: ${2:2}\n    layers:\n      - $3',
    'MixtureOfExperts: {experts: ${1:4}, top_k: ${2:2}, layers: [$3]}',
  ],
  NeuralODE: ['NeuralODE:\n    - $1', 'NeuralODE: [$1]'],
  Repeat: ['Repeat:\n    times: ${1:2}\n    layers:\n      - $2', 'Repeat: {times: ${1:2}, layers: [$2]}'],
  Add: ['Add: [$1]', 'Add: [$1]'],
  Concat: ['Concat: [$1]', 'Concat: [$1]'],
  Mul: ['Mul: [$1]', 'Mul: [$1]'],
};

const SECTIONS: Record<string, string> = { data: '\n  $1', model: '\n  - $1', regularize: '\n  $1', train: '\n  $1' };

/** What a word becomes when it is chosen: with its arguments, in the style of the place. */
export function snippetFor(name: string, { as, flow }: CaretPlace, rule: Rule): string {
  if (rule.kind === 'choice') {
    const inside = CONTAINERS[name]?.[flow ? 1 : 0] ?? withArguments(name, rule);
    // `loss: Name: …` is no YAML; nor is it style in a list.
    return as === 'value' || (as === 'item' && flow) ? braced(inside) : inside;
  }
  if (rule.kind !== 'table' || as !== 'key') return name;
  if (rule.owner === 'the file') return SECTIONS[name] && !flow ? `${name}:${SECTIONS[name]}` : `${name}: $1`;
  return `${name}: ${placeholder(name, rule.table[name], 1)}`;
}

const braced = (inside: string): string => (inside.includes(':') ? `{${inside}}` : inside);

function withArguments(name: string, rule: Rule & { kind: 'choice' }): string {
  const { args } = rule.choices.registry[name];
  if (name in args) return `${name}: ${placeholder(name, args[name], 1)}`;
  const wanted = USUAL[name] ?? Object.keys(args).filter((key) => isRequired(args[key]));
  if (wanted.length === 0) return name;
  // The first argument needs no name, but beside others it is clearer with it; rates always are.
  if (wanted.length === 1 && wanted[0] === Object.keys(args)[0] && wanted[0] !== 'lr')
    return `${name}: ${placeholder(wanted[0], args[wanted[0]], 1, name)}`;
  return `${name}: {${wanted.map((key, i) => `${key}: ${placeholder(key, args[key], i + 1, name)}`).join(', ')}}`;
}

function placeholder(key: string, argument: Argument, index: number, owner = ''): string {
  const words = wordsOf(argument);
  const fallback = EXAMPLES[`${owner}.${key}`] ?? EXAMPLES[key] ?? defaultOf(argument);
  if (words.length > 0 && (fallback === undefined || words.includes(fallback)))
    return `\${${index}|${[...words].sort((a, b) => Number(a === fallback) - Number(b === fallback)).join(',')}|}`;
  return fallback === undefined || fallback === '' ? `$${index}` : `\${${index}:${fallback}}`;
}
