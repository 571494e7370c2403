/* global clearInterval, setInterval */
// What the rules would say of the made-up run, and fixes that are as if measured.

const PASSED = [
  'gradients reach the first layer',
  'no unit is dead for good',
  'activations keep their size over depth',
  'every number is finite',
  'weights of a layer start unlike each other',
  'the initial scale fits the activations',
  'the first loss is that of guessing',
  'steps are neither too long nor too short',
  'the loss falls, without jumps',
  'validation follows training',
  'inputs have a common scale',
  'the last layer can reach every target',
  'the loss fits the task',
  'labels are what the loss expects',
  'classes are about equally frequent',
  'batches are large enough',
  'training and evaluation agree on the same batch',
  'no layer is frozen by mistake',
  'validation shares no sample with training',
];

const HOSTILE = '<img src=x onerror="window.broken=1"><b>bold</b>';

/** Rules with what a finding of each says; `at`: index of the layer, or a key of the file. */
const FINDINGS = {
  'vanishing-gradient': {
    title: 'Vanishing gradient',
    level: 'warning',
    at: 0,
    also: [2, 4],
    message: (layer) => `The gradient of \`${layer}\` is 2.1e−6 of the last layer’s (healthy above 8e−3).`,
    evidence: {
      quantity: '‖∇W linear1‖ / ‖∇W head‖',
      value: 2.1e-6,
      healthy: 'above 8e−3',
      more: { 'per layer, in decades': -0.62, 'of the biases': 1.4e-8, 'activation in between': 'Sigmoid' },
    },
    series: (i) => 2.1e-6 * (1 + 40 * Math.exp(-i / 8)) * (1 + 0.2 * Math.sin(i)),
    because:
      'Each layer multiplies the gradient by its weights and by the slope of its activation. A sigmoid’s slope is 0.25 at most: below 1 per layer the gradient dies exponentially with depth, and the first layers learn nothing.',
    formula: '‖∂L/∂W₁‖ ≈ ‖∂L/∂W_n‖ · ∏ ‖Wₖ‖ · σ′(zₖ),   σ′ ≤ 1/4',
    reference: 'Glorot & Bengio 2010, Understanding the difficulty of training deep feedforward neural networks',
    fixes: ['`Sigmoid` → `ReLU` in 5 layers', 'BatchNorm1d before each of 5 activations', '`init`: xavier_uniform for 5 layers'],
  },
  'loss-plateau': {
    title: 'Loss on a plateau',
    level: 'warning',
    at: 'train',
    cause: 'vanishing-gradient',
    message: () => 'The loss has stood at 2.29 since step 40, where guessing has 2.303.',
    evidence: { quantity: 'loss', value: 2.29, healthy: 'below 2.07 by now' },
    series: (i) => 2.29 + 0.012 * Math.sin(i * 1.3),
    because: 'A model that does no better than the best constant has learned nothing of its inputs yet.',
    formula: 'L ≈ −Σ p ln p',
    reference: 'Goodfellow et al. 2016, chapter 8.2',
    fixes: [],
  },
  underfitting: {
    title: 'Underfitting',
    level: 'warning',
    at: 'model',
    cause: 'loss-plateau',
    message: () => 'Training accuracy is 10.2 %, a linear model on the same data reaches 91 %.',
    evidence: { quantity: 'training accuracy', value: 0.102, healthy: 'above 0.89' },
    because: 'What a linear model can learn a network can learn too.',
    formula: '',
    reference: 'Goodfellow et al. 2016, chapter 5.2',
    fixes: ['`out_features` 64 → 128 in 5 layers'],
  },
  'lr-too-high': {
    title: 'Learning rate too high',
    level: 'error',
    at: 'lr',
    message: () => 'With `lr: 0.6` a step changes the weights by 31 % of their size (healthy below 10 %), and the loss jumps up and down.',
    evidence: { quantity: '‖ΔW‖ / ‖W‖', value: 0.31, healthy: '1e−4 … 0.1', more: { 'times the loss rose by half': 14 } },
    series: (i) => (i === 17 ? null : 0.3 + 0.2 * Math.sin(i * 2.1)),
    because: 'Gradient descent overshoots where a step is longer than twice the inverse of the steepest curvature.',
    formula: 'lr < 2 / λmax(H)',
    reference: 'LeCun et al. 1998, Efficient BackProp',
    fixes: ['`lr`: 0.6 → 0.002', 'Adam in the place of SGD'],
  },
  'bias-before-batchnorm': {
    title: 'Bias before a batch norm',
    level: 'hint',
    at: 0,
    message: (layer) => `The bias of \`${layer}\` does nothing: the normalisation after it takes the mean off.`,
    evidence: { quantity: 'biases without effect', value: 16, healthy: '0' },
    because: 'BatchNorm subtracts the mean, and with it whatever constant was added before.',
    formula: 'BN(x + b) = BN(x)',
    reference: 'Ioffe & Szegedy 2015',
    fixes: ['`bias: false`'],
  },
  'class-imbalance': {
    title: 'Unequal classes',
    level: 'hint',
    at: 'data',
    message: () => 'The most frequent class has 41 % of the samples, the rarest 2 %.',
    evidence: { quantity: 'largest / smallest class', value: 20.5, healthy: 'below 10' },
    because: 'A model may ignore a class that is seldom seen and still have a good accuracy.',
    formula: '',
    reference: 'Japkowicz & Stephen 2002',
    fixes: ['`weight` of the loss by frequency'],
  },
};

