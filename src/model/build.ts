import { Graph, type Value } from '../graph/graph';
import { formatShape, product, sameShape, type Shape } from '../graph/shape';
import { uniformFromCounter } from '../graph/random';
import { LAYERS } from './layers';
import type { BuildContext, LayerRule, ParamSpec } from './layers/layer';
import { fail, ProblemError } from './problem';
import type { Choice, InitName, LayerSpec, Spec } from './spec';
import { isLayerType } from './entryTable';
import type { LayerType } from './vocabulary';

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
  start: number;
}

/** A layer as it stands in the graph; copies of a Repeat are layers of their own. */
export interface BuiltLayer {
  name: string;
  spec: LayerSpec;
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
  private step?: Value;

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
    const record: BuiltLayer = { name, spec: entry, output: x, unitAxis: 0, watch: rule.watch, shown: {}, params: 0 };
    const params: Record<string, Value> = {};
    for (const [key, param] of Object.entries(rule.params?.(x.shape, entry.args) ?? {})) {
      // Weights that an earlier copy has brought along are not counted again.
      if (!this.tensors.has(`${owner}.${key}`)) record.params += product(param.shape);
      params[key] = this.parameter(entry, type, `${owner}.${key}`, owner, param);
    }
    const buffers: Record<string, Value> = {};
    for (const [key, buffer] of Object.entries(rule.buffers?.(x.shape, entry.args) ?? {}))
      buffers[key] = this.buffer({ name: `${owner}.${key}`, ...buffer });
    const output = rule.build(this.context(owner, record, params, buffers), x, entry.args);
    // A layer that hands on its very input still is a value of its own: it has its own gradient.
    record.output = output === x ? g.identity(x) : output;
    record.unitAxis = { channel: 1, last: record.output.shape.length - 1, inherit: this.unitAxes.get(x) ?? 1 }[rule.unit ?? 'inherit'];
    this.unitAxes.set(record.output, record.unitAxis);
    this.forward.layers.push(record);
    return record.output;
  }

  private context(owner: string, record: BuiltLayer, params: Record<string, Value>, buffers: Record<string, Value>): BuildContext {
    const { g, forward } = this;
    const build = this;
    return {
      g,
      training: this.options.training,
      params,
      buffers,
      get step() {
        return (build.step ??= g.input('step', []));
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

  private container(entry: LayerSpec, name: string, x: Value, suffix: string, sharing: boolean): Value {
    // Its place in the list is before its content, as in the file; its output is known after.
    const record: BuiltLayer = { name, spec: entry, output: x, unitAxis: 1, shown: {}, params: 0 };
    this.forward.layers.push(record);
    const result = this.joined(entry, x, suffix, sharing);
    record.output = result === x ? this.g.identity(x) : result;
    record.unitAxis = this.unitAxes.get(result) ?? this.unitAxes.get(x) ?? 1;
    this.unitAxes.set(record.output, record.unitAxis);
    return record.output;
  }

  private joined(entry: LayerSpec, x: Value, suffix: string, sharing: boolean): Value {
    const { g } = this;
    const inside = (branch: number, from = x, tail = suffix, shared = sharing) => this.sequence(entry.branches[branch] ?? [], from, tail, shared);
    switch (entry.type as Exclude<typeof entry.type, LayerType>) {
      case 'Residual': {
        const main = inside(0);
        const shortcut = inside(1);
        if (!sameShape(main.shape, shortcut.shape))
          fail(
            'shape-mismatch',
            `its layers give ${formatShape(main.shape.slice(1))}, its shortcut ${formatShape(shortcut.shape.slice(1))}: make them equal, or give it a \`shortcut\` that is`,
          );
        return this.merge('add', [main, shortcut]);
      }
      case 'Parallel':
        return this.merge(
          entry.args.merge as Merge,
          entry.branches.map((_, i) => inside(i)),
        );
      case 'Repeat': {
        let value = x;
        for (let copy = 0; copy < (entry.args.times as number); copy++)
          value = inside(0, value, `${suffix}.${copy}`, sharing || (entry.args.shared as boolean));
        return value;
      }
      case 'Add':
        return this.merge('add', this.named(entry, x, suffix));
      case 'Mul':
        return this.merge('mul', this.named(entry, x, suffix));
      case 'Concat': {
        g.layer = entry.name + suffix;
        return this.concat(this.named(entry, x, suffix), entry.args.dim as number);
      }
    }
  }

  private merge(how: Merge, values: Value[]): Value {
    const { g } = this;
    if (how === 'concat') return this.concat(values, 1);
    const other = values.find((v) => !sameShape(v.shape, values[0].shape));
    if (other)
      fail(
        'shape-mismatch',
        `joins ${formatShape(values[0].shape.slice(1))} (${this.makerOf(values[0])}) with ${formatShape(other.shape.slice(1))} (${this.makerOf(other)})`,
      );
    return values.reduce((a, b) => (how === 'add' ? g.add(a, b) : g.mul(a, b)));
  }

  /** Along a dimension of the sample; −1 is the last. */
  private concat(values: Value[], dim: number): Value {
    const [first] = values;
    const axis = dim < 0 ? dim + first.shape.length : dim;
    if (axis < 1 || axis >= first.shape.length) fail('shape-mismatch', `${formatShape(first.shape.slice(1))} a sample has no dimension ${dim}`);
    const rest = (v: Value) => v.shape.filter((_, i) => i !== axis);
    const other = values.find((v) => !sameShape(rest(v), rest(first)));
    if (other)
      fail(
        'shape-mismatch',
        `cannot concatenate ${formatShape(first.shape.slice(1))} (${this.makerOf(first)}) and ${formatShape(other.shape.slice(1))} (${this.makerOf(other)}) along dimension ${axis}: the others differ`,
      );
    return this.g.concat(values, axis);
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

type Merge = 'concat' | 'add' | 'mul';

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
