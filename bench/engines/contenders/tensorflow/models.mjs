import * as tf from '@tensorflow/tfjs-core';

/**
 * W1 to W4 as one writes them in TensorFlow.js: the model's output from parameters and a batch. `tap` is told every layer's output and gives what to
 * go on with. Parameters have their state_dict names; `LAYOUTS` says how they lie differently from PyTorch's.
 */
const linear = (p, name, x) => {
  const weight = p[`${name}.weight`];
  // Rows of all positions in one product: one of many small matrices is slower.
  const rows = tf.reshape(x, [-1, weight.shape[0]]);
  return tf.reshape(tf.add(tf.matMul(rows, weight), p[`${name}.bias`]), [...x.shape.slice(0, -1), weight.shape[1]]);
};

const mlp = (layers, activation, activate) => (p, x, tap) => {
  for (let i = 0; i < layers; i++) {
    x = tap(`l${i}`, linear(p, `l${i}`, x));
    if (i < layers - 1) x = tap(`${activation}${i + 1}`, activate(x));
  }
  return x;
};

/** The backend has no gradient by a convolution's weight: here as a product of matrices, of every place of the window and all its inputs. */
const conv3x3 = tf.customGrad((x, weight, save) => {
  save([x, weight]);
  const gradFunc = (dy, [x, weight]) => [
    () => tf.conv2dTranspose(dy, weight, x.shape, 1, 'same'),
    () => {
      const [n, height, width, channels] = x.shape;
      const padded = tf.pad(x, [
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ]);
      const places = [0, 1, 2].flatMap((top) => [0, 1, 2].map((left) => tf.slice(padded, [0, top, left, 0], [n, height, width, channels])));
      const columns = tf.transpose(tf.reshape(tf.concat(places, 3), [-1, 9 * channels]));
      return tf.reshape(tf.matMul(columns, tf.reshape(dy, [-1, weight.shape[3]])), weight.shape);
    },
  ];
  return {
    value: tf.conv2d(x, weight, 1, 'same'),
    gradFunc: (dy, saved) => {
      const [byInput, byWeight] = gradFunc(dy, saved);
      // Nobody asks for the gradient by the images.
      return [saved[0].shape[3] === 1 ? tf.zerosLike(saved[0]) : byInput(), byWeight()];
    },
  };
});

function cnn(p, x, tap) {
  for (const [i, name] of ['c0', 'c1'].entries()) {
    x = tap(name, tf.add(conv3x3(x, p[`${name}.weight`]), p[`${name}.bias`]));
    x = tap(`relu${i + 1}`, tf.relu(x));
    x = tap(`maxpool2d${i + 1}`, tf.maxPool(x, 2, 2, 'valid'));
  }
  x = tap('flatten1', tf.reshape(x, [x.shape[0], -1]));
  return tap('f', linear(p, 'f', x));
}

function layerNorm(p, name, x) {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mean(tf.square(centred), -1, true);
  return tf.add(tf.mul(tf.mul(centred, tf.rsqrt(tf.add(variance, 1e-5))), p[`${name}.weight`]), p[`${name}.bias`]);
}

const HEADS = 2;

function attention(p, name, x) {
  const [n, length, width] = x.shape;
  const all = linear({ 'in.weight': p[`${name}.in_proj_weight`], 'in.bias': p[`${name}.in_proj_bias`] }, 'in', x);
  const heads = (part) => tf.transpose(tf.reshape(part, [n, length, HEADS, width / HEADS]), [0, 2, 1, 3]);
  const [query, key, value] = tf.split(all, 3, -1).map(heads);
  const scores = tf.mul(tf.matMul(query, key, false, true), (width / HEADS) ** -0.5);
  const isFuture = tf.tidy(() => tf.mul(tf.sub(1, tf.linalg.bandPart(tf.ones([length, length]), -1, 0)), -1e9));
  const mixed = tf.matMul(tf.softmax(tf.add(scores, isFuture)), value);
  return linear(p, `${name}.out_proj`, tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [n, length, width]));
}

function transformer(p, x, tap) {
  const embedding = p['emb.weight'];
  const [n, length] = x.shape;
  const hot = tf.reshape(tf.cast(tf.oneHot(x, embedding.shape[0]), 'float32'), [-1, embedding.shape[0]]);
  x = tap('emb', tf.reshape(tf.matMul(hot, embedding), [n, length, -1]));
  x = tap('pos', tf.add(x, p['pos.weight']));
  for (const block of ['t0', 't1']) {
    x = tf.add(x, attention(p, `${block}.self_attn`, layerNorm(p, `${block}.norm1`, x)));
    const hidden = tf.relu(linear(p, `${block}.linear1`, layerNorm(p, `${block}.norm2`, x)));
    x = tap(block, tf.add(x, linear(p, `${block}.linear2`, hidden)));
  }
  x = tap('head', linear(p, 'head', tap('ln', layerNorm(p, 'ln', x))));
  return tf.transpose(tap('permute1', tf.transpose(x, [0, 2, 1])), [0, 2, 1]);
}

/** The mean over all rows of the last axis. */
function crossEntropy(logits, y) {
  const hot = tf.cast(tf.oneHot(y, logits.shape.at(-1)), 'float32');
  return tf.div(tf.sum(tf.mul(tf.logSoftmax(logits), hot)), -y.size);
}

const meanSquare = (prediction, y) => tf.mean(tf.square(tf.sub(prediction, y)));

export const MODELS = {
  W1: { model: mlp(3, 'relu', tf.relu), loss: crossEntropy },
  W2: { model: mlp(21, 'tanh', tf.tanh), loss: meanSquare },
  W3: { model: cnn, loss: crossEntropy },
  W4: { model: transformer, loss: crossEntropy },
};

/** Matrices are [in, out], kernels are [height, width, in, out], and images have their channels last: so do the rows that a flattened one meets. */
export function toLayout(name, weight) {
  if (/^(emb|pos)\./.test(name) || weight.rank < 2) return weight;
  if (weight.rank === 4) return tf.transpose(weight, [2, 3, 1, 0]);
  if (name !== 'f.weight') return tf.transpose(weight);
  const [out, size] = weight.shape;
  return tf.reshape(tf.transpose(tf.reshape(weight, [out, size / 49, 7, 7]), [2, 3, 1, 0]), [size, out]);
}
