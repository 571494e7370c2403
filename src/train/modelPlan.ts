import type { NodeGraph } from '../data/adjacency';
import type { Graph, Value } from '../graph/graph';
import { product, type Shape } from '../graph/shape';
import { type Buffer, type Parameter, scratchForward } from '../model/build';
import { isAmong, layerNames } from '../model/layerPatterns';
import { fail } from '../model/problem';
import type { Spec } from '../model/spec';
import type { Teacher } from './teacher';

/** A vector that holds several tensors one after the other: one is much cheaper to update and to move than many. */
export interface Pack<T extends { name: string; shape: number[] }> {
  items: T[];
  offsets: number[];
  size: number;
}

export function pack<T extends { name: string; shape: number[] }>(items: T[]): Pack<T> {
  const offsets: number[] = [];
  let size = 0;
  for (const item of items) {
    offsets.push(size);
    size += product(item.shape);
  }
  return { items, offsets, size };
}

/** The tensors in a packed vector, each flat. */
export function splitPack(g: Graph, vector: Value, items: readonly { shape: number[] }[]): readonly Value[] {
  const sizes = items.map(({ shape }) => product(shape));
  const { op, inputs } = vector.node;
  // What was put together of these very parts need not be.
  if (op === 'Concat' && inputs.map(({ shape }) => product(shape)).join() === sizes.join()) return inputs;
  return g.split(vector, sizes, 0);
}

/** Everything of a model that is known from its shapes alone. */
export interface ModelPlan {
  spec: Spec;
  sample: Shape;
  target: Shape;
  trained: Pack<Parameter>;
  frozen: Pack<Parameter>;
  buffers: Pack<Buffer>;
  /** Which nodes of a sample are joined, where the data says it. */
  nodeGraph?: NodeGraph;
  /** Of two samples. */
  output: Shape;
  /** Bytes that the values of one sample take in a forward pass. */
  bytesPerSample: number;
  /** Whose predictions it learns from, where the file names one and its content is there. */
  teacher?: Teacher;
}

/** @param epoch that the next step is in, from 0: some layers are held back until a later one. */
export function planModel(spec: Spec, sample: Shape, target: Shape, nodeGraph?: NodeGraph, epoch = 0): ModelPlan {
  const { parameters: all, buffers, output, graph } = scratchForward(spec, sample, { nodeGraph });
  const isHeldBack = heldBack(spec, epoch);
  const parameters = all.map((parameter) => (isHeldBack(parameter) ? { ...parameter, trained: false } : parameter));
  const computed = graph.nodes.filter((n) => n.op !== 'Input' && n.op !== 'Constant');
  const bytesPerSample = computed.reduce((sum, n) => sum + 2 * product(n.outputs[0].shape), 4 * product(sample));
  const trained = pack(parameters.filter((p) => p.trained));
  if (trained.size === 0 && all.some((p) => p.trained))
    fail('nothing-to-train', `\`unfreeze\` holds back every layer that could learn in epoch ${epoch}.`, { range: spec.train.ranges.unfreeze });
  if (trained.size === 0) fail('nothing-to-train', 'The model has no parameter to train', { range: spec.ranges.model });
  return {
    spec,
    sample,
    target,
    nodeGraph,
    trained,
    frozen: pack(parameters.filter((p) => !p.trained)),
    buffers: pack(buffers),
    output: output.shape,
    bytesPerSample,
  };
}

/** Whether `unfreeze` keeps a parameter as it is in an epoch. */
function heldBack({ model, train: { unfreeze = [] } }: Spec, epoch: number): (parameter: Pick<Parameter, 'layer'>) => boolean {
  const later = unfreeze.filter((stage) => stage.epoch > epoch);
  if (later.length === 0) return () => false;
  const names = layerNames(model);
  return ({ layer }) => later.some(({ layers }) => isAmong(layers, layer, names));
}
