import type { Random } from './random';

/** ln of a sample of Gamma(shape, 1): of a small shape the sample itself may be too small for a number (Marsaglia & Tsang 2000). */
function logGamma(random: Random, shape: number): number {
  if (shape < 1) return logGamma(random, shape + 1) + Math.log(1 - random.uniform()) / shape;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const z = random.normal();
    const v = (1 + c * z) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < z * z * 0.5 + d * (1 - v + Math.log(v))) return Math.log(d * v);
  }
}

/** A sample of Beta(α, α), in [0, 1]; α above 0. */
export function symmetricBeta(random: Random, alpha: number): number {
  const [a, b] = [logGamma(random, alpha), logGamma(random, alpha)];
  return 1 / (1 + Math.exp(b - a));
}
