import type { NodeGraph } from '../data/adjacency';
import { Graph, type Value } from '../graph/graph';
import { roundToHalf } from '../graph/half';
import { product, type Shape } from '../graph/shape';
import { normalFromCounter, uniformFromCounter } from '../graph/random';
import { CONTAINERS } from './containers';
import { copiesOf } from './copies';
import { join } from './joins';
import { LAYERS } from './layers';
import type { BufferSpec, BuildContext, LayerRule, ParamSpec } from './layers/layer';
import { fail, ProblemError } from './problem';
import { type Field, fieldThrough, startField, widestField } from './receptiveField';
import { effectiveParams, storedTensors } from './weightArguments';
import type { Choice, InitName, LayerSpec, Spec } from './spec';
import { isContainerType, isLayerType, takesScheme } from './entryTable';
import { fixupFactors } from './fixup';
import { walkCopies } from './matchLayers';
import type { EntryType, LayerType } from './vocabulary';
import { waysThrough } from './ways';

/** A parameter of the model by its state_dict name. */
export interface Parameter extends ParamSpec {
  name: string;
  layer: string;
  layerType: EntryType;
  trained: boolean;
  /** The scheme in force for it. */
  init: Choice<InitName>;
  /** Of `fixup`: what its start is multiplied with. */
  factor?: number;
}

/** Running statistics by their state_dict name. */
export interface Buffer {
  name: string;
  shape: number[];
  start: BufferSpec['start'];
}

/** A layer as it stands in the graph; copies of a Repeat are layers of their own. */
export interface BuiltLayer {
  name: string;
  spec: LayerSpec;
  /** Names of the layers whose outputs it takes, of a container those that it joins; `''` is the model's input. */
  inputs: string[];
  /** The container that it is in (`residual1`), and of a Repeat the copy (`repeat1.0`). */
  block?: string;
  output: Value;
  /** The output's dimension that counts units. */
  unitAxis: number;
  watch?: LayerRule['watch'];
  /** Of a rectifier: what its units put out at least, where that is not 0. */
  floor?: Value;
  /** Of layers with attention: N × heads × places that look × places looked at. */
  attention?: Value;
  /** Channel vectors shown by normalisations. */
  shown: Record<string, Value>;
  /** Elements of its own parameters. */
  params: number;
  /** Along the longer side: how many positions of the input a position of the output sees; absent where there are none. */
  receptiveField?: number;
}

/** The forward pass and all that it was found to need. */
export interface Forward {
  output: Value;
  layers: BuiltLayer[];
  parameters: Parameter[];
  buffers: Buffer[];
  /** What running statistics become, by buffer name. */
  updates: Map<string, Value>;
  /** Numbers to feed, by input name. */
  scalars: Map<string, number>;
  /** What layers add to the task loss, in training. */
  penalties: { layer: string; value: Value; weight: number }[];
  /** Inputs of two uint32 that want a new hash in every step. */
  seeds: string[];
}

export interface BuildOptions {
  training: boolean;
  /** Filled as layers are built, so that it holds those before a problem. */
  layers?: BuiltLayer[];
  /** What an entry of the top level takes in the place of what comes before it; of the same shape. */
  between?: (entry: LayerSpec, x: Value) => Value;
  /** Gives the value of a parameter or buffer; called once for each, in the order of the model. */
  parameter: (p: Parameter) => Value;
  buffer: (b: Buffer) => Value;
  /** The data's graph of nodes; where only shapes matter an input stands for it. */
  nodeGraph?: NodeGraph;
}

/** Builds the forward pass over an input (batch at dim 0). Throws a ProblemError that names the layer and its place. */
export function buildForward(g: Graph, spec: Spec, x: Value, options: BuildOptions): Forward {
  return new Builder(g, spec, options).build(x);
}

class Builder {
  private readonly forward: Omit<Forward, 'output'>;
  /** Outputs by layer name, and parameters and buffers by state_dict name: a layer may be called `a.bias`. */
  private readonly outputs = new Map<string, Value>();
  private readonly tensors = new Map<string, Value>();
  private readonly unitAxes = new Map<Value, number>();
  /** Names of the layers that a value is of, none for the input: what the next one takes, and "from …" in errors. */
  private readonly makers = new Map<Value, readonly string[]>();
  /** Found out when the first layer asks, as are the factors of `fixup`. */
  private depths?: ReadonlyMap<string, number>;
  private readonly fields = new Map<Value, Field | undefined>();
  private factors?: ReadonlyMap<string, number>;
  /** The container, or copy of a Repeat, that is being filled. */
  private block?: string;

