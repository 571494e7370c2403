export type DType = 'float32' | 'int32' | 'int64' | 'uint32' | 'bool';
export type Shape = readonly number[];

export const product = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);

/** `16×8×8`; a scalar is `scalar`. */
export const formatShape = (shape: Shape): string => (shape.length ? shape.join('×') : 'scalar');

/** NumPy's broadcasting of any number of shapes; undefined where they do not fit. */
export function broadcastShapes(...shapes: Shape[]): Shape | undefined {
  const rank = Math.max(...shapes.map((s) => s.length));
  const result: number[] = [];
  for (let i = 0; i < rank; i++) {
    const sizes = shapes.map((s) => s[i - rank + s.length] ?? 1).filter((n) => n !== 1);
    if (sizes.some((n) => n !== sizes[0])) return undefined;
    result.push(sizes[0] ?? 1);
  }
  return result;
}

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((n, i) => n === b[i]);

/** Elements that a window of `kernel` visits along one dimension (PyTorch's formula, floor mode). */
export const windowCount = (input: number, kernel: number, stride: number, padBefore: number, padAfter: number, dilation: number): number =>
  Math.floor((input + padBefore + padAfter - dilation * (kernel - 1) - 1) / stride) + 1;
