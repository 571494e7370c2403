// How the tensors of a made-up network spread over depth, and the blocks it is made of: for the views of the whole network.

/** Residual blocks between a stem and a head, and a Repeat of two of them at the end. */
export function blockLayers(count) {
  const rows = [];
  const add = (name, type, block, params = 0) =>
    rows.push({
      name,
      type,
      line: 8 + rows.length,
      output: [64, 64],
      params,
      inputs: rows.length > 0 ? [rows.at(-1).name] : [],
      ...(block && { block }),
    });
  add('stem', 'Linear', undefined, 4160);
  const content = (tail, block) => {
    add(`linear${tail}a`, 'Linear', block, 4160);
    add(`layernorm${tail}`, 'LayerNorm', block, 128);
    add(`relu${tail}`, 'ReLU', block);
    add(`linear${tail}b`, 'Linear', block, 4160);
  };
  for (let i = 1; rows.length < count - 14; i++) {
    add(`residual${i}`, 'Residual');
    content(String(i), `residual${i}`);
  }
  add('repeat1', 'Repeat');
  for (const copy of [0, 1]) {
    add(`inner.${copy}`, 'Residual', `repeat1.${copy}`);
    content(`R.${copy}`, `inner.${copy}`);
  }
  add('head', 'Linear', undefined, 650);
  return rows;
}

/** Half of the middle 68 % of each layer's activation, by what the case is about. */
function spreadAt(kind, index, count, progress) {
  if (['sick', 'many', 'trying', 'tried'].includes(kind)) return 10 ** (-0.12 * index * (1 - 0.3 * progress));
  if (kind === 'vanishing') return 10 ** (-0.2 * index);
  if (kind === 'exploding') return index === Math.floor(count / 2) ? 1200 : 1 + 0.4 * progress;
  return 0.7 + 0.35 * Math.sin(index * 1.7) + 0.9 * progress * (index / count);
}

function percentilesOf({ type }, spread, shift) {
  if (type === 'ReLU') return [0, 0, 0.12 * spread, 0.9 * spread, 1.9 * spread];
  const normal = [-2.05, -1, 0, 1, 2.05].map((z) => shift + z * spread);
  if (type === 'Sigmoid') return normal.map((x) => 1 / (1 + Math.exp(-x)));
  return type === 'Tanh' ? normal.map(Math.tanh) : normal;
}

/** `statsAt`: the statistics of a step; `breaksAt`: from where on the later layers are not finite. */
export function fakeNetwork(kind, layers, steps, statsAt, breaksAt) {
  const profileAt = (step) => ({
    step,
    layers: Object.fromEntries(
      layers.map((layer, index) => {
        const spread = spreadAt(kind, index, layers.length, step / steps);
        const activation = percentilesOf(layer, spread, (0.3 * step * Math.sin(index)) / steps);
        return [layer.name, step >= breaksAt && index >= 3 ? {} : { activation, gradient: activation.map((x) => (x - activation[2]) * 1e-3) }];
      }),
    ),
  });
  return {
    profileAt,
    firstProfile: profileAt(0),
    at: (step) => ({ profile: profileAt(step), ...(step > 20 && { before: statsAt(step - 20) }) }),
  };
}
