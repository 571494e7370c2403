import type { Plan } from '../../src/train/protocol';

/** A model file that trains for so many steps. */
export const model = (steps: number, more = ''): string => `name: moons
data: {source: moons, samples: 512, noise: 0.1, validation: 0.25}
model:
  - Linear: {out_features: 64, name: wide}
  - BatchNorm1d
  - Tanh
  - Dropout: 0.1
  - Linear: {out_features: 64}
  - ReLU
  - Linear: 2
loss: CrossEntropyLoss
optimizer: {Adam: {lr: 0.003}}
train: {batch_size: 32, steps: ${steps}}
${more}`;

export const LONG = 1_000_000;

export const plan = (text: string): Plan => ({ text, files: {}, statsEvery: 10 });
