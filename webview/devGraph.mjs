// What the layers of a made-up network take, and networks that branch: for the drawn model.

/** Layers of one chain, or of blocks as `blockLayers` makes them: each takes what stands before it in its block. */
export function connected(layers) {
  if (layers.some(({ inputs }) => inputs?.length > 1)) return layers;
  const isBlock = (name) => layers.some(({ block }) => block === name || block?.startsWith(`${name}.`));
  const ends = new Map();
  let before = '';
  const stack = [];
  const close = (block) => {
    while (stack.length > 0 && !(block === stack.at(-1).name || block?.startsWith(`${stack.at(-1).name}.`))) {
      const { name, entry } = stack.pop();
      ends.set(name, entry === undefined ? [before] : [before, entry]);
      before = name;
    }
  };
  const takes = layers.map(({ name, type, block }) => {
    close(block);
    const taken = [before];
    if (isBlock(name)) stack.push({ name, entry: type === 'Residual' ? before : undefined });
    else before = name;
    return taken;
  });
  close(undefined);
  return layers.map((layer, i) => ({ ...layer, inputs: ends.get(layer.name) ?? takes[i] }));
}

/** An image model with everything: three branches, a shortcut of its own, a Repeat of many copies, a gate that names earlier layers. */
export function branchLayers(copies) {
  const rows = [];
  const add = (name, type, inputs, { block, output = [64, 32, 16, 16], params = 0, receptiveField } = {}) => {
    rows.push({ name, type, line: 8 + rows.length, inputs, output, params, ...(block && { block }), ...(receptiveField && { receptiveField }) });
    return name;
  };
  const at = (block, receptiveField, params = 0, output) => ({ block, receptiveField, params, ...(output && { output }) });
  add('stem', 'Conv2d', [''], at(undefined, 3, 896));
  add('relu1', 'ReLU', ['stem'], at(undefined, 3));
  add('inception', 'Parallel', ['narrow_relu', 'wide_relu', 'pool_conv'], at(undefined, 7, 0, [64, 96, 16, 16]));
  add('narrow', 'Conv2d', ['relu1'], at('inception', 3, 1056));
  add('narrow_relu', 'ReLU', ['narrow'], at('inception', 3));
  add('wide_reduce', 'Conv2d', ['relu1'], at('inception', 3, 528, [64, 16, 16, 16]));
  add('wide', 'Conv2d', ['wide_reduce'], at('inception', 7, 12832));
  add('wide_relu', 'ReLU', ['wide'], at('inception', 7));
  add('pool', 'MaxPool2d', ['relu1'], at('inception', 5));
  add('pool_conv', 'Conv2d', ['pool'], at('inception', 5, 1056));
  add('squeeze', 'Conv2d', ['inception'], at(undefined, 7, 3104));
  add('residual1', 'Residual', ['batchnorm2', 'shortcut'], at(undefined, 15, 0, [64, 64, 8, 8]));
  add('conv1', 'Conv2d', ['squeeze'], at('residual1', 11, 18496, [64, 64, 8, 8]));
  add('batchnorm1', 'BatchNorm2d', ['conv1'], at('residual1', 11, 128, [64, 64, 8, 8]));
  add('relu2', 'ReLU', ['batchnorm1'], at('residual1', 11, 0, [64, 64, 8, 8]));
  add('conv2', 'Conv2d', ['relu2'], at('residual1', 15, 36928, [64, 64, 8, 8]));
  add('batchnorm2', 'BatchNorm2d', ['conv2'], at('residual1', 15, 128, [64, 64, 8, 8]));
  add('shortcut', 'Conv2d', ['squeeze'], at('residual1', 7, 2112, [64, 64, 8, 8]));
  add('repeat1', 'Repeat', [`residual2.${copies - 1}`], at(undefined, 15, 0, [64, 64, 8, 8]));
  for (let i = 0; i < copies; i++) {
    const before = i === 0 ? 'residual1' : `residual2.${i - 1}`;
    add(`residual2.${i}`, 'Residual', [`tanh.${i}`, before], at(`repeat1.${i}`, 15, 0, [64, 64, 8, 8]));
    add(`mix.${i}`, 'Conv2d', [before], at(`residual2.${i}`, 15, 4160, [64, 64, 8, 8]));
    add(`tanh.${i}`, 'Tanh', [`mix.${i}`], at(`residual2.${i}`, 15, 0, [64, 64, 8, 8]));
  }
  add('gate', 'Sigmoid', ['repeat1'], at(undefined, 15, 0, [64, 64, 8, 8]));
  add('mul1', 'Mul', ['gate', 'residual1'], at(undefined, 15, 0, [64, 64, 8, 8]));
  add('average', 'AdaptiveAvgPool2d', ['mul1'], { output: [64, 64, 1, 1] });
  add('flatten1', 'Flatten', ['average'], { output: [64, 64] });
  add('head', 'Linear', ['flatten1'], { output: [64, 10], params: 650 });
  return rows;
}

/** A learning rate as somebody schedules it: warm-up, then steps; or along a cosine to zero. */
export function rateAt(kind, step, steps) {
  if (kind === 'regression') return 0.01 * (0.5 + 0.5 * Math.cos((Math.PI * Math.min(step, steps)) / steps));
  if (kind !== 'branches' && kind !== 'blocks') return 1e-3;
  const warm = Math.min(1, step / (0.06 * steps));
  return 0.1 * warm * 0.1 ** Math.floor((3 * step) / steps);
}
