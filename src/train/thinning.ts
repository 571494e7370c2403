import { product, type Shape } from '../graph/shape';
import { MOST_NUMBERS } from './observation';

/** Numbers of all tensors together, about: so much is counted in about ten milliseconds. */
const MOST_TOGETHER = 2 ** 19;
/** Too few would make the outer percentiles jump. */
const LEAST_NUMBERS = 1024;

/** How many numbers of a tensor are looked at, of a model with so many of them. */
export const numbersEach = (tensors: number): number => Math.min(MOST_NUMBERS, Math.max(LEAST_NUMBERS, Math.floor(MOST_TOGETHER / tensors)));

/**
 * Elements from one that is looked at to the next, so that there are no more than `most` of them. It shares no divisor with what lies along the
 * dimensions behind the first: no channel is passed over.
 */
export function strideOf(shape: Shape, most: number): number {
  const size = product(shape);
  if (size <= most) return 1;
  const inner = size / shape[0];
  let stride = Math.ceil(size / most);
  while (greatestCommonDivisor(stride, inner) > 1) stride++;
  return stride;
}

/** What is looked at of a tensor in a packed vector, less what is there in another one. */
export function thinned(vector: Float32Array, { from, shape }: { from: number; shape: Shape }, most: number, less?: Float32Array): Float32Array {
  const stride = strideOf(shape, most);
  const numbers = new Float32Array(Math.ceil(product(shape) / stride));
  for (let i = 0, at = from; i < numbers.length; i++, at += stride) numbers[i] = less ? vector[at] - less[at] : vector[at];
  return numbers;
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));
