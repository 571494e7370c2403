import { create, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType as DataType,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from 'onnx-buf';

/** Sizes of W1: an MLP 64-128-128-10, batch 128. */
const B = 128;
const SIZES = [64, 128, 128, 10];
const layerSizes = SIZES.slice(1).flatMap((out, i) => [out * SIZES[i], out]);
export const PARAMETERS = layerSizes.reduce((a, b) => a + b, 0);

type Attribute = { [name: string]: number };

/**
 * W1's training step as one would write it by hand: forward, cross-entropy, backward and Adam over packed parameters, each formula
 * worked out on paper. What the compiler's graph is measured against.
 */
export function handmadeStep(): Uint8Array {
  const node: ReturnType<typeof makeNode>[] = [];
  const initializer: ReturnType<typeof ints>[] = [];
  let count = 0;
  const op = (type: string, input: string[], attributes: Attribute = {}, outputs = 1): string[] => {
    const output = Array.from({ length: outputs }, () => `t${count++}`);
    node.push(makeNode(type, input, output, attributes));
    return output;
  };
  const one = (type: string, input: string[], attributes: Attribute = {}) => op(type, input, attributes)[0];
  const shape = (...dims: number[]) => {
    const name = `s${initializer.length}`;
    initializer.push(ints(name, dims));
    return name;
  };
  const scalar = (v: number) => {
    const name = `f${initializer.length}`;
    initializer.push(create(TensorProtoSchema, { name, dims: [], dataType: DataType.FLOAT, floatData: [v] }));
    return name;
  };

  const parts = op('Split', ['params', shape(...layerSizes)], { axis: 0 }, 6);
  const weights = [0, 1, 2].map((i) => one('Reshape', [parts[2 * i], shape(SIZES[i + 1], SIZES[i])]));
  const pre = one('Gemm', ['x', weights[0], parts[1]], { transB: 1 });
  const h1 = one('Relu', [pre]);
  const h2 = one('Relu', [one('Gemm', [h1, weights[1], parts[3]], { transB: 1 })]);
  const logits = one('Gemm', [h2, weights[2], parts[5]], { transB: 1 });
  const logp = one('LogSoftmax', [logits], { axis: 1 });
  initializer.push(
    create(TensorProtoSchema, { name: 'classes', dims: [1n, 10n], dataType: DataType.INT32, int32Data: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] }),
  );
  const hot = one('Cast', [one('Equal', [one('Reshape', ['y', shape(B, 1)]), 'classes'])], { to: DataType.FLOAT });
  node.push(makeNode('Neg', [one('Div', [one('ReduceSum', [one('Mul', [logp, hot])], { keepdims: 0 }), scalar(B)])], ['loss'], {}));

  const dLogits = one('Div', [one('Sub', [one('Exp', [logp]), hot]), scalar(B)]);
  const back = (dy: string, x: string, width: number): [string, string] => [
    one('Reshape', [one('Gemm', [dy, x], { transA: 1 }), shape(width)]),
    one('ReduceSum', [dy, shape(0)], { keepdims: 0 }),
  ];
  const [dW3, db3] = back(dLogits, h2, layerSizes[4]);
  const dH2 = one('Mul', [one('Gemm', [dLogits, weights[2]]), one('Sign', [h2])]);
  const [dW2, db2] = back(dH2, h1, layerSizes[2]);
  const dH1 = one('Mul', [one('Gemm', [dH2, weights[1]]), one('Sign', [h1])]);
  const [dW1, db1] = back(dH1, 'x', layerSizes[0]);
  const grad = one('Concat', [dW1, db1, dW2, db2, dW3, db3], { axis: 0 });

  const average = (old: string, now: string, beta: number, out: string) =>
    node.push(makeNode('Add', [one('Mul', [old, scalar(beta)]), one('Mul', [now, scalar(1 - beta)])], [out], {}));
  average('m', grad, 0.9, 'next_m');
  average('v', one('Mul', [grad, grad]), 0.999, 'next_v');
  const denominator = one('Add', [one('Div', [one('Sqrt', ['next_v']), 'correction2']), scalar(1e-8)]);
  node.push(makeNode('Sub', ['params', one('Mul', [one('Div', ['next_m', denominator]), 'rate'])], ['next_params'], {}));

  const info = (name: string, dims: number[], type = DataType.FLOAT) =>
    create(ValueInfoProtoSchema, {
      name,
      type: {
        value: {
          case: 'tensorType',
          value: { elemType: type, shape: { dim: dims.map((n) => ({ value: { case: 'dimValue' as const, value: BigInt(n) } })) } },
        },
      },
    });
  const flat = (name: string) => info(name, [PARAMETERS]);
  const graph = {
    name: 'W1',
    node,
    initializer,
    input: [
      info('x', [B, SIZES[0]]),
      info('y', [B], DataType.INT32),
      flat('params'),
      flat('m'),
      flat('v'),
      info('rate', []),
      info('correction2', []),
    ],
    output: [info('loss', []), flat('next_params'), flat('next_m'), flat('next_v')],
  };
  return toBinary(ModelProtoSchema, create(ModelProtoSchema, { irVersion: 10n, opsetImport: [{ domain: '', version: 21n }], graph }));
}

const ints = (name: string, dims: number[]) =>
  create(TensorProtoSchema, { name, dims: [BigInt(dims.length)], dataType: DataType.INT64, int64Data: dims.map(BigInt) });

const makeNode = (opType: string, input: string[], output: string[], attributes: Attribute) =>
  create(NodeProtoSchema, {
    opType,
    input,
    output,
    attribute: Object.entries(attributes).map(([name, i]) => create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(i) })),
  });
