import { conv, layer, type Layer, linear, mlp, type Patient, type Recipe, residual } from './recipe';
import { friedman1, fourLabels, fromCsv, fromGenerator, noisyLine, type Samples, shares, strokes, threeOutputs, unevenClouds } from './samples';

/** A sound model; variations are measured against it. */
export interface Base extends Patient {
  /** Accuracy or R² that is known to be within reach; the base itself has to come this far. */
  reaches: number;
}

const [relu, tanh, sigmoid, gelu] = ['ReLU', 'Tanh', 'Sigmoid', 'GELU'];
const kaiming = { kaiming_normal: { nonlinearity: 'relu' } };
const [ce, bce, mse] = ['CrossEntropyLoss', 'BCEWithLogitsLoss', 'MSELoss'];
const sgd = (lr: number, momentum = 0.9) => ({ SGD: { lr, ...(momentum && { momentum }) } });
const adam = (lr: number) => ({ Adam: { lr } });
const adamw = (lr: number, weight_decay?: number) => ({ AdamW: { lr, ...(weight_decay !== undefined && { weight_decay }) } });
const cosine = (T_max: number) => ({ CosineAnnealingLR: { T_max } });

type Rest = Partial<Omit<Recipe, 'model' | 'loss' | 'optimizer' | 'train'>> & { seed?: number; clip_grad_norm?: number };

function base(
  samples: Samples,
  reaches: number,
  model: Layer[],
  loss: Recipe['loss'],
  optimizer: Recipe['optimizer'],
  [batch_size, steps]: [batchSize: number, steps: number],
  { clip_grad_norm, ...rest }: Rest = {},
): Base {
  const data = { normalize: 'zscore', ...((loss === mse || loss === 'L1Loss') && { normalize_target: 'zscore' }) };
  const train = { batch_size, steps, seed: 0, ...(clip_grad_norm && { clip_grad_norm }) };
  return { samples, reaches, recipe: { data, model, loss, optimizer, train, ...rest } };
}

const repeat = (times: number, make: () => Layer[]) => Array.from({ length: times }, make).flat();
const digits = (shape?: number[]) => fromCsv('examples/digits.csv', { isClass: true, shape });
const diabetes = () => fromCsv('examples/diabetes.csv', { isClass: false });
const iris = () => fromCsv('bench/clinic/data/iris.csv', { isClass: true });
const wine = () => fromCsv('bench/clinic/data/wine.csv', { isClass: true });
const cancer = () => fromCsv('bench/clinic/data/breast_cancer.csv', { isClass: true });
const asNumbers = (samples: Samples): Samples => ({ ...samples, isClass: false });
const moons = () => fromGenerator('moons', { samples: 800, noise: 0.15 });
const blobs = (noise: number) => fromGenerator('blobs', { samples: 700, noise, classes: 5 });
const none = { data: { normalize: 'none' } };

