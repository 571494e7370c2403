import { type Random, stream } from '../base/random';
import { product } from '../graph/shape';
import type { Buffer, Parameter } from '../model/build';
import { gainOf } from '../model/inits';
import { fail, type SourceRange } from '../model/problem';
import type { Choice, InitName } from '../model/spec';
import { decodeTensors } from './checkpoint';
import type { Tensors } from './protocol';

/** Gives the numbers that a parameter starts with. */
export type StartOf = (parameter: Parameter) => Float32Array;

/** Every parameter has its own random stream: adding a layer does not change how the others start. */
export function initialParameter(seed: number, files: Record<string, Uint8Array>): StartOf {
  const loaded = new Map<string, Tensors>();
  const startOf: StartOf = (param) => {
    const start = new Float32Array(product(param.shape));
    if (param.init.name === 'weights') {
      const path = param.init.args.weights as string;
      if (!loaded.has(path)) loaded.set(path, readWeights(files, path, param.init.range));
      const stored = storedFor(param, param.init, loaded.get(path)!);
      if (stored) return stored;
    }
    if ('lengthsOf' in param.start) {
      const { key, spec } = param.start.lengthsOf;
      const rows = lengths(startOf({ ...param, ...spec, name: `${param.layer}.${key}`, factor: 1 }), param.shape[0]);
      return rows.map((length) => length * (param.factor ?? 1));
    }
    initialise(start, param, stream(seed, `init:${param.name}`));
    return start;
  };
  return startOf;
}

/** Euclidean lengths of the rows of a matrix. */
function lengths(values: Float32Array, rows: number): Float32Array {
  const width = values.length / rows;
  return Float32Array.from({ length: rows }, (_, r) => Math.hypot(...values.subarray(r * width, (r + 1) * width)));
}

/** Where running statistics start: from the weights that the whole model starts from where there are any. */
export function initialBuffer(buffer: Buffer, seed: number, weights?: { tensors: Tensors; init: Choice<InitName> }): Float32Array {
  const stored = weights && storedFor(buffer, weights.init, weights.tensors);
  if (stored) return stored;
  const start = new Float32Array(product(buffer.shape));
  if (buffer.start !== 'direction') return start.fill(buffer.start);
  const random = stream(seed, `init:${buffer.name}`);
  const drawn = start.map(() => random.normal());
  const [length] = lengths(drawn, 1);
  return drawn.map((v) => v / length);
}

export function readWeights(files: Record<string, Uint8Array>, path: string, range: SourceRange): Tensors {
  const bytes = Object.hasOwn(files, path) ? files[path] : undefined;
  if (!bytes) fail('missing-file', `The weights file ${path} is not there`, { range });
  return decodeTensors(bytes, path, range);
}

/** Names in a file that no parameter or buffer takes up; `strict` makes them an error, as in PyTorch's load_state_dict. */
export function checkStrict(weights: Tensors, path: string, known: ReadonlySet<string>, range: SourceRange): void {
  const surplus = Object.keys(weights).filter((name) => !known.has(name) && !name.endsWith('num_batches_tracked'));
  if (surplus.length)
    fail(
      'unexpected-weights',
      `${path} has ${surplus
        .slice(0, 3)
        .map((n) => `\`${n}\``)
        .join(', ')}${surplus.length > 3 ? ` and ${surplus.length - 3} more` : ''}, which the model does not have. \`strict: false\` ignores them.`,
      { range },
    );
}

/** The numbers of a weights file for a parameter or buffer; undefined where the file may leave it out and does. */
function storedFor({ name, shape }: { name: string; shape: number[] }, init: Choice<InitName>, weights: Tensors): Float32Array | undefined {
  const path = init.args.weights as string;
  const stored = Object.hasOwn(weights, name) ? weights[name] : undefined;
  if (!stored) {
    if (init.args.strict === false) return undefined;
    fail('missing-weights', `${path} has no \`${name}\`. \`strict: false\` starts what is missing by the layer's default.`, { range: init.range });
  }
  if (stored.shape.join() !== shape.join())
    fail('shape-mismatch', `\`${name}\` is ${shape.join('×')}, but the weights loaded from ${path} are ${stored.shape.join('×')}`, {
      range: init.range,
    });
  return stored.data;
}

