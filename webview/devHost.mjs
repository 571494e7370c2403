/* global clearInterval, location, setInterval, structuredClone, URLSearchParams, window */
import { fakeDiagnosis } from './devDiagnosis.mjs';
import { branchLayers, connected, rateAt } from './devGraph.mjs';
import { fakeOutcome } from './devOutcome.mjs';
import { fakeLayer } from './devLayer.mjs';
import { blockLayers, fakeNetwork } from './devNetwork.mjs';

// A host whose run is made of formulas: for states that no real run is in for long.
const query = new URLSearchParams(location.search);
const kind = query.get('case') ?? 'digits';
const rate = Number(query.get('rate') ?? 10);
const editCount = Number(query.get('edits') ?? 0);
const comparedCount = Number(query.get('compared') ?? 0);
// Edits, the past and comparisons need a history.
const history = Number(query.get('points') ?? (editCount > 0 || comparedCount > 0 || ['past', 'interrupted'].includes(kind) ? 400 : 0));

const deep = (count, activation, names = (i) => `linear${i}`) =>
  Array.from({ length: count }, (_, i) => [
    { name: names(i + 1), type: 'Linear', line: 8 + 2 * i, output: [64, 64], params: 4160 },
    { name: `${activation.toLowerCase()}${i + 1}`, type: activation, line: 9 + 2 * i, output: [64, 64], params: 0 },
  ])
    .flat()
    .concat({ name: 'head', type: 'Linear', line: 8 + 2 * count, output: [64, 10], params: 650 });

const DIGITS = [
  ['conv2d1', 'Conv2d', [64, 16, 8, 8], 160],
  ['batchnorm2d1', 'BatchNorm2d', [64, 16, 8, 8], 32],
  ['relu1', 'ReLU', [64, 16, 8, 8], 0],
  ['maxpool2d1', 'MaxPool2d', [64, 16, 4, 4], 0],
  ['conv2d2', 'Conv2d', [64, 32, 4, 4], 4640],
  ['relu2', 'ReLU', [64, 32, 4, 4], 0],
  ['flatten1', 'Flatten', [64, 512], 0],
  ['linear1', 'Linear', [64, 64], 32832],
  ['tanh1', 'Tanh', [64, 64], 0],
  ['linear2', 'Linear', [64, 10], 650],
].map(([name, type, output, params], i) => ({ name, type, line: 9 + i, output, params }));

const LAYERS = {
  layers: deep((Number(query.get('layers') ?? 100) - 1) / 2, 'ReLU'),
  many: deep(50, 'Sigmoid', (i) => `a_very_long_layer_name_that_somebody_generated_with_a_script_${i}`),
  sick: deep(5, 'Sigmoid'),
  trying: deep(5, 'Sigmoid'),
  tried: deep(5, 'Sigmoid'),
  long: deep(4, 'Tanh', (i) => `a_very_long_layer_name_that_somebody_generated_with_a_script_${i}`),
  vanishing: deep(12, 'Sigmoid'),
  exploding: deep(8, 'ReLU'),
  one: deep(0, 'ReLU'),
  blocks: blockLayers(Number(query.get('layers') ?? 40)),
  branches: branchLayers(Number(query.get('layers') ?? 100)),
};
const layers = connected(LAYERS[kind] ?? DIGITS);
const steps = history > 0 ? history * 2 : 560;
const regression = kind === 'regression';

const isSick = ['sick', 'trying', 'tried', 'many', 'vanishing'].includes(kind);
let noise = 1;
const random = () => (noise = (noise * 16807) % 2147483647) / 2147483647 - 0.5;
const breaksAt = kind === 'nan' ? 90 : Infinity;
const floor = isSick ? 2.29 : kind === 'fitted' ? 1e-9 : 0.04;
const fall = kind === 'fitted' ? 44 : 7;
const level = (step) => floor + ((regression ? 1.1 : 2.4) - floor) * Math.exp(-step / (steps / fall));
const lossAt = (step) =>
  step >= breaksAt ? null : Math.max(1e-12, level(step) * (1 + 0.35 * random()) + (kind === 'nan' ? (step / 40) ** 2 / 3 : 0));

