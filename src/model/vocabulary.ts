/** Layers that build now: the keys of the registry in `layers/`. */
export const LAYER_TYPES = [
  'Linear', 'Conv1d', 'Conv2d', 'MaxPool2d', 'AvgPool2d', 'AdaptiveAvgPool2d', 'Flatten', 'Unflatten',
  'ReLU', 'LeakyReLU', 'ELU', 'GELU', 'SiLU', 'Sigmoid', 'Tanh', 'Softmax', 'LogSoftmax',
  'Dropout', 'BatchNorm1d', 'BatchNorm2d', 'LayerNorm', 'Identity',
] as const;
export type LayerType = (typeof LAYER_TYPES)[number];

/** Entries that hold or join other layers. */
export const CONTAINER_TYPES = ['Residual', 'Parallel', 'Repeat', 'Add', 'Concat', 'Mul'] as const;
export type ContainerType = (typeof CONTAINER_TYPES)[number];

export type EntryType = LayerType | ContainerType;
export const ENTRY_TYPES: readonly EntryType[] = [...LAYER_TYPES, ...CONTAINER_TYPES];

/** Names of the language that this build does not have yet: their own error, never silence. */
export const PLANNED = {
  layer: [
    'ConvTranspose1d', 'ConvTranspose2d', 'Embedding', 'PositionalEmbedding', 'SinusoidalPositionalEncoding', 'Permute', 'Select', 'Mean',
    'Upsample', 'ZeroPad2d', 'PixelShuffle', 'PatchEmbedding', 'MaxPool1d', 'AvgPool1d', 'AdaptiveAvgPool1d', 'AdaptiveMaxPool1d',
    'AdaptiveMaxPool2d', 'ReLU6', 'PReLU', 'SELU', 'CELU', 'Mish', 'Softplus', 'Softsign', 'Hardswish', 'Hardsigmoid', 'Hardtanh',
    'Tanhshrink', 'LogSigmoid', 'Hardshrink', 'Softshrink', 'GLU', 'TLU', 'InstanceNorm1d', 'InstanceNorm2d', 'GroupNorm', 'RMSNorm',
    'ScaleNorm', 'LocalResponseNorm', 'BatchRenorm1d', 'BatchRenorm2d', 'SwitchableNorm2d', 'FilterResponseNorm2d', 'BatchChannelNorm2d',
    'CrossNorm2d', 'EvoNorm2dS0', 'EvoNorm2dB0', 'RNN', 'LSTM', 'GRU', 'MultiheadAttention', 'TransformerEncoderLayer', 'NonLocalBlock',
    'SqueezeExcitation', 'MixtureOfExperts', 'Dropout1d', 'Dropout2d', 'AlphaDropout', 'GaussianNoise', 'DropPath', 'ShakeDrop',
    'NeuralODE', 'CapsuleLayer', 'GraphConv', 'DenseBlock', 'Highway',
  ],
  layerArgument: ['weight_norm', 'spectral_norm', 'weight_standardization', 'drop_connect'],
  init: ['fixup'],
  loss: [
    'SmoothL1Loss', 'HuberLoss', 'MultiMarginLoss', 'HingeLoss', 'KLDivLoss', 'FocalLoss', 'TripletMarginLoss', 'ContrastiveLoss',
    'CosineEmbeddingLoss', 'GaussianNLLLoss', 'PoissonNLLLoss',
  ],
  optimizer: ['RMSprop', 'Adagrad', 'Adadelta', 'Adamax', 'NAdam', 'RAdam', 'Lion', 'Lookahead', 'SAM'],
  scheduler: ['MultiStepLR', 'ExponentialLR', 'CosineAnnealingWarmRestarts', 'OneCycleLR', 'PolynomialLR', 'ReduceLROnPlateau'],
  generator: ['checkerboard', 'gaussian-quantiles', 'friedman1', 'glyphs', 'shapes', 'copy', 'reverse', 'parity', 'char-text'],
  data: ['augment', 'curriculum', 'adjacency', 'labels'],
  regularize: ['max_norm', 'mixup', 'cutmix', 'manifold_mixup', 'adversarial', 'vat', 'jacobian', 'gradient_noise', 'weight_noise', 'distill'],
  train: ['early_stopping', 'overfit_batch', 'unfreeze', 'precision', 'ema', 'prune'],
  top: ['param_groups'],
} as const;
