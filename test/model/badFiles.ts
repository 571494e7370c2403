/** A good file to spoil. */
export const GOOD = `name: spirals
data:
  source: spirals
  samples: 500
  validation: 0.2
model:
  - Linear: 16
  - ReLU
  - Residual:
      - Linear: {out_features: 16, name: inner}
      - Tanh
  - Linear: 2
loss: CrossEntropyLoss
optimizer:
  AdamW: {lr: 0.01}
scheduler: {CosineAnnealingLR: 500}
train: {batch_size: 64, epochs: 20}
`;

const REST = 'data: {source: moons}\nloss: CrossEntropyLoss\n';
const model = (...lines: string[]) => `${REST}model:\n${lines.map((line) => `  ${line}\n`).join('')}`;
const withKey = (lines: string) => `${REST}model: [{Linear: 2}]\n${lines}\n`;
const data = (keys: string) => `data: {${keys}}\nloss: MSELoss\nmodel: [{Linear: 2}]\n`;

/** What people get wrong. */
export const BAD_FILES: Record<string, string> = {
  'empty file': '',
  'only comments': '# nothing yet\n\n',
  'not a map': 'Once upon a time\nthere was a net.\n',
  'a list': '- Linear: 10\n- ReLU\n',
  binary: '\u0000\u0001PK\u0003\u0004',
  'required keys missing': 'name: x\n',
  'brace not closed': model('- Linear: {out_features: 3', '- ReLU'),
  'bracket not closed': 'data: {source: moons}\nmodel: [Linear, ReLU\nloss: MSELoss\n',
  'quote not closed': 'name: "x\ndata: {source: moons}\n',
  tab: 'data:\n\tsource: moons\n',
  'second colon': 'data: source: moons\n',
  'comma missing': data('source: moons samples: 3'),
  'bad indentation': 'data:\n  source: moons\nmodel:\n  - Linear: 3\n   - ReLU\nloss: MSELoss\n',
  'dash too far left': 'data: {source: moons}\nmodel:\n  - Linear: 3\n - ReLU\nloss: MSELoss\n',
  'colon missing': 'data: {source: moons}\nmodel\n  - Linear: 3\nloss: MSELoss\n',
  'stray bracket': 'data: {source: moons}}\n',
  tag: withKey('name: !env HOME'),
  'two documents': `${withKey('name: a')}---\n${withKey('name: b')}`,
  'duplicate key': withKey('train: {seed: 1, batch_size: 3, seed: 2}\nname: a\nname: b'),
  'unknown alias': withKey('name: &title x\ntrain: *tilte'),
  'alias to itself': 'model: &m [*m]\ndata: {source: moons}\nloss: MSELoss\n',
  'good before a syntax error': 'model:\n  - Lineer: 3\ndata: {source: moons}\nloss: [\ntrain: {stepz: 3}\n',
  'unknown top key': withKey('optimiser: Adam\nschedule: StepLR\nwhatever: 1\nbatch_size: 3\nconstructor: 1\n__proto__: 2'),
  'training that cannot be': withKey(
    'optimizer: {SAM: {optimizer: {SAM: SGD}}}\nparam_groups: [{layers: nothing, lr: 1}, {lr: 1}, 3]\ntrain: {ema: 1, prune: {amount: 2}, unfreeze: [{epoch: 0, layers: [linear1]}]}',
  ),
  'layers in two groups, and arguments of another optimizer': withKey(
    'optimizer: Adagrad\nscheduler: {OneCycleLR: {max_lr: 1, total_steps: 9}}\nparam_groups: [{layers: "lin*", lr: 1}, {layers: linear1, momentum: 0.5}, {layers: linear1, lr_decay: 1}]\ntrain: {unfreeze: {epoch: 1, layers: lineer1}}',
  ),
  'unknown layers': model(
    '- Lineer: 10',
    '- relu',
    '- BatchNorm',
    '- Dense: 3',
    '- nn.ReLU',
    '- Linear(10)',
    '- Linear 10',
    '- toString',
    '- __proto__: 3',
  ),
  'unknown arguments': model(
    '- Linear: {out_feature: 10, in_features: 3, biass: true}',
    '- ReLU: {inplace: true}',
    '- Conv2d: {out_channels: 3, kernal_size: 3}',
    '- Tanh: 3',
  ),
  'wrong values': model(
    '- Linear: ten',
    '- Linear: -3',
    '- Linear: 2.5',
    '- Linear',
    '- Linear: {out_features: 3, bias: yes}',
    '- Conv2d: {out_channels: 3, kernel_size: [3, 0]}',
    '- Conv2d: {out_channels: 3, kernel_size: [3, 3, 3]}',
    '- Conv2d: {out_channels: 3, kernel_size: 3, padding: sane}',
    '- Dropout: 1.5',
    '- Dropout: {p:}',
    '- GELU: {approximate: tan}',
    '- Unflatten: 3',
    '- Linear: {out_features: {a: 1}}',
    '- Linear: {out_features: 3, name: my layer}',
    '- Linear: {out_features: 3, name: 7}',
    '- Linear: {out_features: 1.0e+30}',
  ),
  'not an entry': model('- 3', '-', '- [Linear, ReLU]', '- {}', '- Linear: 3', '  name: a', '- Linear: 3', '  ReLU:'),
  'model is a map': `${REST}model:\n  Linear: 3\n  ReLU:\n`,
  'model is empty': `${REST}model: []\n`,
  'model has no value': `${REST}model:\n`,
  containers: model(
    '- Residual',
    '- Residual: {layers: []}',
    '- Residual: {shortcut: [Identity]}',
    '- Parallel: {branches: [ReLU, [Tanh]], merge: sum}',
    '- Repeat: {times: 0, layers: [ReLU]}',
    '- Repeat: 3',
    '- Repeat: [ReLU]',
    '- Concat: {layers: [a], axis: 1}',
  ),
  names: model('- Linear: {out_features: 3, name: a}', '- Linear: {out_features: 3, name: a}', '- ReLU: {name: relu2}', '- ReLU', '- ReLU'),
  references: model(
    '- Linear: {out_features: 3, name: first}',
    '- Add: [frist]',
    '- Add: [later]',
    '- Linear: {out_features: 3, name: later}',
    '- Residual:',
    '    - Add: [residual1]',
    '- Mul: []',
    '- Add: [7]',
    '- Concat: first',
  ),
  copies: model(
    '- Repeat: {times: 2, layers: [{Linear: {out_features: 3, name: l}}]}',
    '- ReLU: {name: l.1}',
    '- Add: [l]',
    '- Add: [l.0]',
    '- Add: [l.2]',
  ),
  'too many layers': model('- Repeat:', '    times: 200', '    layers: [{Repeat: {times: 200, layers: [ReLU]}}]'),
  'freeze and init': model(
    '- ReLU: {freeze: true}',
    '- LayerNorm: {init: zeros}',
    '- Linear: {out_features: 3, init: kaiming}',
    '- Linear: {out_features: 3, init: {constant: a}}',
    '- Linear: {out_features: 3, init:}',
  ),
  losses: 'data: {source: moons}\nmodel: [ReLU]\nloss: CrossEntropy\n',
  'loss argument': 'data: {source: moons}\nmodel: [ReLU]\nloss: {CrossEntropyLoss: {label_smoothing: 2, reduction: none}}\n',
  'two losses': 'data: {source: moons}\nmodel: [ReLU]\nloss: {MSELoss: {}, L1Loss: {}}\n',
  'loss without a value': 'data: {source: moons}\nmodel: [ReLU]\nloss:\n',
  'lr 0': withKey('optimizer: {Adam: {lr: 0}}'),
  'lr NaN': withKey('optimizer: {Adam: {lr: .nan}}'),
  'lr is the word NaN': withKey('optimizer: {Adam: {lr: NaN}}'),
  'lr negative': withKey('optimizer: {SGD: {lr: -0.1}}'),
  'lr infinite': withKey('optimizer: {SGD: .inf}'),
  'lr as a comma number': withKey('optimizer: {Adam: "0,01"}'),
  betas: withKey('optimizer: {Adam: {betas: [0.9, 1]}}'),
  'arguments beside the name': withKey('optimizer:\n  Adam:\n  lr: 0.1'),
  nesterov: withKey('optimizer: {SGD: {lr: 0.1, nesterov: true}}'),
  schedulers: withKey('scheduler: [{StepLR: 10}, {CosineAnealingLR: 5}, {LinearLR: {total_iters: 0}}, 3]'),
  init: withKey('init: {kaiming_normal: {mode: fan}}'),
  'init weights': withKey('init: {weights: 3, strikt: true}'),
  'label smoothing twice':
    'data: {source: moons}\nmodel: [ReLU]\nloss: {CrossEntropyLoss: {label_smoothing: 0.1}}\nregularize: {label_smoothing: 0.1}\n',
  'label smoothing of a regression': 'data: {source: sine}\nmodel: [ReLU]\nloss: MSELoss\nregularize: {label_smoothing: 0.1}\n',
  'data is a path': 'data: ./digits.csv\nmodel: [ReLU]\nloss: MSELoss\n',
  'no source': data('target: y'),
  'file and source': data('file: a.csv, source: moons'),
  'noise of a file': data('file: a.csv, noise: 0.1, samples: 3'),
  'data values': data('source: spiral, validation: 1.5, normalize: true, shape: [1, 0], classes: 1, seed: -1'),
  'augmentation unknown': data('source: glyphs, augment: [RandomCop]'),
  'column by number': data('file: a.csv, target: 3'),
  'steps and epochs': withKey('train: {steps: 10, epochs: 2}'),
  'train values': withKey('train: {batch_size: 0, seed: 1.5, shuffle: no, clip_grad_norm: 0, epochs: many}'),
  'keys of other sections': withKey('train: {lr: 0.1, l2: 0.1, validation: 0.2, loss: MSELoss, batchsize: 3}'),
  'train without a value': withKey('train:\n  # epochs: 3\nregularize:\noptimizer:\nscheduler:'),
  'train is a number': withKey('train: 100'),
  'too deep': `name: ${'['.repeat(1000)}`,
  'billion laughs': `a: &a [x,x,x,x,x,x,x,x]\n${'bcdefgh'
    .split('')
    .map((c, i) => `${c}: &${c} [${Array(8).fill(`*${'abcdefg'[i]}`).join(',')}]`)
    .join('\n')}\n`,
  'error inside an alias': model('- Linear: &l {out_features: 0}', '- Linear: *l', '- Linear: {<<: *l, bias: 1}'),
};