function tensor(std, l2, count, broken = 0) {
  return {
    mean: 0.02 * std,
    std: broken ? null : std,
    min: -3 * std,
    max: 3 * std,
    l2: broken ? null : l2 * Math.sqrt(count),
    zero_fraction: 0,
    non_finite: broken ? count : 0,
  };
}

function statsAt(step) {
  const decades = kind === 'vanishing' ? 0.62 : isSick ? 0.45 : kind === 'layers' ? 0.004 : 0.05;
  const snapshot = { step, layers: {}, params: {} };
  layers.forEach((layer, i) => {
    const weighted = layers.length - 1 - i;
    const count = layer.output.reduce((a, b) => a * b, 1);
    const size = (3e-3 * 10 ** (-decades * weighted * (kind === 'vanishing' ? 0.5 : 1)) * (1 + 0.3 * random())) / (1 + (3 * step) / steps);
    const broken = step >= breaksAt && i >= 3 ? 1 : 0;
    const zero = kind === 'vanishing' && i < 2 && step > 20;
    const stats = {
      activation: tensor(0.4 + 0.6 * Math.abs(Math.sin(i * 1.7)) + 0.1 * random(), 1, count, broken),
      gradient: tensor(size, zero ? 0 : size, count, broken),
    };
    if (layer.type === 'ReLU')
      Object.assign(stats, { units: layer.output[1], dead_units: Math.round(layer.output[1] * (i === 5 ? 0.72 : 0.1 + 0.1 * random())) });
    if (layer.type === 'Tanh' || layer.type === 'Sigmoid')
      stats.saturated_fraction = kind === 'long' ? 0.81 : Math.min(1, 0.004 + 0.2 * (step / steps));
    snapshot.layers[layer.name] = stats;
    if (layer.params > 0) {
      for (const part of ['weight', 'bias']) {
        snapshot.params[`${layer.name}.${part}`] = {
          weight: tensor(0.1, 0.1, layer.params),
          gradient: tensor(size, zero ? 0 : size, layer.params, broken),
          update_l2: broken ? null : 1e-3,
          update_ratio: broken ? null : kind === 'vanishing' ? 10 ** (-3 - i * 0.14) : (2e-3 * (1 + random())) / (1 + (4 * step) / steps),
        };
      }
    }
  });
  return snapshot;
}

function evalAt(step) {
  const broken = step >= breaksAt;
  const train = level(step) * 0.96;
  const val = train + (kind === 'fitted' ? 0 : 0.28 * (step / steps) ** 1.3 + 0.03);
  const score = Math.min(0.99, 0.1 + 0.89 * (1 - Math.exp(-step / (steps / 6))));
  const scores = isSick
    ? { train_accuracy: 0.102, val_accuracy: 0.098 }
    : regression
      ? { train_r2: score * 1.6 - 0.8, val_r2: score * 1.4 - 0.9 }
      : { train_accuracy: score, val_accuracy: score - 0.05 * (step / steps) };
  return {
    type: 'eval',
    step,
    train_loss: broken ? null : train,
    val_loss: broken ? null : val,
    gap: broken ? null : val - train,
    ...scores,
    ...(step < 0.75 * steps && !broken && { is_best: true }),
  };
}

const point = (step) => {
  const loss = lossAt(step);
  return { step, loss, total_loss: loss, lr: rateAt(kind, step, steps), grad_norm: 1 + random() };
};
const epoch = Math.max(1, Math.round(steps / Number(query.get('evals') ?? 25)));
const range = (from, to) => Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i + 1);
const evalsOf = (range) => range.filter((step) => step % epoch === 0).map(evalAt);

const NOTICE = 'Line 14: `linear1` expects 64 features, got 32 (from `flatten1`). Training goes on with the last valid text.';

