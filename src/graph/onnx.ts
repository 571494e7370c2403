import { create, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType as AttributeType,
  type AttributeProto,
  AttributeProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  TensorProto_DataType as DataType,
  type TensorProto,
  TensorProtoSchema,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from 'onnx-buf';
import type { Graph, Node, Value } from './graph';
import type { OpType, WindowAttrs } from './ops/op';
import { type DType, type Shape } from './shape';

/** float64 stands for every float32 of the graph: for checks of gradients. */
export type Precision = 'float32' | 'float64';

/** How a graph is to be run several times in a row. All other inputs are the same each time. */
export interface Repetition {
  /** Inputs `x` that take the output `next_x` of the time before. */
  carried: readonly string[];
  /** Inputs, stacked along a first dimension: one of each for every time. */
  stacked: readonly string[];
}

interface EncodeOptions {
  precision?: Precision;
  /** The outputs `next_…` are those of the last time then, the others stacked, one of each for every time. */
  repetition?: Repetition;
}

/** The bytes of an ONNX model (opset 21, IR 10) of a lowered graph. */
export function encodeOnnx(graph: Graph, { precision = 'float32', repetition }: EncodeOptions = {}): Uint8Array {
  return new Encoder(precision).model(graph, repetition);
}

const attribute = {
  int: (name: string, i: number) => create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(i) }),
  ints: (name: string, ints: readonly number[]) => create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: ints.map(BigInt) }),
  string: (name: string, s: string) => create(AttributeProtoSchema, { name, type: AttributeType.STRING, s: new TextEncoder().encode(s) }),
  graph: (name: string, g: GraphProto) => create(AttributeProtoSchema, { name, type: AttributeType.GRAPH, g }),
};

class Encoder {
  private readonly names = new Map<number, string>();
  /** All constants live in the outermost graph, equal ones once. */
  private readonly initializers = new Map<string, TensorProto>();
  private readonly types: Record<DType, DataType>;
  private inside: ReadonlySet<string> = new Set();

  constructor(private readonly precision: Precision) {
    const float = precision === 'float64' ? DataType.DOUBLE : DataType.FLOAT;
    this.types = { float32: float, int32: DataType.INT32, int64: DataType.INT64, uint32: DataType.UINT32, bool: DataType.BOOL };
  }

  model(graph: Graph, repetition?: Repetition): Uint8Array {
    const encoded = repetition ? this.scan(graph, repetition) : this.graph(graph, 'step');
    encoded.initializer = [...this.initializers.values()];
    return toBinary(
      ModelProtoSchema,
      create(ModelProtoSchema, { irVersion: 10n, producerName: 'layerwise', opsetImport: [{ domain: '', version: 21n }], graph: encoded }),
    );
  }

  private graph(graph: Graph, name: string): GraphProto {
    const node = this.nodes(graph);
    const inputs = graph.nodes.filter(({ op }) => op === 'Input').map(({ outputs: [out] }) => this.info(this.name(out), out));
    const outputs = graph.outputs.map((output) => this.info(this.port(output.name), output.value));
    return create(GraphProtoSchema, { name, node, input: inputs, output: outputs });
  }

  /** All that a graph computes; its inputs and outputs have their names then. */
  private nodes(graph: Graph): NodeProto[] {
    const nodes: NodeProto[] = [];
    // What the graph computes goes out by its own name, without a copy.
    const computed = new Set(graph.nodes.filter(({ op }) => op !== 'Input' && op !== 'Constant').flatMap((node) => node.outputs.map(({ id }) => id)));
    const named = new Map(
      graph.outputs.filter(({ value }) => computed.has(value.id) && !this.names.has(value.id)).map((o) => [o.value.id, this.port(o.name)]),
    );
    for (const [id, outputName] of named) this.names.set(id, outputName);
    for (const node of graph.nodes) {
      const [out] = node.outputs;
      if (node.op === 'Input') this.names.set(out.id, this.port(node.attrs.name as string));
      else if (node.op === 'Constant') this.names.set(out.id, this.tensor(node.attrs.data as number[], out.shape, out.dtype));
      else nodes.push(...this.node(node));
    }
    for (const { name, value } of graph.outputs) {
      const output = this.port(name);
      if (named.get(value.id) !== output) nodes.push(create(NodeProtoSchema, { opType: 'Identity', input: [this.name(value)], output: [output] }));
    }
    return nodes;
  }

