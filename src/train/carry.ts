import { product, sameShape, type Shape } from '../graph/shape';
import { layerShapes, type LayerShape, matchLayers } from '../model/matchLayers';
import type { Carried, CarryOptions, Checkpoint, Tensors } from './protocol';
import type { TensorOf } from './stateVectors';
import type { ModelPlan } from './modelPlan';
import { startsAsWeights, stateOf } from './stepState';

type Stored = Tensors[string];

/** New name → old name of the parameters and running statistics that both models have. */
type Sources = ReadonlyMap<string, string>;

export interface CarriedOver {
  checkpoint: Checkpoint;
  carried: Carried;
  /** New name → old name of the layers that have a counterpart. */
  matched: ReadonlyMap<string, string>;
  /** Names of layers of the new model without a counterpart in the old one. */
  inserted: string[];
}

/**
 * `from`, which fits `before`, as a checkpoint that fits `after`; step, time and place in the data stay as they are.
 * Nothing is written to, and what stays as it is, is not copied: arrays of the result may be those of `from` (one of them several times, where
 * copies with one set of weights become independent) and of `start`.
 * @param start what a fresh start of `after` begins with; asked only for what is not taken over whole
 */
export function carryWeights(from: Checkpoint, before: ModelPlan, after: ModelPlan, start: TensorOf, resized: CarryOptions['resized']): CarriedOver {
  const [oldLayers, newLayers] = [before, after].map((plan) => layerShapes(plan.spec, itemsOf(plan)));
  const matched = matchLayers(oldLayers, newLayers);
  const sources = sourcesOf(oldLayers, newLayers, matched);
  const used = new Set(sources.values());

  const tensors: Tensors = {};
  const carried: Carried = { kept: 0, resized: [], fresh: [], dropped: [] };
  for (const { name, shape } of itemsOf(after)) {
    const old = stored(from.tensors, sources.get(name));
    tensors[name] = { shape: [...shape], data: takeOver(old, shape, resized, () => start(name)) ?? start(name) };
    if (!old) carried.fresh.push(name);
    else if (sameShape(old.shape, shape)) carried.kept++;
    else carried.resized.push(name);
  }
  for (const { name } of itemsOf(before)) if (!used.has(name)) carried.dropped.push(name);
  return {
    checkpoint: { ...from, tensors, ...carryState(from, tensors, before, after, sources, resized) },
    carried,
    matched,
    inserted: newLayers.flatMap(({ name }) => (matched.has(name) ? [] : [name])),
  };
}

const itemsOf = ({ trained, frozen, buffers }: ModelPlan) => [...trained.items, ...frozen.items, ...buffers.items];

const stored = (tensors: Tensors | undefined, name: string | undefined): Stored | undefined =>
  tensors && name !== undefined && Object.hasOwn(tensors, name) ? tensors[name] : undefined;

function sourcesOf(before: readonly LayerShape[], after: readonly LayerShape[], matched: ReadonlyMap<string, string>): Sources {
  const old = new Map(before.map((layer) => [layer.name, layer]));
  const sources = new Map<string, string>();
  for (const { name, owner, tensors } of after) {
    const source = old.get(matched.get(name) ?? '');
    for (const key of Object.keys(tensors)) {
      const to = `${owner}.${key}`;
      // Of copies that share one set of weights, the first with a counterpart brings them along.
      if (source && Object.hasOwn(source.tensors, key) && !sources.has(to)) sources.set(to, `${source.owner}.${key}`);
    }
  }
  return sources;
}

const goesOn = (old: Shape, shape: Shape, resized: CarryOptions['resized']): boolean =>
  sameShape(old, shape) || (resized === 'overlap' && old.length === shape.length);

/** The numbers that go on in a tensor of this shape; undefined where it starts anew. */
function takeOver(old: Stored | undefined, shape: Shape, resized: CarryOptions['resized'], rest: () => Float32Array): Float32Array | undefined {
  if (!old || !goesOn(old.shape, shape, resized)) return undefined;
  return sameShape(old.shape, shape) ? old.data : withOverlap(rest(), shape, old);
}

/** A copy of `rest` with the block that both shapes have in common, from index 0 on in every dimension, taken from `old`. */
function withOverlap(rest: Float32Array, shape: Shape, old: Stored): Float32Array {
  const data = rest.slice();
  const copy = (dim: number, to: number, from: number): void => {
    const count = Math.min(shape[dim], old.shape[dim]);
    if (dim === shape.length - 1) return data.set(old.data.subarray(from, from + count), to);
    const [stepTo, stepFrom] = [product(shape.slice(dim + 1)), product(old.shape.slice(dim + 1))];
    for (let i = 0; i < count; i++) copy(dim + 1, to + i * stepTo, from + i * stepFrom);
  };
  copy(0, 0, 0);
  return data;
}

/** State that may begin at 0 beside older state: what it gathers is a maximum. */
const MAY_BE_YOUNGER = ['max_exp_avg_sq'];

/** The optimizer's state and the age of every trained parameter: all that its update needs goes on, or else it begins anew. */
function carryState(
  from: Checkpoint,
  tensors: Tensors,
  before: ModelPlan,
  after: ModelPlan,
  sources: Sources,
  resized: CarryOptions['resized'],
): Pick<Checkpoint, 'optimizer' | 'ages'> {
  const { name: optimizerName } = after.spec.optimizer;
  // Each optimizer sums up its momentum by a rule of its own; running means of gradients mean the same in all.
  const meansTheSame = (state: string) => state !== 'momentum_buffer' || before.spec.optimizer.name === optimizerName;
  const { optimizer: states, kept } = stateOf(after.spec);
  const optimizer: Checkpoint['optimizer'] = Object.fromEntries([...states, ...kept].map((state) => [state, {}]));
  const ages: Checkpoint['ages'] = {};
  const trainedBefore = new Map(before.trained.items.map((item) => [item.name, item]));

  for (const { name, shape } of after.trained.items) {
    const old = trainedBefore.get(sources.get(name) ?? '');
    const zeros = () => new Float32Array(product(shape));
    const carried = states.map((state) =>
      takeOver(meansTheSame(state) ? stored(from.optimizer[state], old?.name) : undefined, shape, resized, zeros),
    );
    const isCarried = old && goesOn(old.shape, shape, resized) && states.every((state, i) => carried[i] || MAY_BE_YOUNGER.includes(state));
    states.forEach((state, i) => (optimizer[state][name] = { shape: [...shape], data: (isCarried && carried[i]) || zeros() }));
    // What is kept beside it does not begin anew with the optimizer.
    for (const state of kept) {
      const rest = () => (startsAsWeights(state) ? tensors[name].data : zeros());
      const data = takeOver(stored(from.optimizer[state], old?.name), shape, resized, rest);
      // What starts as the weights is left out until it has numbers of its own: the weights may still be fitted.
      if (data ?? !startsAsWeights(state)) optimizer[state][name] = { shape: [...shape], data: data ?? zeros() };
    }
    const age = isCarried ? (from.ages[old.name] ?? from.step) : 0;
    if (age < from.step) ages[name] = age;
  }
  return { optimizer, ages };
}