const CHANGES = [
  ['lr 0.001 → 0.01'],
  ['+ BatchNorm2d (batchnorm2d1)', 'conv2d1 out_channels 16 → 32', 'relu2 → tanh2', 'batch_size 64 → 128'],
  ['linear1 out_features 64 → 128'],
  ['loss CrossEntropyLoss label_smoothing 0 → 0.1'],
];

let step = history;
let watching;
const diagnosis = fakeDiagnosis(kind, layers);
const layerHistory = fakeLayer(kind, layers, breaksAt);
const network = fakeNetwork(kind, layers, steps, statsAt, breaksAt);
const past = range(0, history);
const run = {
  runId: 'dev',
  name: kind === 'long' ? 'a-model-with-a-name-that-is-rather-longer-than-any-panel-is-wide-at-350-pixels' : 'handwritten-digits',
  file: 'examples/digits.nn.yaml',
  state: 'running',
  step,
  steps,
  stepsPerSecond: 183.4,
  engine: 'wasm, 2 threads',
  params: layers.reduce((sum, layer) => sum + layer.params, 0),
  noSkillLoss: regression ? 1 : Math.log(10),
  layers,
  losses: past.map(point),
  evals: evalsOf(past),
  modes: past.filter((at) => at % 5 === 0).map((at) => layerHistory.modesAt(at, steps)),
  first: statsAt(1),
  now: history > 0 ? statsAt(history) : undefined,
  firstProfile: network.firstProfile,
  ...(history > 0 && network.at(history)),
  edits: Array.from({ length: editCount }, (_, i) => editAt(i)),
  checkpoints: checkpointsUpTo(history),
  health: diagnosis.healthAt(history),
  outcome: fakeOutcome(kind, history, steps),
  trials: diagnosis.trialsAt(0),
  ...(query.has('parent') && { parent: { runId: 'other', name: 'handwritten-digits', step: 400 } }),
};

/** Edits pile up as they do when somebody tries this and that. */
function editAt(i) {
  const at = ((i + 0.6) / editCount + (0.35 * Math.sin(i * 2.4)) / Math.max(3, editCount)) * 0.94 * history;
  const isStructural = i % 4 === 1 || i % 4 === 2;
  const names = kind === 'long' ? layers.map((layer) => `${layer.name}.weight`) : ['linear1.weight', 'linear1.bias'];
  const carried = {
    kept: isStructural ? 9 : 12,
    resized: i % 4 === 2 ? names : [],
    fresh: i % 4 === 1 ? names : [],
    dropped: i % 4 === 1 ? ['old.weight'] : [],
  };
  const isRecent = i === editCount - 1 && editCount > 1;
  const effect = {
    slopeBefore: i === 0 ? -0.03 : -0.03 + 0.05 * Math.sin(i),
    ...(!isRecent && { slopeAfter: i % 7 === 3 ? 0.6 : -0.09 - 0.06 * Math.sin(i), flowAfter: 0.34, flowBefore: 0.0123 }),
  };
  return { id: 2 * i + 1, step: Math.round(at), changes: CHANGES[i % CHANGES.length], carried, effect, canRevert: i % 5 !== 4 };
}

function checkpointsUpTo(step) {
  return Array.from({ length: Math.min(64, Math.floor(step / 20)) }, (_, i) => (i + 1) * 20).filter((at) => at <= step);
}

function comparedRun(_, i) {
  const length = Math.round(history * (0.5 + 0.25 * i));
  const name = i === 1 ? 'handwritten-digits with a learning rate that is ten times as large, and batch norm' : `digits ${i + 1}`;
  const upTo = range(0, length);
  const worse = 1.15 + 0.25 * i;
  return {
    runId: `compared${i}`,
    name,
    layers,
    now: statsAt(length),
    differs: ['lr 0.001 → 0.01'],
    losses: upTo.map(point).map((p) => ({ ...p, loss: p.loss * worse + 0.03 * i })),
    evals: evalsOf(upTo).map((e) => ({ ...e, ...(e.val_accuracy && { val_accuracy: e.val_accuracy / worse }) })),
  };
}
let compared = Array.from({ length: comparedCount }, comparedRun);