  /** A graph of one `Scan`, which runs another one several times. */
  private scan(body: Graph, { carried, stacked }: Repetition): GraphProto {
    const inputs = new Map(body.nodes.filter(({ op }) => op === 'Input').map(({ attrs, outputs: [out] }) => [attrs.name as string, out]));
    const outputs = new Map(body.outputs.map(({ name, value }) => [name, value]));
    const taken = [...carried, ...stacked];
    const left = carried.map((name) => `next_${name}`);
    const results = [...outputs.keys()].filter((name) => !left.includes(name));
    const given = [...left, ...results];
    this.inside = new Set([...taken, ...given]);
    const once = create(GraphProtoSchema, {
      name: 'step',
      node: this.nodes(body),
      input: taken.map((name) => this.info(this.port(name), inputs.get(name)!)),
      output: given.map((name) => this.info(this.port(name), outputs.get(name)!)),
    });
    const node = create(NodeProtoSchema, {
      opType: 'Scan',
      input: taken,
      output: given,
      attribute: [attribute.int('num_scan_inputs', stacked.length), attribute.graph('body', once)],
    });
    return create(GraphProtoSchema, {
      name: 'steps',
      node: [node],
      input: [...inputs].map(([name, value]) => this.info(name, value, stacked.includes(name))),
      output: given.map((name) => this.info(name, outputs.get(name)!, results.includes(name))),
    });
  }

  /** An input or output as the graph says it; within a Scan those that it hands in and out have a mark, as ONNX has every name once. */
  private port(name: string): string {
    return this.inside.has(name) ? `${name}'` : name;
  }

  /** Counted within the model: equal graphs have equal bytes. */
  private name(value: Value): string {
    let name = this.names.get(value.id);
    if (!name) this.names.set(value.id, (name = `v${this.names.size}`));
    return name;
  }

  /** @param isStacked there is one for every time. */
  private info(name: string, { shape, dtype, node }: Value, isStacked = false): ValueInfoProto {
    const times = isStacked ? [{ value: { case: 'dimParam' as const, value: 'times' } }] : [];
    const dim = [...times, ...shape.map((n) => ({ value: { case: 'dimValue' as const, value: BigInt(n) } }))];
    // The branches of an If may give different lengths; their graphs tell no shape then.
    const known = node.op !== 'If' ? { shape: { dim } } : {};
    return create(ValueInfoProtoSchema, {
      name,
      type: create(TypeProtoSchema, { value: { case: 'tensorType', value: { elemType: this.types[dtype], ...known } } }),
    });
  }

  /** A constant's name; made where there is no equal one. */
  private tensor(data: readonly number[], shape: Shape, dtype: DType, precision = this.precision): string {
    const key = `${dtype}[${shape.join()}]${data.join()}${precision}`;
    const known = this.initializers.get(key);
    if (known) return known.name;
    const name = `c${this.initializers.size}`;
    const bytes = new Uint8Array(bytesOf(data, dtype, precision));
    const dataType = dtype === 'float32' && precision === 'float32' ? DataType.FLOAT : this.types[dtype];
    this.initializers.set(key, create(TensorProtoSchema, { name, dims: shape.map(BigInt), dataType, rawData: bytes }));
    return name;
  }

  private readonly ints = (...list: number[]): string => this.tensor(list, [list.length], 'int64');

