import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { serve } from '../serve';
import { readWorkload } from '../workload';
import { MODELS, toLayout } from './models.mjs';

setWasmPaths(`${dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))}/`);
setThreadsCount(1);

/** Sum, sum of squares, largest magnitude and count of zeros: mean, std, absmax, share of zeros and L2 follow from these. */
const summary = (x) =>
  tf.tidy(() => {
    const zeros = tf.sum(tf.cast(tf.equal(x, 0), 'float32'));
    return tf.stack([tf.sum(x), tf.sum(tf.square(x)), tf.max(tf.abs(x)), zeros]);
  });

serve(async (files, statistics) => {
  await tf.setBackend('wasm');
  await tf.ready();
  const { weights, shapes, next } = readWorkload(files);
  const { model, loss } = MODELS[files.name];
  const p = {};
  for (const [name, { data, shape }] of Object.entries(weights)) p[name] = tf.variable(tf.tidy(() => toLayout(name, tf.tensor(data, shape))));
  const adam = tf.train.adam(0.001, 0.9, 0.999, 1e-8);
  const takesAll = statistics === 'all';
  let watched = [];
  const watch = (x) => watched.push(tf.keep(summary(x)));
  const watchBoth = tf.customGrad((x) => {
    watch(x);
    const gradFunc = (dy) => {
      watch(dy);
      return dy;
    };
    return { value: tf.clone(x), gradFunc };
  });
  const tap = takesAll ? (_name, x) => watchBoth(x) : (_name, x) => x;
  // Channels last: of one channel that is the same order.
  const images = ([n, channels, ...rest]) => (rest.length ? [n, ...rest, channels] : [n, channels]);
  const [xShape, yShape] = [images(shapes.x), shapes.y];

  return {
    step: async () => {
      const batch = next();
      const x = tf.tensor(batch.x, xShape);
      const y = tf.tensor(batch.y, yShape);
      const { value, grads } = tf.variableGrads(() => loss(model(p, x, tap), y));
      if (takesAll) Object.values(grads).forEach(watch);
      adam.applyGradients(grads);
      if (takesAll) {
        const all = tf.stack(watched);
        await all.data();
        tf.dispose([all, ...watched]);
        watched = [];
      }
      const [number] = await value.data();
      tf.dispose([x, y, value, grads]);
      return number;
    },
  };
});