const send = (message) => window.postMessage(message);
if (kind !== 'lost') setInterval(() => send({ type: 'alive' }), 5000);
const receivers = {
  ready() {
    if (kind === 'empty') return send({ type: 'hydrate', compared: [] });
    if (kind === 'interrupted')
      Object.assign(run, {
        state: 'interrupted',
        stepsPerSecond: 0,
        message: `The window closed at step ${history}. Resume goes on from the checkpoint of step ${history}.`,
      });
    if (kind === 'notice') run.message = NOTICE;
    if (kind === 'starting' || kind === 'queued')
      return send({
        type: 'hydrate',
        compared,
        run: { ...run, state: kind, step: 0, stepsPerSecond: 0, layers: [], losses: [], evals: [], first: undefined, firstProfile: undefined },
      });
    if (kind === 'failed') {
      const upTo = range(0, 120);
      return send({
        type: 'hydrate',
        compared,
        run: {
          ...run,
          state: 'failed',
          step: 120,
          stepsPerSecond: 0,
          losses: upTo.map(point),
          evals: evalsOf(upTo),
          now: statsAt(120),
          message: 'examples/digits.nn.yaml:14:5  The training engine ran out of memory at step 121 (1.9 GB). Try a smaller batch_size (now 4096).',
        },
      });
    }
    send({ type: 'hydrate', run: structuredClone(run), selectedLayer: query.get('layer') ?? 'linear1', compared });
    if (rate > 0) setInterval(tick, 1000 / rate);
  },
  select() {},
  watch({ runId, layer }) {
    clearInterval(watching);
    const tell = () => send(layerHistory.message(runId, layer, step, steps, query.get('looks')));
    if (layer === undefined) return;
    tell();
    if (rate > 0) watching = setInterval(tell, 1000);
  },
  // Statistics are kept of every seventh step; the layers before the first edit lack one.
  time({ runId, step }) {
    const nearest = Math.max(1, Math.round(step / 7) * 7);
    const then = run.edits.length > 0 && step < run.edits[0].step ? layers.filter((layer) => layer.type !== 'BatchNorm2d') : layers;
    setTimeout(() => send({ type: 'past', runId, step, snapshot: statsAt(nearest), profile: network.profileAt(nearest), layers: then }), 30);
  },
  revealFinding() {},
  explain() {},
  applyFix() {},
  tryFixes() {
    diagnosis.start(send, () => update([]));
  },
  stopTrials() {
    diagnosis.stop();
  },
  applyTrial() {},
  branch() {},
  revert() {},
  diff() {},
  endComparison() {
    compared = [];
    send({ type: 'hydrate', run: structuredClone({ ...run, step }), selectedLayer: query.get('layer') ?? 'linear1', compared });
  },
  command({ command }) {
    run.state = { pause: 'paused', resume: 'running', train: 'running', step: 'paused', stop: 'stopped' }[command];
    send(update([]));
  },
};
const update = (taken, now) => ({
  type: 'update',
  runId: 'dev',
  state: run.state,
  message: run.message,
  step,
  stepsPerSecond: run.state === 'running' ? 183.4 + 4 * random() : 0,
  losses: taken.map(point),
  evals: evalsOf(taken),
  modes: [layerHistory.modesAt(step, steps)],
  now,
  ...(now && network.at(now.step)),
  ...(step % 10 === 0 && { health: diagnosis.healthAt(step) }),
  outcome: fakeOutcome(kind, step, steps),
  ...(step % 20 === 0 && { checkpoints: checkpointsUpTo(step) }),
});

function tick() {
  if (kind === 'notice') run.message = Math.floor(performance.now() / 2000) % 2 === 0 ? NOTICE : undefined;
  if (run.state !== 'running') return;
  const taken = range(step, Math.min(steps, step + Math.max(1, Math.round(steps / 150))));
  step += taken.length;
  if (step >= steps) run.state = 'finished';
  send(update(taken, statsAt(step)));
}

/** Takes what the page says. */
export const receive = (message) => receivers[message.type]?.(message);