const OTHERS =
  'exploding-gradient exploding-activations dead-relu zero-gradient saturated-activation non-finite symmetric-init poor-init-scale initial-loss-too-high lr-too-low loss-diverging oscillating-loss undertrained overfitting over-regularized excess-dropout input-not-normalized target-not-normalized output-activation-mismatch output-width-mismatch missing-nonlinearity loss-mismatch loss-reduction-sum label-shape-or-range labels-uncorrelated batch-too-small train-eval-mismatch frozen-layer validation-overlaps-train'.split(
    ' ',
  );

function finding(rule, layers, step) {
  const known = FINDINGS[rule] ?? {
    ...FINDINGS['vanishing-gradient'],
    title: `${rule[0].toUpperCase()}${rule.slice(1).replaceAll('-', ' ')}`,
    level: rule.length % 3 === 0 ? 'error' : 'warning',
    at: (rule.length * 7) % layers.length,
    also: [],
  };
  const { at, also = [], series, message, ...rest } = known;
  const layer = typeof at === 'number' ? layers[at % layers.length] : undefined;
  return {
    rule,
    ...rest,
    ...(layer ? { layer: layer.name } : { key: at }),
    also: also.map((index) => layers[index % layers.length].name),
    line: layer?.line ?? 31,
    step,
    message: message(layer?.name),
    evidence: { ...rest.evidence, ...(series && { series: Array.from({ length: 40 }, (_, i) => ({ step: 10 * i + 1, value: series(i) })) }) },
  };
}

const hostile = (layers) => ({
  ...finding('vanishing-gradient', layers, 20),
  title: HOSTILE,
  layer: HOSTILE,
  also: [HOSTILE],
  message: `${HOSTILE} \`${HOSTILE}\``,
  because: HOSTILE,
  formula: HOSTILE,
  reference: HOSTILE,
  evidence: { quantity: HOSTILE, value: null, healthy: HOSTILE, more: { [HOSTILE]: HOSTILE } },
  fixes: [HOSTILE],
});

const RULES_OF = {
  sick: ['vanishing-gradient', 'loss-plateau', 'underfitting', 'lr-too-high', 'bias-before-batchnorm', 'class-imbalance'],
  many: ['lr-too-high', 'vanishing-gradient', 'loss-plateau', 'underfitting', 'dead-relu', 'exploding-activations', 'class-imbalance'],
  all: [...Object.keys(FINDINGS), ...OTHERS],
  hints: ['bias-before-batchnorm', 'class-imbalance'],
  vanishing: ['vanishing-gradient', 'loss-plateau'],
  nan: ['non-finite'],
};
RULES_OF.trying = RULES_OF.tried = RULES_OF.sick.slice(0, 4);