/** Models of other families, data and sizes than those that thresholds were found on. Each is made when it is asked for. */
export const BASES: Record<string, () => Base> = {
  'iris-tanh': () => base(iris(), 0.9, mlp([16, 16], tanh, 3), ce, sgd(0.05), [16, 300], { init: 'xavier_uniform' }),
  'iris-sigmoid': () => base(iris(), 0.9, mlp([16], sigmoid, 3), ce, adam(0.03), [16, 300], { init: 'xavier_uniform' }),
  'iris-nll': () => base(iris(), 0.9, [...mlp([24], relu, 3), layer('LogSoftmax')], 'NLLLoss', adam(0.01), [16, 250]),
  'cancer-bce': () => base(asNumbers(cancer()), 0.93, mlp([16], relu, 1), bce, adam(0.005), [32, 250], { init: kaiming }),
  'cancer-ce': () => base(cancer(), 0.93, mlp([32, 16], relu, 2), ce, sgd(0.05), [32, 200], { init: kaiming }),
  'cancer-deep-tanh': () => base(cancer(), 0.93, mlp([24, 24, 24, 24, 24, 24], tanh, 2), ce, sgd(0.02), [32, 200], { init: 'xavier_normal' }),
  'cancer-logistic': () => base(cancer(), 0.93, [linear(2)], ce, sgd(0.1), [32, 250]),
  'wine-relu': () => base(wine(), 0.92, mlp([32], relu, 3), ce, adam(0.005), [16, 150]),
  'wine-gelu-warmup': () =>
    base(wine(), 0.92, mlp([32, 32], gelu, 3), ce, adamw(0.005), [16, 250], {
      scheduler: [{ LinearLR: { total_iters: 30 } }, cosine(220)],
      init: 'xavier_uniform',
      clip_grad_norm: 1,
    }),
  'wine-full-batch': () => base(wine(), 0.92, mlp([24], tanh, 3), ce, sgd(0.3, 0), [133, 300], { init: 'xavier_uniform' }),
  'spirals-3': () =>
    base(fromGenerator('spirals', { samples: 900, noise: 0.1, classes: 3 }), 0.93, mlp([48, 48, 48], relu, 3), ce, adamw(0.01), [32, 800], {
      init: kaiming,
      scheduler: cosine(800),
    }),
  'xor-tanh': () => base(fromGenerator('xor', { samples: 600, noise: 0.2 }), 0.93, mlp([16, 16], tanh, 2), ce, adam(0.01), [32, 400]),
  'moons-relu': () => base(moons(), 0.95, mlp([16, 16], relu, 2), ce, adam(0.01), [32, 400], none),
  'moons-bce': () => base(asNumbers(moons()), 0.95, [...mlp([24], relu, 1), layer(sigmoid)], 'BCELoss', adam(0.02), [32, 400]),
  'moons-tiny-batch': () => base(moons(), 0.95, mlp([32], relu, 2), ce, sgd(0.05), [8, 600], { init: kaiming }),
  'blobs-overlapping': () => base(blobs(0.4), 0.75, mlp([16], tanh, 5), ce, sgd(0.1), [32, 300]),
  'blobs-long': () => base(blobs(0.15), 0.97, mlp([24], relu, 5), ce, adam(0.01), [32, 1500]),
  uneven: () => base(unevenClouds(900, 0.12, 1.8), 0.93, mlp([16], relu, 2), ce, adam(0.005), [32, 300]),
  sine: () => base(fromGenerator('sine', { samples: 500, noise: 0.1 }), 0.93, mlp([32, 32], tanh, 1), mse, adam(0.01), [32, 500]),
  friedman1: () => base(friedman1(), 0.82, mlp([48, 24], relu, 1), mse, adamw(0.005, 0.05), [32, 250], { init: kaiming }),
  'noisy-line': () => base(noisyLine(600, 10, 1.6), 0.12, mlp([16], relu, 1), mse, adamw(0.003, 0.1), [32, 80]),
  'linear-regression': () => base(noisyLine(400, 6, 0.5), 0.7, [linear(1)], mse, sgd(0.05, 0), [32, 200]),
  'diabetes-l1': () => base(diabetes(), 0.3, mlp([24], relu, 1), 'L1Loss', adamw(0.005, 0.1), [32, 120]),
  'three-outputs': () => base(threeOutputs(), 0.8, mlp([48, 48], tanh, 3), mse, adam(0.005), [32, 500], { init: 'xavier_uniform' }),
  shares: () => base(shares(), 0.75, [...mlp([32], relu, 1), layer(sigmoid)], mse, adam(0.01), [32, 400], { data: { normalize: 'zscore' } }),
  'four-labels': () => base(asNumbers(fourLabels()), 0.88, mlp([32], relu, 4), bce, adam(0.01), [32, 250], { init: kaiming }),
  'digits-cnn': () =>
    base(
      digits([1, 8, 8]),
      0.95,
      [
        ...[8, 16].flatMap((channels) => [conv(channels), layer('BatchNorm2d'), layer(relu), layer('MaxPool2d', { kernel_size: 2 })]),
        layer('Flatten'),
        linear(10),
      ],
      ce,
      adamw(0.005),
      [64, 120],
      { data: { normalize: 'minmax' }, init: kaiming },
    ),
  'digits-cnn-plain': () =>
    base(
      digits([1, 8, 8]),
      0.93,
      [conv(8), layer(relu), conv(16, { stride: 2 }), layer(relu), layer('Flatten'), linear(32), layer(relu), linear(10)],
      ce,
      adam(0.003),
      [64, 200],
      { init: kaiming },
    ),
  'digits-deep-batchnorm': () =>
    base(digits(), 0.93, mlp(Array(8).fill(40), relu, 10, 'BatchNorm1d'), ce, adamw(0.003), [64, 220], { init: kaiming }),
  'digits-deep-layernorm': () => base(digits(), 0.94, mlp(Array(5).fill(48), gelu, 10, 'LayerNorm'), ce, adamw(0.002), [64, 200]),
  'digits-residual': () =>
    base(
      digits(),
      0.94,
      [linear(48), ...repeat(4, () => [residual([layer('LayerNorm'), linear(48), layer(relu), linear(48)])]), layer('LayerNorm'), linear(10)],
      ce,
      adamw(0.002),
      [64, 200],
    ),
  'digits-dropout': () =>
    base(digits(), 0.94, [linear(96), layer(relu), layer('Dropout', { p: 0.4 }), linear(10)], ce, adamw(0.003, 0.05), [64, 300], {
      init: kaiming,
      regularize: { label_smoothing: 0.1 },
    }),
  'digits-short': () => base(digits(), 0.88, mlp([64], relu, 10), ce, sgd(0.05), [64, 35]),
  strokes: () =>
    base(
      strokes(600),
      0.95,
      [conv(8, { stride: 2 }), layer(relu), conv(16), layer(relu), layer('AdaptiveAvgPool2d', { output_size: 2 }), layer('Flatten'), linear(4)],
      ce,
      adam(0.01),
      [32, 250],
      { data: { normalize: 'none' }, init: kaiming },
    ),
};