  constructor(
    private readonly g: Graph,
    private readonly spec: Spec,
    private readonly options: BuildOptions,
  ) {
    this.forward = { layers: options.layers ?? [], parameters: [], buffers: [], updates: new Map(), scalars: new Map(), penalties: [], seeds: [] };
  }

  build(x: Value): Forward {
    // Images and Conv1d sequences count units at dim 1, feature vectors at their only dimension.
    this.unitAxes.set(x, 1);
    this.fields.set(x, startField(x.shape));
    const output = this.spec.model.reduce((value, entry) => this.entry(entry, this.between(entry, value), '', false), x);
    this.g.layer = undefined;
    return { ...this.forward, output };
  }

  private between(entry: LayerSpec, x: Value): Value {
    const taken = this.options.between?.(entry, x) ?? x;
    // It is of the layers that `x` is of, and laid out as they are.
    const known: Map<Value, unknown>[] = [this.unitAxes, this.makers, this.fields];
    if (taken !== x) for (const facts of known) if (facts.has(x)) facts.set(taken, facts.get(x));
    return taken;
  }

  private sequence(entries: readonly LayerSpec[], x: Value, suffix: string, sharing = false): Value {
    return entries.reduce((value, entry) => this.entry(entry, value, suffix, sharing), x);
  }

  private entry(entry: LayerSpec, x: Value, suffix: string, sharing: boolean): Value {
    const name = entry.name + suffix;
    try {
      const result = isLayerType(entry.type) ? this.layer(entry, entry.type, name, x, sharing) : this.container(entry, name, x, suffix, sharing);
      this.outputs.set(name, result);
      this.makers.set(result, [name]);
      return result;
    } catch (error) {
      throw this.located(error, entry, name, x);
    }
  }

  private layer(entry: LayerSpec, type: LayerType, name: string, x: Value, sharing: boolean): Value {
    const rule = LAYERS[type];
    const { g } = this;
    g.layer = name;
    const owner = sharing ? entry.name : name;
    const record: BuiltLayer = { ...this.placed(entry, name, x), watch: rule.watch };
    const own = rule.params?.(x.shape, entry.args) ?? {};
    const { outputDim } = rule;
    const stored =
      outputDim === undefined ? { params: own, buffers: rule.buffers?.(x.shape, entry.args) ?? {} } : storedTensors(own, entry.args, outputDim);
    const params = this.parameters(entry, owner, record, stored.params);
    const buffers: Record<string, Value> = {};
    for (const [key, buffer] of Object.entries(stored.buffers)) buffers[key] = this.buffer({ name: `${owner}.${key}`, ...buffer });
    const context = this.context(owner, record, params, buffers);
    if (outputDim !== undefined) context.params = effectiveParams(context, entry.args, outputDim);
    const output = rule.build(context, x, entry.args);
    // A layer that hands on its very input still is a value of its own: it has its own gradient.
    record.output = this.asStored(output === x ? g.identity(x) : output);
    record.unitAxis = { channel: 1, last: record.output.shape.length - 1, inherit: this.unitAxes.get(x) ?? 1 }[rule.unit ?? 'inherit'];
    this.unitAxes.set(record.output, record.unitAxis);
    this.setField(record, fieldThrough(rule, entry.args, this.fields.get(x), x.shape, record.output.shape));
    this.forward.layers.push(record);
    return record.output;
  }

