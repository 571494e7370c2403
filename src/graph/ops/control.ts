import type { Graph } from '../graph';
import type { DType, Shape } from '../shape';
import type { Op, OpType } from './op';

const declared: Op = { infer: (_inputs, { shape, dtype }) => ({ shape: shape as Shape, dtype: dtype as DType }) };

export const control: Pick<Record<OpType, Op>, 'Input' | 'Constant' | 'If'> = {
  Input: declared,
  Constant: declared,
  /** (condition); attrs `then` and `else`: subgraphs whose one output may differ in length. The shape told is `then`'s. */
  If: {
    infer: (_inputs, attrs) => {
      const { value } = (attrs.then as Graph).outputs[0];
      return { shape: value.shape, dtype: value.dtype };
    },
  },
};
