import { stream } from '../../src/base/random';
import type { Tensor } from 'onnxruntime-web';
import { gradients } from '../../src/graph/autodiff';
import { Graph, type Value } from '../../src/graph/graph';
import { lower } from '../../src/graph/lower';
import { product } from '../../src/graph/shape';
import { createSession, tensor } from '../../src/train/session';
import type { GradientRow } from './gradientTable';

/**
 * The gradient of a random projection of an op: by its rule, and by central differences over every input element.
 * @param order 2: of a random projection of the gradients that the rule gives, so that it is the rule's own ops that are differentiated.
 */
export async function gradientOf(
  { shapes, build, domain, precision, linear }: GradientRow,
  order: 1 | 2 = 1,
): Promise<{ analytic: number[]; numeric: number[] }> {
  const g = new Graph();
  const inputs = shapes.map((shape, i) => g.input(`x${i}`, shape));
  const random = stream(7, 'gradient-table');
  const project = (y: Value): Value =>
    g.sum(
      g.mul(
        y,
        g.constant(
          Array.from({ length: product(y.shape) }, () => random.normal()),
          y.shape,
        ),
      ),
    );
  let value = project(build(g, ...inputs));
  if (order === 2) {
    const slopes = gradients(g, value, inputs);
    value = inputs
      .flatMap((x) => slopes.get(x.id) ?? [])
      .map(project)
      .reduce((a, b) => g.add(a, b), g.constant(0));
  }
  g.output('value', value);
  const grads = gradients(g, value, inputs);
  inputs.forEach((x, i) => g.output(`dx${i}`, grads.get(x.id) ?? g.fill(x, 0)));

  const isDouble = precision !== 'float32';
  const session = await createSession(lower(g), isDouble ? 'float64' : 'float32');
  const points = shapes.map((shape) => Array.from({ length: product(shape) }, () => (domain ?? ((n: number) => n))(random.normal())));
  const run = async () => {
    const feeds = points.map((p, i): [string, Tensor] => [
      `x${i}`,
      isDouble ? tensor(Float64Array.from(p), shapes[i], 'float64') : tensor(Float32Array.from(p), shapes[i]),
    ]);
    const outputs = await session.run(Object.fromEntries(feeds));
    return (name: string) => [...(outputs[name].data as Float64Array)];
  };
  const at = await run();
  const analytic = inputs.flatMap((_, i) => at(`dx${i}`));
  // Truncation error falls with the step's square, rounding error grows with its inverse.
  const step = linear ? 0.5 : isDouble ? 1e-5 : 5e-3;
  const numeric: number[] = [];
  for (const point of points)
    for (let i = 0; i < point.length; i++) {
      const kept = point[i];
      point[i] = kept + step;
      const [above] = (await run())('value');
      point[i] = kept - step;
      const [below] = (await run())('value');
      point[i] = kept;
      numeric.push((above - below) / (2 * step));
    }
  await session.release();
  return { analytic, numeric };
}

/** The largest difference, relative to the largest gradient. */
export function maxRelativeError(analytic: readonly number[], numeric: readonly number[]): number {
  const scale = Math.max(1e-3, ...numeric.map(Math.abs));
  return Math.max(...analytic.map((a, i) => Math.abs(a - numeric[i]))) / scale;
}
