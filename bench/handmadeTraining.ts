import * as ort from 'onnxruntime-web';
import { product } from '../src/graph/shape';
import type { Training } from './engines/contenders/serve';
import type { Workload } from './engines/contenders/workload';
import { handmadeStep, PARAMETERS } from './handmadeStep';

/** W1 trained by the step that is written by hand. Fed like the trainer feeds: a batch copied in at every step, the state handed round. */
export async function trainByHand({ weights, shapes, next }: Workload): Promise<Training> {
  const began = performance.now();
  const session = await ort.InferenceSession.create(handmadeStep(), { executionProviders: ['wasm'], graphOptimizationLevel: 'disabled' });
  const compile = performance.now() - began;
  const start = Float32Array.from(['l0', 'l1', 'l2'].flatMap((l) => [...weights[`${l}.weight`].data, ...weights[`${l}.bias`].data]));
  const flat = (data: Float32Array) => new ort.Tensor('float32', data, [PARAMETERS]);
  let state = { params: flat(start), m: flat(new Float32Array(PARAMETERS)), v: flat(new Float32Array(PARAMETERS)) };
  const [x, y] = [new Float32Array(product(shapes.x)), new Int32Array(product(shapes.y))];
  const batch = { x: new ort.Tensor('float32', x, shapes.x), y: new ort.Tensor('int32', y, shapes.y) };
  const [rate, correction2] = [new Float32Array(1), new Float32Array(1)];
  const scalars = { rate: new ort.Tensor('float32', rate, []), correction2: new ort.Tensor('float32', correction2, []) };
  let t = 0;
  return {
    compile,
    step: async () => {
      t++;
      const dealt = next();
      x.set(dealt.x);
      y.set(dealt.y);
      rate[0] = 0.001 / (1 - 0.9 ** t);
      correction2[0] = Math.sqrt(1 - 0.999 ** t);
      const out = await session.run({ ...batch, ...state, ...scalars });
      state = { params: out.next_params, m: out.next_m, v: out.next_v } as typeof state;
      return (out.loss.data as Float32Array)[0];
    },
  };
}
