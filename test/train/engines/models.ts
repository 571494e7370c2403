/** Models whose steps take all kinds of things: random numbers, running statistics, state of two vectors, parameters that stay, a rate that changes. */
export const MODELS: Record<string, string> = {
  'dropout and batch normalisation, AdamW by a cosine': `data: {source: moons, samples: 200, noise: 0.1, seed: 1, validation: 0.25}
model: [{Linear: 16}, ReLU, {Dropout: 0.3}, {BatchNorm1d: {}}, {Linear: 2}]
loss: CrossEntropyLoss
optimizer: {AdamW: {lr: 0.01}}
scheduler: {CosineAnnealingLR: {T_max: 50}}
train: {steps: 50, batch_size: 32}
`,
  'a convolutional net with frozen parameters and an average of its weights': `data: {source: glyphs, samples: 120}
model:
  - Conv2d: {out_channels: 4, kernel_size: 3, padding: 1, freeze: true}
  - ReLU
  - MaxPool2d: 2
  - BatchNorm2d: {}
  - Conv2d: {out_channels: 6, kernel_size: 3}
  - GELU
  - Flatten
  - Linear: 10
loss: CrossEntropyLoss
optimizer: {SGD: {lr: 0.05, momentum: 0.9}}
train: {steps: 50, batch_size: 16, ema: 0.9, clip_grad_norm: 1}
`,
  'a regression with a layer normalisation, pruned in two rounds': `data: {source: sine, samples: 96, seed: 3}
model: [{Linear: 24}, Tanh, {LayerNorm: {}}, {Linear: 1}]
loss: MSELoss
optimizer: {RMSprop: {lr: 0.003}}
train: {steps: 50, batch_size: 24, prune: {amount: 0.5, every: 15, rounds: 2}}
`,
};
