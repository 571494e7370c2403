import { Graph, type Value } from '../graph/graph';
import { product, type Shape } from '../graph/shape';
import { uniformFromCounter } from '../graph/random';
import { join } from './joins';
import { LAYERS } from './layers';
import type { BufferSpec, BuildContext, LayerRule, ParamSpec } from './layers/layer';
import { fail, ProblemError } from './problem';
import { type Field, fieldThrough, startField, widestField } from './receptiveField';
import { effectiveParams, storedTensors } from './weightArguments';
import type { Choice, InitName, LayerSpec, Spec } from './spec';
import { isLayerType } from './entryTable';
import type { ContainerType, LayerType } from './vocabulary';

/** A parameter of the model by its state_dict name. */
export interface Parameter extends ParamSpec {
  name: string;
  layer: string;
  layerType: LayerType;
  trained: boolean;
  /** The scheme in force for it. */
  init: Choice<InitName>;
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
  /** Inputs of two uint32 that want a new hash in every step. */
  seeds: string[];
}

export interface BuildOptions {
  training: boolean;
  /** Filled as layers are built, so that it holds those before a problem. */
  layers?: BuiltLayer[];
  /** Gives the value of a parameter or buffer; called once for each, in the order of the model. */
  parameter: (p: Parameter) => Value;
  buffer: (b: Buffer) => Value;
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
  /** What made a value, for "from …" in errors. */
  private readonly makers = new Map<Value, string>();
  private readonly fields = new Map<Value, Field | undefined>();
  /** The container, or copy of a Repeat, that is being filled. */
  private block?: string;

  constructor(
    private readonly g: Graph,
    private readonly spec: Spec,
    private readonly options: BuildOptions,
  ) {
    this.forward = { layers: options.layers ?? [], parameters: [], buffers: [], updates: new Map(), scalars: new Map(), seeds: [] };
  }

  build(x: Value): Forward {
    // Images and Conv1d sequences count units at dim 1, feature vectors at their only dimension.
    this.unitAxes.set(x, 1);
    this.fields.set(x, startField(x.shape));
    const output = this.sequence(this.spec.model, x, '');
    this.g.layer = undefined;
    return { ...this.forward, output };
  }

  private sequence(entries: readonly LayerSpec[], x: Value, suffix: string, sharing = false): Value {
    return entries.reduce((value, entry) => this.entry(entry, value, suffix, sharing), x);
  }

  private entry(entry: LayerSpec, x: Value, suffix: string, sharing: boolean): Value {
    const name = entry.name + suffix;
    try {
      const result = isLayerType(entry.type) ? this.layer(entry, entry.type, name, x, sharing) : this.container(entry, name, x, suffix, sharing);
      this.outputs.set(name, result);
      this.makers.set(result, name);
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
    const params: Record<string, Value> = {};
    for (const [key, param] of Object.entries(stored.params)) {
      // Weights that an earlier copy has brought along are not counted again.
      if (!this.tensors.has(`${owner}.${key}`)) record.params += product(param.shape);
      params[key] = this.parameter(entry, type, `${owner}.${key}`, owner, param);
    }
    const buffers: Record<string, Value> = {};
    for (const [key, buffer] of Object.entries(stored.buffers)) buffers[key] = this.buffer({ name: `${owner}.${key}`, ...buffer });
    const context = this.context(owner, record, params, buffers);
    if (outputDim !== undefined) context.params = effectiveParams(context, entry.args, outputDim);
    const output = rule.build(context, x, entry.args);
    // A layer that hands on its very input still is a value of its own: it has its own gradient.
    record.output = output === x ? g.identity(x) : output;
    record.unitAxis = { channel: 1, last: record.output.shape.length - 1, inherit: this.unitAxes.get(x) ?? 1 }[rule.unit ?? 'inherit'];
    this.unitAxes.set(record.output, record.unitAxis);
    this.setField(record, fieldThrough(rule, entry.args, this.fields.get(x), x.shape, record.output.shape));
    this.forward.layers.push(record);
    return record.output;
  }

  private context(owner: string, record: BuiltLayer, params: Record<string, Value>, buffers: Record<string, Value>): BuildContext {
    const { g, forward } = this;
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
      uniform: (shape) => {
        const name = `${record.name}.seed${forward.seeds.length}`;
        forward.seeds.push(name);
        return uniformFromCounter(g, g.input(name, [2], 'uint32'), shape);
      },
      floor: (least) => (record.floor = least),
      show: (statistic, channels) => (record.shown[statistic] = channels),
    };
  }

  private parameter(entry: LayerSpec, layerType: LayerType, name: string, layer: string, param: ParamSpec): Value {
    const known = this.tensors.get(name);
    if (known) return known;
    const parameter: Parameter = { ...param, name, layer, layerType, trained: !entry.freeze, init: entry.init ?? this.spec.init };
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
    return { name, spec, inputs: [this.makers.get(x) ?? ''], block: this.block, output: x, unitAxis: 1, shown: {}, params: 0 };
  }

  private container(entry: LayerSpec, name: string, x: Value, suffix: string, sharing: boolean): Value {
    // Its place in the list is before its content, as in the file; its output is known after.
    const record = this.placed(entry, name, x);
    this.forward.layers.push(record);
    const ends = this.ends(entry, name, x, suffix, sharing);
    if (entry.type === 'Concat') this.g.layer = name;
    record.inputs = ends.map((end) => this.makers.get(end) ?? '');
    const result = join(this.g, entry, ends, (value) => this.makerOf(value));
    record.output = result === x ? this.g.identity(x) : result;
    record.unitAxis = this.unitAxes.get(result) ?? this.unitAxes.get(x) ?? 1;
    this.unitAxes.set(record.output, record.unitAxis);
    this.setField(record, widestField(ends.map((end) => this.fields.get(end))));
    return record.output;
  }

  private setField(record: BuiltLayer, field: Field | undefined): void {
    this.fields.set(record.output, field);
    record.receptiveField = field && Math.max(...field.size);
  }

  /** Ends of the ways through a container, or what a join names. */
  private ends(entry: LayerSpec, name: string, x: Value, suffix: string, sharing: boolean): Value[] {
    const inside = (branch: number, from = x, copy = '', shared = sharing) =>
      this.within(name + copy, () => this.sequence(entry.branches[branch] ?? [], from, suffix + copy, shared));
    switch (entry.type as ContainerType) {
      case 'Residual':
        return [inside(0), inside(1)];
      case 'Parallel':
        return entry.branches.map((_, i) => inside(i));
      case 'Repeat': {
        let value = x;
        for (let copy = 0; copy < (entry.args.times as number); copy++)
          value = inside(0, value, `.${copy}`, sharing || (entry.args.shared as boolean));
        return [value];
      }
      case 'Add':
      case 'Mul':
      case 'Concat':
        return this.named(entry, x, suffix);
    }
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

  private makerOf(value: Value): string {
    const maker = this.makers.get(value);
    return maker ? `from \`${maker}\`` : 'from the input';
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

/** A forward pass, of two samples unless told, with an input for every parameter: where shapes matter, not values. */
export function scratchForward(
  spec: Spec,
  sample: Shape,
  { batch = 2, layers }: { batch?: number; layers?: BuiltLayer[] } = {},
): Forward & { graph: Graph } {
  const graph = new Graph();
  const placeholder = ({ name, shape }: { name: string; shape: number[] }) => graph.input(name, shape);
  const forward = buildForward(graph, spec, graph.input('x', [batch, ...sample]), {
    training: true,
    layers,
    parameter: placeholder,
    buffer: placeholder,
  });
  return { ...forward, graph };
}
