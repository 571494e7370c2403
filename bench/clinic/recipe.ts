import { Document, isMap, visit } from 'yaml';
import type { Samples } from './samples';

/** One entry of a model: what stands in the file, before it is text. */
export interface Layer {
  type: string;
  args: Record<string, unknown>;
  inner?: Layer[];
}

/** A model file as data, so that variations can be made of it. */
export interface Recipe {
  data: { normalize: string; normalize_target?: string };
  model: Layer[];
  init?: unknown;
  loss: string | Record<string, Record<string, unknown>>;
  optimizer: Record<string, { lr: number; [key: string]: unknown }>;
  scheduler?: unknown;
  regularize?: Record<string, number>;
  train: { batch_size: number; steps: number; [key: string]: unknown };
}

/** A model with its data. */
export interface Patient {
  recipe: Recipe;
  samples: Samples;
}

export const layer = (type: string, args: Record<string, unknown> = {}): Layer => ({ type, args });
export const linear = (out_features: number): Layer => layer('Linear', { out_features });
export const conv = (out_channels: number, more: Record<string, unknown> = {}): Layer =>
  layer('Conv2d', { out_channels, kernel_size: 3, padding: 1, ...more });
export const residual = (inner: Layer[]): Layer => ({ type: 'Residual', args: {}, inner });

/** Hidden layers of these widths with an activation after each, and the output. */
export const mlp = (widths: readonly number[], activation: string, outputs: number, norm?: string): Layer[] => [
  ...widths.flatMap((width) => [linear(width), ...(norm ? [layer(norm)] : []), layer(activation)]),
  linear(outputs),
];

export const ACTIVATIONS = ['ReLU', 'LeakyReLU', 'ELU', 'GELU', 'SiLU', 'Sigmoid', 'Tanh'];
export const isActivation = ({ type }: Layer): boolean => ACTIVATIONS.includes(type);
export const isWeighted = ({ type }: Layer): boolean => ['Linear', 'Conv1d', 'Conv2d'].includes(type);
export const isNorm = ({ type }: Layer): boolean => ['BatchNorm1d', 'BatchNorm2d', 'LayerNorm'].includes(type);

/** Every layer that is no container. */
export const flat = (layers: readonly Layer[]): Layer[] => layers.flatMap((entry) => (entry.inner ? flat(entry.inner) : [entry]));

/** Each layer replaced by what `change` makes of it; `i` counts those that are no containers. */
export function mapLayers(layers: readonly Layer[], change: (entry: Layer, i: number) => Layer | Layer[], counter = { i: 0 }): Layer[] {
  return layers.flatMap((entry) => (entry.inner ? { ...entry, inner: mapLayers(entry.inner, change, counter) } : change(entry, counter.i++)));
}

/** Without the output layer, which has to keep its width. */
export const hiddenWeighted = (layers: readonly Layer[]): Layer[] => flat(layers).filter(isWeighted).slice(0, -1);

/** The model file's text. */
export function toText(name: string, recipe: Recipe): string {
  const { data, model, train, ...rest } = recipe;
  const tree = { name, data: { file: './data.npz', ...data }, model: model.map(toTree), ...rest, train };
  const document = new Document(JSON.parse(JSON.stringify(tree)));
  // Innermost maps on one line, as people write them.
  visit(document, {
    Map: (_key, node) => {
      node.flow = node !== document.contents && node.items.every(({ value }) => !isMap(value));
    },
  });
  return document.toString({ lineWidth: 0 });
}

const toTree = ({ type, args, inner }: Layer): unknown =>
  inner ? { [type]: inner.map(toTree) } : Object.keys(args).length === 0 ? type : { [type]: args };
