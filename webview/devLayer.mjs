// The history of a layer for the fake host: distributions that widen, drift and break, units that die, statistics of a batch and running ones.
const BINS = 32;
const NUMBERS = 4096;
const LOOKS = 120;

/** Share of a normal distribution below z (Zelen and Severo's approximation). */
function below(z) {
  const t = 1 / (1 + 0.33267 * Math.abs(z));
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * t * (0.4361836 + t * (-0.1201676 + t * 0.937298));
  return z > 0 ? 1 - tail : tail;
}

/** Numbers about a mean; `floor`: what a rectifier makes of them. */
function normal(mean, std, { floor = -Infinity, non_finite = 0 } = {}) {
  const numbers = NUMBERS - non_finite;
  if (numbers === 0) return { from: 0, to: 0, counts: Array(BINS).fill(0), non_finite };
  const at = (z) => Math.max(floor, mean + z * std);
  const percentiles = [-2, -1, 0, 1, 2].map(at);
  const [from, to] = [at(-3.5), at(3.5)];
  if (from === to) return { percentiles, from, to, counts: [numbers, ...Array(BINS - 1).fill(0)], non_finite };
  const edge = (i) => from + ((to - from) * i) / BINS;
  const counts = Array.from({ length: BINS }, (_, i) => {
    const lower = i === 0 && from === floor ? 0 : below((edge(i) - mean) / std);
    return Math.round(numbers * (below((edge(i + 1) - mean) / std) - lower));
  });
  return { percentiles, from, to, counts, non_finite };
}

export function fakeLayer(kind, layers, breaksAt) {
  const isVanishing = kind === 'vanishing' || kind === 'many' || kind === 'sick';

  function tensorsAt(layer, step, t) {
    const wave = Math.sin(step / 23) * 0.08;
    const non_finite = step >= breaksAt ? (step >= breaksAt + 20 ? NUMBERS : 300) : 0;
    const slope = (isVanishing ? 10 ** (-2 - 5 * t) : 3e-3 / (1 + 3 * t)) * (1 + wave);
    const rectifies = layer.type === 'ReLU';
    const tensors = {
      activation: normal(0.3 * t + wave - (rectifies ? 0.4 * t : 0), 0.6 + 0.9 * t, { non_finite, ...(rectifies && { floor: 0 }) }),
      gradient: normal(0, slope, { non_finite }),
    };
    if (layer.type.includes('Norm')) tensors.input = normal(2.4 + t, 0.3 + 2 * t, { non_finite });
    if (layer.params === 0) return tensors;
    for (const name of ['weight', 'bias']) {
      tensors[name] = normal(name === 'bias' ? -0.05 * t : 0, name === 'bias' ? 0.04 * t : 0.09 + 0.05 * t, { non_finite });
      tensors[`${name}.gradient`] = normal(0, slope * 2, { non_finite });
      if (step > 0) tensors[`${name}.update`] = normal(0, 1e-3 * (1 - 0.8 * t), { non_finite });
    }
    return tensors;
  }

  function unitsAt(layer, step, t) {
    if (layer.type !== 'ReLU') return {};
    const units = kind === 'layers' ? 512 : layer.output[1];
    const shown = Math.min(units, 64);
    const active = Array.from({ length: shown }, (_, i) => {
      if (step >= breaksAt + 20) return 0;
      if (i % 11 === 3) return i % 2 && t > 0.6 ? 12 : 0;
      if (i % 7 === 2) return Math.max(0, Math.ceil(60 - 90 * t - i));
      return Math.ceil(50 + 40 * Math.sin(i * 1.7) * Math.cos(step / 60 + i));
    });
    return { active, units };
  }

  const channels = (mean, spread) => ({ mean, std: spread / 2, min: mean - spread, max: mean + spread });
  function statisticsAt(layer, step, t) {
    const affine = { gamma: channels(1 - 0.2 * t, 0.1 + 0.2 * t), beta: channels(0.15 * t, 0.2 * t) };
    if (layer.type === 'LayerNorm') return affine;
    const mean = 2.4 + t + 0.15 * Math.sin(step / 9);
    const variance = (0.3 + 2 * t) ** 2 * (1 + 0.15 * Math.sin(step / 5));
    const lag = 1 - 0.9 ** (step / 4);
    const nothing = { mean: null, std: null, min: null, max: null };
    if (step >= breaksAt) return { batch_mean: nothing, batch_var: nothing, running_mean: nothing, running_var: nothing, ...affine };
    return {
      batch_mean: channels(mean, 0.8),
      running_mean: channels((2.4 + t) * lag, 0.7),
      batch_var: channels(variance, variance * 0.6),
      running_var: channels((1 + (2 * t) ** 2) * lag + 1 - lag, 0.5 * variance),
      ...affine,
    };
  }

  const stepsUpTo = (last) => {
    const looks = Math.max(1, Math.min(LOOKS, last));
    return [...new Set(Array.from({ length: looks + 1 }, (_, i) => Math.round((last * i) / looks)))];
  };

  return {
    /** What the host answers to `watch` and goes on with; `none`: no look yet, `one`: a single one. */
    message(runId, name, last, steps, looks) {
      const layer = layers.find((one) => one.name === name);
      const at = looks === 'none' ? [] : looks === 'one' ? [0] : stepsUpTo(last);
      const t = (step) => Math.min(1, step / steps);
      return {
        type: 'layer',
        runId,
        layer: name,
        after: -1,
        moments: layer ? at.map((step) => ({ step, tensors: tensorsAt(layer, step, t(step)), ...unitsAt(layer, step, t(step)) })) : [],
        normalisation: layer?.type.includes('Norm')
          ? at.filter((step) => step > 0).map((step) => ({ step, statistics: statisticsAt(layer, step, t(step)) }))
          : [],
      };
    },
    /** Of the same samples in both modes. */
    modesAt(step, steps) {
      const loss = step >= breaksAt ? null : 2.3 * Math.exp((-5 * step) / steps) + 0.05;
      return { step, train: loss, eval: loss && loss * (1 + 1.5 * Math.exp((-9 * step) / steps)) };
    },
  };
}