  private context(owner: string, record: BuiltLayer, params: Record<string, Value>, buffers: Record<string, Value>): BuildContext {
    const { g, forward } = this;
    const seed = () => {
      const name = `${record.name}.seed${forward.seeds.length}`;
      forward.seeds.push(name);
      return g.input(name, [2], 'uint32');
    };
    const depth = () => (this.depths ??= depthsOf(this.spec)).get(record.name) ?? 1;
    return {
      g,
      training: this.options.training,
      params,
      buffers,
      get step() {
        return g.input('step', []);
      },
      update: (key, next) => {
        forward.updates.set(`${owner}.${key}`, next);
        // A layer that is used again goes on from there.
        this.tensors.set(`${owner}.${key}`, next);
      },
      scalar: (key, value) => {
        const name = `${record.name}.${key}`;
        forward.scalars.set(name, value);
        return g.input(name, []);
      },
      uniform: (shape) => uniformFromCounter(g, seed(), shape),
      normal: (shape) => normalFromCounter(g, seed(), shape),
      get depth() {
        return depth();
      },
      propagation: (nodes) => this.propagation(nodes),
      penalty: (value, weight = 1) => forward.penalties.push({ layer: record.name, value, weight }),
      floor: (least) => (record.floor = least),
      attend: (weights) => (record.attention = weights),
      show: (statistic, channels) => (record.shown[statistic] = channels),
    };
  }

  private propagation(nodes: number): Value {
    const { adjacency } = this.spec.data;
    const { nodeGraph } = this.options;
    if (adjacency === undefined)
      fail('missing-adjacency', 'needs to know which nodes are joined: add `adjacency: ./edges.csv`, N×N numbers, to `data`');
    if (!nodeGraph) return this.g.input('propagation', [nodes, nodes]);
    if (nodeGraph.nodes !== nodes) fail('shape-mismatch', `a sample has ${nodes} nodes (dim 1), but ${adjacency} joins ${nodeGraph.nodes}`);
    return this.g.constant(nodeGraph.propagation, [nodes, nodes]);
  }

  /** The parameters of a layer or container, made where an earlier copy has not brought them along, and counted as the record's then. */
  private parameters(entry: LayerSpec, owner: string, record: BuiltLayer, specs: Record<string, ParamSpec>): Record<string, Value> {
    const values: Record<string, Value> = {};
    for (const [key, param] of Object.entries(specs)) {
      if (!this.tensors.has(`${owner}.${key}`)) record.params += product(param.shape);
      values[key] = this.parameter(entry, `${owner}.${key}`, owner, param);
    }
    return values;
  }

  private parameter(entry: LayerSpec, name: string, layer: string, param: ParamSpec): Value {
    const known = this.tensors.get(name);
    if (known) return known;
    const init = entry.init ?? this.spec.init;
    const parameter: Parameter = { ...param, name, layer, layerType: entry.type, trained: !entry.freeze, init };
    // Of a normed weight it is the length that is scaled: a direction of length 0 is none.
    const isDirection = entry.args.weight_norm === true && name === `${layer}.weight_v`;
    if (init.name === 'fixup' && !isDirection) {
      this.factors ??= fixupFactors(this.spec.model, ({ type }) => takesScheme(type));
      parameter.factor = this.factors.get(layer);
    }
    this.forward.parameters.push(parameter);
    const value = this.options.parameter(parameter);
    this.tensors.set(name, value);
    return value;
  }

  private buffer(buffer: Buffer): Value {
    const known = this.tensors.get(buffer.name);
    if (known) return known;
    this.forward.buffers.push(buffer);
    const value = this.options.buffer(buffer);
    this.tensors.set(buffer.name, value);
    return value;
  }

  /** A layer before it is built: its name, its block, what it takes. */
  private placed(spec: LayerSpec, name: string, x: Value): BuiltLayer {
    return { name, spec, inputs: [...this.makersOf(x)], block: this.block, output: x, unitAxis: 1, shown: {}, params: 0 };
  }

  private container(entry: LayerSpec, name: string, x: Value, suffix: string, sharing: boolean): Value {
    const { g } = this;
    // Its place in the list is before its content, as in the file; its output is known after.
    const record = this.placed(entry, name, x);
    this.forward.layers.push(record);
    const owner = sharing ? entry.name : name;
    const rule = isContainerType(entry.type) ? CONTAINERS[entry.type] : undefined;
    const params = this.parameters(entry, owner, record, rule?.params?.(x.shape, entry.args) ?? {});
    const ends = rule?.holds.length ? this.ways(entry, name, x, suffix, sharing) : this.named(entry, x, suffix);
    g.layer = name;
    record.inputs = [...new Set(ends.flatMap((end) => this.makersOf(end)))];
    const result = join({ entry, x, values: ends, context: this.context(owner, record, params, {}), makerOf: (value) => this.makerOf(value) });
    record.output = this.asStored(result === x ? g.identity(x) : result);
    record.unitAxis = this.unitAxes.get(result) ?? this.unitAxes.get(x) ?? 1;
    this.unitAxes.set(record.output, record.unitAxis);
    this.setField(record, widestField(ends.map((end) => this.fields.get(end))));
    return record.output;
  }

