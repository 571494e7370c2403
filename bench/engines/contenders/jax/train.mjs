import { defaultDevice, init, jit, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import { serve } from '../serve';
import { readWorkload } from '../workload';
import { MODELS } from './models.mjs';

await init('wasm');
defaultDevice('wasm');

const each = (record, make) => Object.fromEntries(Object.entries(record).map(([name, value]) => [name, make(value, name)]));

/** Sum, sum of squares, largest magnitude and count of zeros: mean, std, absmax, share of zeros and L2 follow from these. */
const summary = (x) => {
  const flat = x.reshape([-1]);
  return np.stack([np.sum(flat.ref), np.sum(np.square(flat.ref)), np.max(np.absolute(flat.ref)), np.sum(np.equal(flat, 0).astype(np.float32))]);
};

/** Adam with its bias corrections in two fed numbers. */
function adam(p, m, v, g, rate, correction2) {
  const next = { p: {}, m: {}, v: {} };
  for (const name of Object.keys(p)) {
    next.m[name] = m[name].mul(0.9).add(g[name].ref.mul(0.1));
    next.v[name] = v[name].mul(0.999).add(np.square(g[name]).mul(0.001));
    const denominator = np.sqrt(next.v[name].ref).div(correction2.ref).add(1e-8);
    next.p[name] = p[name].sub(next.m[name].ref.mul(rate.ref).div(denominator));
  }
  tree.dispose([rate, correction2]);
  return next;
}

/** A whole step as one compiled function. With statistics a zero is added to every layer's output: its gradient is that of the output. */
function compiledStep({ model, loss }, shapes) {
  const forward = ([p, zeros], x, y) => {
    const outputs = {};
    const tap = (name, value) => {
      if (!shapes) return value;
      outputs[name] = value.ref;
      return value.add(zeros[name]);
    };
    const value = loss(model(p, x, tap), y);
    return [value, outputs];
  };
  return jit((p, m, v, x, y, rate, correction2) => {
    const zeros = each(shapes ?? {}, (shape) => np.zeros(shape));
    const [[value, outputs], [g, atOutputs]] = valueAndGrad(forward, { hasAux: true })([tree.ref(p), zeros], x, y);
    const watched = [...Object.values(outputs), ...Object.values(atOutputs), ...(shapes ? Object.values(tree.ref(g)) : [])];
    const statistics = watched.length ? [np.stack(watched.map(summary))] : [];
    return [value, adam(p, m, v, g, rate, correction2), statistics];
  });
}

serve(async (files, statistics) => {
  const { weights, shapes, next } = readWorkload(files);
  const isMatrix = (name, shape) => shape.length === 2 && !/^(emb|pos)\./.test(name);
  const load = ({ data, shape }, name) => {
    const array = np.array(data).reshape(shape);
    return isMatrix(name, shape) ? np.array(np.transpose(array).js()) : array;
  };
  let p = each(weights, load);
  let m = each(p, ({ shape }) => np.zeros(shape));
  let v = each(p, ({ shape }) => np.zeros(shape));
  const feed = (data, shape) => np.array(data).reshape(shape);

  /** Found out by a forward pass that is not compiled. */
  const outputShapes = () => {
    const found = {};
    const tap = (name, value) => {
      found[name] = value.shape;
      return value;
    };
    MODELS[files.name].model(tree.ref(p), feed(readWorkload(files).next().x, shapes.x), tap).dispose();
    return found;
  };
  const step = compiledStep(MODELS[files.name], statistics === 'none' ? undefined : outputShapes());
  let t = 0;
  return {
    step: async () => {
      t++;
      const { x, y } = next();
      const [rate, correction2] = [np.array(0.001 / (1 - 0.9 ** t)), np.array(Math.sqrt(1 - 0.999 ** t))];
      const [value, state, watched] = step(p, m, v, feed(x, shapes.x), feed(y, shapes.y), rate, correction2);
      ({ p, m, v } = state);
      for (const numbers of watched) await numbers.data();
      return (await value.data())[0];
    },
  };
});