function initialise(out: Float32Array, { shape, kind, start, init, factor = 1 }: Parameter, random: Random): void {
  const uniform = (a: number, b: number) => out.forEach((_, i) => (out[i] = a + (b - a) * random.uniform()));
  const normal = (mean: number, std: number) => out.forEach((_, i) => (out[i] = mean + std * random.normal()));
  const ownStart = init.name === 'default' || init.name === 'weights' || kind === 'norm';
  if (ownStart) {
    if ('constant' in start) out.fill(start.constant);
    else if ('normal' in start) normal(0, start.normal);
    else if ('uniform' in start) uniform(-start.uniform, start.uniform);
    return;
  }
  if (kind === 'bias') return; // any other scheme starts biases at 0
  const args = init.args as Record<string, number> & { mode?: string; nonlinearity?: string };
  const receptive = product(shape.slice(2));
  const fanIn = shape[1] * receptive;
  const fanOut = shape[0] * receptive;
  const kaiming = () => gainOf(args.nonlinearity!, args.a) / Math.sqrt(args.mode === 'fan_out' ? fanOut : fanIn);
  const glorot = () => args.gain * Math.sqrt(2 / (fanIn + fanOut));
  switch (init.name) {
    case 'xavier_uniform':
      return uniform(-Math.sqrt(3) * glorot(), Math.sqrt(3) * glorot());
    case 'xavier_normal':
      return normal(0, glorot());
    case 'kaiming_uniform':
      return uniform(-Math.sqrt(3) * kaiming(), Math.sqrt(3) * kaiming());
    case 'kaiming_normal':
      return normal(0, kaiming());
    case 'orthogonal':
      return orthogonal(out, shape[0], fanIn, args.gain, random);
    case 'normal':
      return normal(args.mean, args.std);
    case 'uniform':
      return uniform(args.a, args.b);
    case 'trunc_normal':
      return truncatedNormal(out, args.std, random);
    case 'constant':
      out.fill(args.val);
      return;
    case 'zeros':
      return;
    case 'fixup':
      return normal(0, factor * Math.sqrt(2 / fanIn));
    case 'default':
    case 'weights':
      return;
  }
}

/** Drawn from the inverse distribution would need erfinv; drawing again is exact and, at std ≤ 1, rarely repeats. */
function truncatedNormal(out: Float32Array, std: number, random: Random): void {
  for (let i = 0; i < out.length; i++) {
    // A wide normal between narrow bounds is nearly uniform: rejection against the uniform never takes long there.
    if (std > 2) {
      do out[i] = 4 * random.uniform() - 2;
      while (random.uniform() > Math.exp((-out[i] * out[i]) / (2 * std * std)));
    } else
      do out[i] = std * random.normal();
      while (Math.abs(out[i]) > 2);
  }
}

/** Rows (or columns, where there are more rows) made orthonormal by Gram–Schmidt, done twice for accuracy. */
function orthogonal(out: Float32Array, rows: number, columns: number, gain: number, random: Random): void {
  const count = Math.min(rows, columns);
  const length = Math.max(rows, columns);
  const vectors: Float64Array[] = [];
  while (vectors.length < count) {
    const v = Float64Array.from({ length }, () => random.normal());
    for (let pass = 0; pass < 2; pass++)
      for (const u of vectors) {
        let dot = 0;
        for (let i = 0; i < length; i++) dot += u[i] * v[i];
        for (let i = 0; i < length; i++) v[i] -= dot * u[i];
      }
    const norm = Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
    vectors.push(v.map((x) => x / norm));
  }
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[r * columns + c] = gain * (rows <= columns ? vectors[r][c] : vectors[c][r]);
}