  private node(node: Node): NodeProto[] {
    const { op, inputs, outputs, attrs } = node;
    const make = (opType: string, extra: string[] = [], attributes: AttributeProto[] = []): NodeProto[] => [
      create(NodeProtoSchema, {
        opType,
        name: node.layer ? `${node.layer}/${opType} ${this.name(outputs[0])}` : '',
        input: [...inputs.map((x) => this.name(x)), ...extra],
        output: outputs.map((x) => this.name(x)),
        attribute: attributes,
      }),
    ];
    const number = (key: string) => attrs[key] as number;
    const list = (key: string) => attrs[key] as readonly number[];
    switch (op) {
      case 'ReduceSum':
      case 'ReduceMean':
      case 'ReduceMax':
      case 'ReduceMin':
      case 'ReduceSumSquare':
        return make(op, [this.ints(...list('axes'))], [attribute.int('keepdims', attrs.keepdims ? 1 : 0)]);
      case 'ArgMax':
        return make(op, [], [attribute.int('axis', number('axis')), attribute.int('keepdims', 0)]);
      case 'Cast':
        return make(op, [], [attribute.int('to', this.types[attrs.dtype as DType])]);
      case 'RoundToHalf': {
        const [from, to] = [this.name(inputs[0]), this.name(outputs[0])];
        const cast = (input: string, output: string, type: DataType) =>
          create(NodeProtoSchema, { opType: 'Cast', input: [input], output: [output], attribute: [attribute.int('to', type)] });
        return [cast(from, `${to}half`, DataType.FLOAT16), cast(`${to}half`, to, this.types.float32)];
      }
      case 'Reshape':
      case 'Expand':
        return make(op, [this.ints(...list('shape'))]);
      case 'Transpose':
        return make(op, [], [attribute.ints('perm', list('perm'))]);
      case 'Concat':
      case 'Softmax':
      case 'LogSoftmax':
        return make(op, [], [attribute.int('axis', number('axis'))]);
      case 'Split':
        return make(op, [this.ints(...list('sizes'))], [attribute.int('axis', number('axis'))]);
      case 'Slice':
        return make(
          op,
          ['start', 'end', 'axis', 'step'].map((key) => this.ints(number(key))),
        );
      case 'Pad':
        return make(op, [this.ints(...list('before'), ...list('after')), this.tensor([number('value')], [], 'float32')]);
      case 'Gemm':
        return make(op, [], [attribute.int('transA', attrs.transA ? 1 : 0), attribute.int('transB', attrs.transB ? 1 : 0)]);
      case 'Conv':
        return make(op, [], [...windowAttributes(node), attribute.int('group', number('group'))]);
      case 'ConvInputGrad':
        return make(
          'ConvTranspose',
          [],
          [...windowAttributes(node), attribute.int('group', number('group')), attribute.ints('output_padding', outputPadding(node))],
        );
      case 'Upsample':
        return make(
          'Resize',
          ['', this.tensor([1, 1, ...list('factors')], [2 + list('factors').length], 'float32', 'float32')],
          [
            attribute.string('mode', 'nearest'),
            attribute.string('nearest_mode', 'floor'),
            attribute.string('coordinate_transformation_mode', 'asymmetric'),
          ],
        );
      case 'MaxPool':
        return make(op, [], [...windowAttributes(node), attribute.ints('kernel_shape', list('kernel'))]);
      case 'AveragePool':
        return make(op, [], [...windowAttributes(node), attribute.ints('kernel_shape', list('kernel')), attribute.int('count_include_pad', 1)]);
      case 'If':
        return make(
          op,
          [],
          [
            attribute.graph('then_branch', this.graph(attrs.then as Graph, 'then')),
            attribute.graph('else_branch', this.graph(attrs.else as Graph, 'else')),
          ],
        );
      case 'Input':
      case 'Constant':
        return [];
      case 'Detach':
      case 'ConvWeightGrad':
      case 'MaxPoolGrad':
      case 'MaxPoolPick':
      case 'AveragePoolGrad':
        throw new Error(`${op} must be lowered before it is encoded`);
      default:
        return make(op satisfies PlainOp);
    }
  }
}

/** Operations that ONNX has under the same name, with nothing but inputs. */
type PlainOp = Extract<
  OpType,
  // prettier-ignore
  | 'Identity'
  | 'Add'
  | 'Sub'
  | 'Mul'
  | 'Div'
  | 'Max'
  | 'Min'
  | 'Neg'
  | 'Abs'
  | 'Sign'
  | 'Exp'
  | 'Log'
  | 'Sqrt'
  | 'Erf'
  | 'Tanh'
  | 'Sigmoid'
  | 'Relu'
  | 'Equal'
  | 'Greater'
  | 'Less'
  | 'Not'
  | 'Where'
  | 'MatMul'
  | 'Gather'
>;

function windowAttributes({ attrs }: Node): AttributeProto[] {
  const { strides, pads, dilations } = attrs as unknown as WindowAttrs;
  return [attribute.ints('strides', strides), attribute.ints('pads', pads), attribute.ints('dilations', dilations)];
}

/** What a transposed convolution must add behind to reach the input's size again. */
function outputPadding({ inputs: [dy, w], attrs }: Node): number[] {
  const { strides, pads, dilations } = attrs as unknown as WindowAttrs;
  const rank = strides.length;
  return (attrs.shape as number[])
    .slice(2)
    .map((n, i) => n - ((dy.shape[i + 2] - 1) * strides[i] - pads[i] - pads[i + rank] + dilations[i] * (w.shape[i + 2] - 1) + 1));
}

function bytesOf(data: readonly number[], dtype: DType, precision: Precision): ArrayBuffer {
  switch (dtype) {
    case 'float32':
      return (precision === 'float64' ? Float64Array.from(data) : Float32Array.from(data)).buffer;
    case 'int32':
      return Int32Array.from(data).buffer;
    case 'uint32':
      return Uint32Array.from(data).buffer;
    case 'int64':
      return BigInt64Array.from(data.map(BigInt)).buffer;
    case 'bool':
      return Uint8Array.from(data).buffer;
  }
}
