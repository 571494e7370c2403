import { nn, numpy as np } from '@jax-js/jax';

/**
 * W1 to W4 as one writes them in JAX: the model's output from parameters (by their state_dict names, matrices of linear layers as [in, out]) and a
 * batch. `tap` is told every layer's output and gives what to go on with. An array is consumed where it is used: `.ref` where it is used again.
 */
const linear = (p, name, x) => np.matmul(x, p[`${name}.weight`]).add(p[`${name}.bias`]);

const mlp = (layers, activation, activate) => (p, x, tap) => {
  for (let i = 0; i < layers; i++) {
    x = tap(`l${i}`, linear(p, `l${i}`, x));
    if (i < layers - 1) x = tap(`${activation}${i + 1}`, activate(x));
  }
  return x;
};

/**
 * A 3×3 convolution, padded by 1, as a product of matrices: the native one is ten times slower where it is differentiated. Images have their channels
 * first and their place in the batch second, so that it is one product for all of them.
 */
function convolution(p, name, x) {
  const [channels, n, height, width] = x.shape;
  const edges = [
    [0, 0],
    [0, 0],
    [1, 1],
    [1, 1],
  ];
  const padded = np.pad(x, edges);
  const shifted = (top, left) => padded.ref.slice([], [], [top, top + height], [left, left + width]);
  const columns = np.stack(
    [0, 1, 2].flatMap((top) => [0, 1, 2].map((left) => shifted(top, left))),
    1,
  );
  padded.dispose();
  const weight = p[`${name}.weight`];
  const out = weight.shape[0];
  const product = np.matmul(weight.reshape([out, channels * 9]), columns.reshape([channels * 9, n * height * width]));
  return product.add(p[`${name}.bias`].reshape([out, 1])).reshape([out, n, height, width]);
}

/** 2×2 windows side by side. */
function maxPool(x) {
  const [channels, n, height, width] = x.shape;
  return np.max(x.reshape([channels, n, height / 2, 2, width / 2, 2]), [3, 5]);
}

function cnn(p, x, tap) {
  x = np.transpose(x, [1, 0, 2, 3]);
  x = tap('relu1', nn.relu(tap('c0', convolution(p, 'c0', x))));
  x = tap('maxpool2d1', maxPool(x));
  x = tap('relu2', nn.relu(tap('c1', convolution(p, 'c1', x))));
  x = tap('maxpool2d2', maxPool(x));
  x = tap('flatten1', np.transpose(x, [1, 0, 2, 3]).reshape([x.shape[1], -1]));
  return tap('f', linear(p, 'f', x));
}

function layerNorm(p, name, x) {
  const centred = x.ref.sub(np.mean(x, -1, { keepdims: true }));
  const variance = np.mean(np.square(centred.ref), -1, { keepdims: true });
  return centred
    .mul(np.reciprocal(np.sqrt(variance.add(1e-5))))
    .mul(p[`${name}.weight`])
    .add(p[`${name}.bias`]);
}

const HEADS = 2;

function attention(p, name, x) {
  const [n, length, width] = x.shape;
  const all = np.matmul(x, p[`${name}.in_proj_weight`]).add(p[`${name}.in_proj_bias`]);
  const [query, key, value] = np.split(all, 3, -1).map((part) => np.transpose(part.reshape([n, length, HEADS, width / HEADS]), [0, 2, 1, 3]));
  const scores = np.matmul(query, np.matrixTranspose(key)).mul((width / HEADS) ** -0.5);
  const isFuture = np.triu(np.ones([length, length]), 1).mul(-1e9);
  const mixed = np.matmul(nn.softmax(scores.add(isFuture), -1), value);
  const joined = np.transpose(mixed, [0, 2, 1, 3]).reshape([n, length, width]);
  return linear(p, `${name}.out_proj`, joined);
}

function transformer(p, x, tap) {
  const embedding = p['emb.weight'];
  x = tap('emb', np.matmul(nn.oneHot(x, embedding.shape[0]), embedding));
  x = tap('pos', x.add(p['pos.weight']));
  for (const block of ['t0', 't1']) {
    x = x.ref.add(attention(p, `${block}.self_attn`, layerNorm(p, `${block}.norm1`, x)));
    const hidden = nn.relu(linear(p, `${block}.linear1`, layerNorm(p, `${block}.norm2`, x.ref)));
    x = tap(block, x.add(linear(p, `${block}.linear2`, hidden)));
  }
  x = tap('head', linear(p, 'head', tap('ln', layerNorm(p, 'ln', x))));
  return np.matrixTranspose(tap('permute1', np.matrixTranspose(x)));
}

/** The mean over all rows of the last axis. */
function crossEntropy(logits, y) {
  const classes = logits.shape.at(-1);
  const rows = y.shape.reduce((a, b) => a * b, 1);
  return nn
    .logSoftmax(logits, -1)
    .mul(nn.oneHot(y, classes))
    .sum()
    .mul(-1 / rows);
}

const meanSquare = (prediction, y) => np.mean(np.square(prediction.sub(y)));

export const MODELS = {
  W1: { model: mlp(3, 'relu', nn.relu), loss: crossEntropy },
  W2: { model: mlp(21, 'tanh', np.tanh), loss: meanSquare },
  W3: { model: cnn, loss: crossEntropy },
  W4: { model: transformer, loss: crossEntropy },
};
