import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../..');

/** Model files with the shape of one of their samples. */
export interface File {
  name: string;
  text: string;
  sample: number[];
}

/** Of the examples and the clinic. */
export const realFiles: File[] = ['examples', 'test/clinic'].flatMap((folder) =>
  readdirSync(resolve(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.nn.yaml'))
    .sort()
    .map((path) => ({
      name: `${folder}/${path.replaceAll('\\', '/')}`,
      text: readFileSync(resolve(root, folder, path), 'utf8'),
      sample: path.startsWith('digits.nn') ? [1, 8, 8] : [10],
    })),
);

const BLOCK = `# All in block style
name: "blocks" # quoted
data:
  source: blobs # a generator
  # validation: 0.3
  samples: 200
model:
  # the first one
  - Linear: # many units
      out_features: 16 # wide
      freeze: true
      init:
        constant: 0.1 # all alike
  - "Sigmoid" # flat
  -   Linear:
        out_features: 16
        # no bias
        bias: false
        init: zeros # too
  - LeakyReLU:
      negative_slope: 0.2
  - Dropout:
      p: 0.9 # a lot
  - Linear: 3

  # probabilities
  - Softmax: # of the classes
      dim: 1 # dim
init:
  normal: # wide
    std: 2 # too wide
loss:
  CrossEntropyLoss:
    reduction: sum # not the mean
optimizer:
  SGD: # plain
    momentum: 0.9 # heavy
    nesterov: true
    weight_decay: 0.1 # a lot
scheduler:
  StepLR:
    step_size: 100 # steps
    gamma: 0.5
regularize:
  l2: 0.5 # strong
train:
  batch_size: 4 # small
  steps: 30
`;

const FLOW = `# All in flow style
{name: flow, data: {source: moons, samples: 100}, model: [Linear: 8, Sigmoid, {Dropout: {p: 0.5, name: drop}}, {Linear: {out_features: 8, freeze: true}}, "Tanh", Linear: 2, Softmax], # layers
 loss: CrossEntropyLoss, optimizer: {SGD: {lr: 0.5, momentum: 0.9, nesterov: true}}, regularize: {l2: 0.1, l1: 0.2}, train: {steps: 20, batch_size: 64}} # end`;

const LINES = `data: {
  source: circles, # rings
  noise: 0.1       # a bit
}
model: [
  Linear: 8,   # one
  Sigmoid,     # two
  {Linear: 8}, # three
  Dropout,
  Sigmoid,
  Linear: 2    # last
]
loss: {CrossEntropyLoss: {label_smoothing: 0.1, weight: [1, 2]}} # smooth
optimizer: {
  AdamW: {
    lr: 0.5, # much
    weight_decay: 0.3,
  },
}
scheduler: [
  {StepLR: {step_size: 10}}, # down
]
regularize: {
  l2: 0.1 # λ
}
train: {
  # how long
  epochs: 3, # short
}`;

const NESTED = `data: {source: blobs, samples: 64}
model:
- Linear: {out_features: 8, name: stem}
- Residual:
  - Linear: 8 # inside
  - Tanh
  - Residual:
      layers:
        - Linear: 8
        - Sigmoid # deep
      shortcut: [Linear: 8]
- Repeat:
    times: 2
    layers:
    - {Linear: {out_features: 8, init: zeros}} # copied
    - ReLU
- Parallel:
    branches:
      - - Linear: 4
        - Sigmoid
      -
        - Linear: 4
        - Tanh
        - Dropout: 0.5
      - [Linear: 4, ReLU]
- Add: [stem.weird, gate]
- Linear: 3
loss: CrossEntropyLoss
train: {batch_size: 4}
`
  .replace('- Add: [stem.weird, gate]\n', '- {Linear: {out_features: 8}}\n- Add: [stem]\n')
  .replace('- [Linear: 4, ReLU]', '- [Linear: 4, ReLU] # flow in block');

const ANCHORS = `data: &data {source: moons, samples: 100}
model:
  - Linear: &wide {out_features: 8, bias: true}
  - &act Sigmoid
  - Linear: *wide
  - *act
  - Linear: {<<: *wide, out_features: 4, freeze: true}
  - Sigmoid
  - Linear: 2
loss: CrossEntropyLoss
optimizer:
  SGD: &sgd
    lr: &lr 0.5
    momentum: 0.9
train:
  <<: {batch_size: 16}
  steps: 20
`;

const IMAGES = `data: {source: blobs, shape: [1, 6, 6]}
model:
  - Conv2d: {out_channels: 4, kernel_size: 3} # edges
  - ReLU
  - Conv2d: [4, 3]
  - Flatten
  - Sigmoid
  - Linear: 3
loss: CrossEntropyLoss
train:
`.replace('Conv2d: [4, 3]', 'Conv2d:\n      out_channels: 4\n      kernel_size: [2, 2]');

const BARE = 'data: {source: sine}\nmodel: [Linear: 4, Linear: 1]\nloss: MSELoss\noptimizer: SGD';

/** Written to be hard. */
export const nastyFiles: File[] = [
  { name: 'block', text: BLOCK, sample: [2] },
  { name: 'flow', text: FLOW, sample: [2] },
  { name: 'flow, a line each', text: LINES, sample: [2] },
  { name: 'nested', text: NESTED, sample: [2] },
  { name: 'anchors', text: ANCHORS, sample: [2] },
  { name: 'images', text: IMAGES, sample: [1, 6, 6] },
  { name: 'bare', text: BARE, sample: [1] },
].flatMap((file) => [
  file,
  { ...file, name: `${file.name}, CRLF`, text: file.text.replaceAll('\n', '\r\n') },
  { ...file, name: `${file.name}, tabs in comments`, text: file.text.replaceAll(' #', '\t#\t') },
  { ...file, name: `${file.name}, no newline at the end`, text: file.text.trimEnd() },
]);
