import { product } from '../graph/shape';
import { fail } from '../model/problem';
import { checkStrict, initialBuffer, initialParameter, readWeights } from './initialise';
import type { Prepared } from './prepare';
import type { Checkpoint, Plan, Tensors } from './protocol';
import { type Feeds, numbers, tensor } from './session';
import type { Pack } from './modelPlan';
import { startsAsWeights } from './stepState';

type Item = { name: string; shape: number[] };

/** Gives the numbers of a tensor by its state_dict name. */
export type TensorOf = (name: string) => Float32Array;

/** Parameters and running statistics as a fresh start of a plan has them; each is made when it is asked for. */
export function freshStart({ files }: Plan, { spec, model }: Prepared): TensorOf {
  const weights = spec.init.name === 'weights' ? readWeights(files, spec.init.args.weights as string, spec.init.range) : undefined;
  const parameters = new Map([...model.trained.items, ...model.frozen.items].map((item) => [item.name, item]));
  const buffers = new Map(model.buffers.items.map((item) => [item.name, item]));
  if (weights && spec.init.args.strict !== false)
    checkStrict(weights, spec.init.args.weights as string, new Set([...parameters.keys(), ...buffers.keys()]), spec.init.range);
  const startOf = initialParameter(spec.train.seed, files);
  return (name) => {
    const parameter = parameters.get(name);
    if (parameter) return startOf(parameter);
    return initialBuffer(buffers.get(name)!, spec.train.seed, weights && { tensors: weights, init: spec.init });
  };
}

/** Parameters and running statistics of a checkpoint; one that lacks a tensor is of another model. */
export const storedTensors =
  ({ tensors }: Pick<Checkpoint, 'tensors'>): TensorOf =>
  (name) =>
    Object.hasOwn(tensors, name) ? tensors[name].data : fail('wrong-checkpoint', `The checkpoint has no \`${name}\`: it is of another model.`);

/** The step graph's packed inputs (`params`, `frozen`, `buffers` and the optimizer's state, none of them empty); state that is not given is 0, or the weights. */
export function packVectors({ model, step }: Prepared, tensorOf: TensorOf, optimizer: Checkpoint['optimizer'] = {}): Feeds {
  const { trained, frozen, buffers } = model;
  const vectors: Feeds = {};
  const fill = (name: string, { items, offsets, size }: Pack<Item>, part: (item: string) => Float32Array | undefined) => {
    if (size === 0) return;
    const flat = new Float32Array(size);
    items.forEach((item, i) => {
      const data = part(item.name);
      if (data && data.length !== product(item.shape))
        fail('wrong-checkpoint', `The checkpoint has \`${item.name}\` in another shape: it is of another model.`);
      if (data) flat.set(data, offsets[i]);
    });
    vectors[name] = tensor(flat, [size]);
  };
  fill('params', trained, tensorOf);
  fill('frozen', frozen, tensorOf);
  fill('buffers', buffers, tensorOf);
  for (const state of step.state)
    fill(state, trained, (name) => optimizer[state]?.[name]?.data ?? (startsAsWeights(state) ? tensorOf(name) : undefined));
  return vectors;
}

/** The other way round; the arrays are copies. */
export function unpackVectors({ model, step }: Prepared, vectors: Feeds): Pick<Checkpoint, 'tensors' | 'optimizer'> {
  const { trained } = model;
  return {
    tensors: unpackTensors(model, vectors),
    optimizer: Object.fromEntries(step.state.map((state) => [state, unpack(trained, vectors[state])])),
  };
}

/** Parameters and running statistics by their state_dict names. */
export function unpackTensors({ trained, frozen, buffers }: Prepared['model'], vectors: Feeds): Tensors {
  return { ...unpack(trained, vectors.params), ...unpack(frozen, vectors.frozen), ...unpack(buffers, vectors.buffers) };
}

function unpack({ items, offsets }: Pack<Item>, vector: Feeds[string] | undefined): Tensors {
  return Object.fromEntries(
    items.map(({ name, shape }, i) => [name, { shape, data: numbers(vector!).slice(offsets[i], offsets[i] + product(shape)) }]),
  );
}