const CANDIDATES = [
  { title: '`Sigmoid` → `ReLU` in 5 layers', end: 0.09, score: 0.964 },
  { title: 'BatchNorm1d before each of 5 activations', end: 0.13, score: 0.951 },
  { title: '`init`: xavier_uniform for 5 layers', end: 0.93, score: 0.17 },
  { title: '`lr`: 0.6 → 0.002', end: 1.004, score: 0.1 },
  { title: '`Sigmoid` → `ReLU` in 5 layers, and Adam at `lr: 0.001` in the place of SGD with a title that goes on and on', end: 4.2, score: 0.098 },
];

/** `kind`: the scene; numbers of fixes come as if from a measurement. */
export function fakeDiagnosis(kind, layers) {
  let trials;
  let timer;

  function healthAt(step) {
    if (kind === 'starting' || kind === 'queued' || step === 0) return undefined;
    const rules = (RULES_OF[kind] ?? []).filter((rule) => {
      if (kind === 'all' || kind === 'hints') return true;
      // Two come and go.
      if (kind === 'sick' && rule === 'lr-too-high') return step >= 30 && (step < 400 ? Math.floor(step / 60) % 2 === 0 : true);
      return rule === 'vanishing-gradient' || step >= 20;
    });
    const findings = kind === 'hostile' ? [hostile(layers)] : rules.map((rule) => finding(rule, layers, rule.startsWith('output') ? 0 : 20));
    if (kind === 'many') for (const each of findings) if (each.layer) each.also = layers.map(({ name }) => name).filter((_, i) => i % 3 === 0);
    const worst = { error: 0, warning: 1, hint: 2 };
    const roots = findings.filter(({ cause }) => !cause).sort((a, b) => worst[a.level] - worst[b.level]);
    const under = (rule) => findings.filter(({ cause }) => cause === rule).flatMap((each) => [each, ...under(each.rule)]);
    return {
      findings: roots.flatMap((root) => [root, ...under(root.rule)]),
      passed: kind === 'all' ? [] : PASSED.slice(0, PASSED.length - findings.length),
    };
  }

  function trialAt(id, { title, end, score }, done) {
    const steps = 300;
    const step = Math.round(Math.max(0, Math.min(1, done)) * steps);
    const evals = Array.from({ length: Math.floor(step / 20) }, (_, i) => {
      const at = (i + 1) * 20;
      const share = at / steps;
      const loss = Math.log(10) * (1 + (end - 1) * (1 - Math.exp(-4 * share))) * (1 + 0.02 * Math.sin(at + id));
      return { type: 'eval', step: at, train_loss: loss, val_loss: loss, gap: 0, train_accuracy: score * share, val_accuracy: score * share };
    });
    const last = evals.at(-1);
    const state = step >= steps ? 'done' : done > 0 ? 'running' : 'waiting';
    return {
      id,
      title,
      state,
      step,
      losses: [],
      evals,
      ...(last && { relativeLoss: last.val_loss / Math.log(10), score: state === 'done' ? score : last.val_accuracy }),
    };
  }

  /** `done`: share of all the work. */
  function trialsAt(done) {
    if (kind === 'trying') done = done || 0.55;
    else if (kind === 'tried') done = 1;
    else if (done === 0) return undefined;
    const parts = CANDIDATES.length + 1;
    const candidates = CANDIDATES.map((candidate, i) => trialAt(i + 1, candidate, done >= 1 ? 1 : done * parts - 1 - i));
    if (done > 0.7)
      candidates[3] = { ...candidates[3], state: 'failed', message: 'not finite at step 84', score: undefined, relativeLoss: undefined };
    if (done >= 1) candidates.sort((a, b) => (a.relativeLoss ?? 9) - (b.relativeLoss ?? 9));
    return {
      state: done >= 1 ? 'done' : 'running',
      steps: 300,
      metric: 'accuracy',
      baseline: trialAt(0, { title: 'as it is', end: 0.99, score: 0.102 }, done * parts),
      candidates,
    };
  }

  function start(send, update) {
    let done = 0;
    clearInterval(timer);
    timer = setInterval(() => {
      done = Math.min(1, done + 0.02);
      trials = trialsAt(done);
      if (done >= 1) clearInterval(timer);
      send({ ...update(), trials });
    }, 100);
    stop = () => {
      clearInterval(timer);
      trials = { ...trials, state: 'stopped' };
      send({ ...update(), trials });
    };
  }

  let stop = () => {};
  return { healthAt, trialsAt, start, stop: () => stop() };
}
