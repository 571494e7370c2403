import { product } from '../../graph/shape';
import { LOSSES, type LossName } from '../../model/losses';
import { huber } from '../baseline';
import type { ModelPlan } from '../modelPlan';

/** What a model predicts of a sample, where that is one thing: one of so many classes, or a number. */
export type Aim = { kind: 'class'; classes: number } | { kind: 'number' };

/** What a model makes of one sample. */
export interface Judgement {
  /** Class index, or the number; NaN where the outputs are. */
  predicted: number;
  /** Of the predicted class. */
  probability?: number;
  /** As the loss function has it for a batch of this sample alone, in float64; without label smoothing and weights of classes. */
  loss: number;
}

type Outputs = Float32Array | readonly number[];

/** @param target class index, or the number. */
type Judge = (outputs: Outputs, target: number, args: Record<string, unknown>) => Judgement;

/** Undefined where a sample has several targets. */
export function aimOf({ spec, output, target }: ModelPlan): Aim | undefined {
  const loss = LOSSES[spec.loss.name];
  if (product(target) !== 1 || !JUDGES[spec.loss.name]) return undefined;
  if (loss.target === 'class') return { kind: 'class', classes: product(output.slice(1)) };
  return loss.score === 'r2' ? { kind: 'number' } : { kind: 'class', classes: 2 };
}

/** Judges the outputs for one sample, where there is one thing to predict. */
export function judgeOf({ spec: { loss } }: ModelPlan): ((outputs: Outputs, target: number) => Judgement) | undefined {
  const judge = JUDGES[loss.name];
  return judge && ((outputs, target) => judge(outputs, target, loss.args));
}

/** The first of the largest, as ArgMax has it; NaN where one is not a number. */
function largest(values: Outputs): number {
  let best = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) return NaN;
    if (values[i] > values[best]) best = i;
  }
  return best;
}

function logSumExp(values: Outputs): number {
  const most = values[largest(values)];
  if (!Number.isFinite(most)) return NaN;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.exp(values[i] - most);
  return most + Math.log(sum);
}

/** log(1 + eˣ) without overflow. */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** @param share the probability of class 1. */
const ofTwo = (predicted: boolean, share: number, loss: number): Judgement =>
  Number.isNaN(share)
    ? { predicted: NaN, probability: NaN, loss }
    : { predicted: predicted ? 1 : 0, probability: predicted ? share : 1 - share, loss };

/** The class that leads; the loss is told apart. */
const ofClasses = (logits: Outputs, loss: number): Judgement => {
  const predicted = largest(logits);
  return { predicted, probability: Math.exp(logits[predicted] - logSumExp(logits)), loss };
};

/** Undefined: a sample has no loss by itself. */
const JUDGES: Record<LossName, Judge | undefined> = {
  CrossEntropyLoss: (logits, target) => {
    const total = logSumExp(logits);
    const predicted = largest(logits);
    return { predicted, probability: Math.exp(logits[predicted] - total), loss: total - logits[target] };
  },
  NLLLoss: (logp, target) => {
    const predicted = largest(logp);
    return { predicted, probability: Math.min(1, Math.exp(logp[predicted])), loss: -logp[target] };
  },
  BCEWithLogitsLoss: ([x], y) => ofTwo(x > 0, sigmoid(x), y * softplus(-x) + (1 - y) * softplus(x)),
  // PyTorch bounds the logarithms.
  BCELoss: ([x], y) => ofTwo(x > 0.5, x, -(y * Math.max(-100, Math.log(x)) + (1 - y) * Math.max(-100, Math.log(1 - x)))),
  MSELoss: ([x], y) => ({ predicted: x, loss: (x - y) ** 2 }),
  L1Loss: ([x], y) => ({ predicted: x, loss: Math.abs(x - y) }),
  SmoothL1Loss: ([x], y, args) => {
    const beta = args.beta as number;
    return { predicted: x, loss: beta === 0 ? Math.abs(x - y) : huber(x - y, beta) / beta };
  },
  HuberLoss: ([x], y, args) => ({ predicted: x, loss: huber(x - y, args.delta as number) }),
  MultiMarginLoss: (outputs, target, args) => {
    const costs = Array.from(outputs, (x, c) => (c === target ? 0 : Math.max(0, (args.margin as number) - outputs[target] + x)));
    return ofClasses(outputs, costs.reduce((sum, cost) => sum + cost ** (args.p as number), 0) / outputs.length);
  },
  FocalLoss: (logits, target, args) => {
    const logp = logits[target] - logSumExp(logits);
    return ofClasses(logits, -((1 - Math.exp(logp)) ** (args.gamma as number)) * logp);
  },
  HingeLoss: ([x], y) => ({ predicted: Number.isNaN(x) ? NaN : x > 0 ? 1 : 0, loss: Math.max(0, 1 - (y > 0 ? x : -x)) }),
  GaussianNLLLoss: ([mean, logVariance], y, args) => {
    const variance = Math.max(Math.exp(logVariance), args.eps as number);
    const constant = args.full ? Math.log(2 * Math.PI) : 0;
    return { predicted: mean, loss: (Math.log(variance) + (mean - y) ** 2 / variance + constant) / 2 };
  },
  PoissonNLLLoss: ([x], y, args) => {
    const isLog = args.log_input as boolean;
    const stirling = args.full && y > 1 ? y * Math.log(y) - y + Math.log(2 * Math.PI * y) / 2 : 0;
    const loss = isLog ? Math.exp(x) - y * x : x - y * Math.log(x + (args.eps as number));
    return { predicted: isLog ? Math.exp(x) : x, loss: loss + stirling };
  },
  KLDivLoss: undefined,
  TripletMarginLoss: undefined,
  ContrastiveLoss: undefined,
  CosineEmbeddingLoss: undefined,
};