  /** What `precision` leaves of the numbers that a layer puts out. */
  private asStored(output: Value): Value {
    return this.spec.train.precision === 'float16' ? roundToHalf(this.g, output) : output;
  }

  private setField(record: BuiltLayer, field: Field | undefined): void {
    this.fields.set(record.output, field);
    record.receptiveField = field && Math.max(...field.size);
  }

  /** Ends of the ways through a container. */
  private ways(entry: LayerSpec, name: string, x: Value, suffix: string, sharing: boolean): Value[] {
    const isShared = sharing || copiesOf(entry)?.shared === true;
    return waysThrough(entry, x, {
      g: this.g,
      inside: (branch, from, copy) => {
        const tail = copy === undefined ? '' : `.${copy}`;
        return this.within(name + tail, () => this.sequence(entry.branches[branch] ?? [], from, suffix + tail, isShared));
      },
      mixed: (values, make) => {
        this.g.layer = name;
        const made = make();
        this.makers.set(made, [...new Set(values.flatMap((value) => this.makersOf(value)))]);
        this.unitAxes.set(made, this.unitAxes.get(x) ?? 1);
        this.fields.set(made, widestField(values.map((value) => this.fields.get(value))));
        return made;
      },
    });
  }

  /** Builds what stands in a block. */
  private within<T>(block: string, build: () => T): T {
    const outer = this.block;
    this.block = block;
    const built = build();
    this.block = outer;
    return built;
  }

  /** The current value and the outputs of the layers that an entry names; inside a Repeat the nearest copy counts. */
  private named(entry: LayerSpec, x: Value, suffix: string): Value[] {
    const find = (name: string): Value => {
      for (let tail = suffix; ; tail = tail.slice(0, tail.lastIndexOf('.'))) {
        const value = this.outputs.get(name + tail);
        if (value) return value;
        if (!tail) return fail('unknown-reference', `no layer named \`${name}\` comes before`);
      }
    };
    return [x, ...(entry.args.layers as string[]).map(find)];
  }

  private makersOf(value: Value): readonly string[] {
    return this.makers.get(value) ?? [''];
  }

  private makerOf(value: Value): string {
    return `from ${this.makersOf(value)
      .map((name) => (name ? `\`${name}\`` : 'the input'))
      .join(' and ')}`;
  }

  /** Puts the layer's name and place on a problem that has none yet. */
  private located(error: unknown, entry: LayerSpec, name: string, x: Value): unknown {
    if (!(error instanceof ProblemError) || error.problem.layer) return error;
    const from = /, got /.test(error.message) ? ` (${this.makerOf(x)})` : '';
    return new ProblemError({
      ...error.problem,
      layer: name,
      range: error.problem.range ?? entry.typeRange,
      message: `\`${name}\`: ${error.message}${from}`,
    });
  }
}

/** Of every layer: l / L of the l-th of the L of its type. */
function depthsOf({ model }: Spec): Map<string, number> {
  const byType = new Map<EntryType, string[]>();
  for (const { name, entry } of walkCopies(model)) {
    const names = byType.get(entry.type);
    if (names) names.push(name);
    else byType.set(entry.type, [name]);
  }
  return new Map([...byType.values()].flatMap((names) => names.map((name, i) => [name, (i + 1) / names.length] as const)));
}

/** A forward pass, of two samples unless told, with an input for every parameter: where shapes matter, not values. */
export function scratchForward(
  spec: Spec,
  sample: Shape,
  { batch = 2, layers, nodeGraph }: { batch?: number; layers?: BuiltLayer[]; nodeGraph?: NodeGraph } = {},
): Forward & { graph: Graph } {
  const graph = new Graph();
  const placeholder = ({ name, shape }: { name: string; shape: number[] }) => graph.input(name, shape);
  const forward = buildForward(graph, spec, graph.input('x', [batch, ...sample]), {
    training: true,
    layers,
    nodeGraph,
    parameter: placeholder,
    buffer: placeholder,
  });
  return { ...forward, graph };
}
