import type { GeneratorName } from '../../model/spec';
import type { Random } from '../../base/random';
import { byClass, type GeneratorRule } from './rule';

/** Adds a normal deviate of standard deviation `noise` to each coordinate. */
const jitter = (features: number[], noise: number, random: Random): number[] => features.map((value) => value + noise * random.normal());

/** Points of a plane and other rows of numbers. */
export const points: Pick<
  Record<GeneratorName, GeneratorRule>,
  'spirals' | 'moons' | 'circles' | 'blobs' | 'xor' | 'checkerboard' | 'gaussian-quantiles' | 'sine' | 'friedman1'
> = {
  spirals: {
    doc: 'Interleaved arms from the centre to radius 5, 1.75 turns each (TensorFlow Playground’s `spiral`). `noise`: standard deviation added to each coordinate.',
    kind: 'numbers',
    sampleShape: [2],
    target: 'class',
    noise: 0.1,
    classes: { default: 2 },
    draw: byClass(({ i, n, label, classes, noise }, random) => {
      const radius = (5 * i) / n;
      const angle = 2 * Math.PI * ((1.75 * i) / n + label / classes);
      return [jitter([radius * Math.sin(angle), radius * Math.cos(angle)], noise, random), label];
    }),
  },
  moons: {
    doc: 'Two interleaved half circles of radius 1 (scikit-learn’s `make_moons`). `noise`: standard deviation added to each coordinate.',
    kind: 'numbers',
    sampleShape: [2],
    target: 'class',
    noise: 0.1,
    classes: { fixed: 2 },
    draw: byClass(({ i, n, label, noise }, random) => {
      const angle = (Math.PI * i) / Math.max(1, n - 1);
      const [x, y] = label === 0 ? [Math.cos(angle), Math.sin(angle)] : [1 - Math.cos(angle), 0.5 - Math.sin(angle)];
      return [jitter([x, y], noise, random), label];
    }),
  },
  circles: {
    doc: 'Circles around the origin, class 0 of radius 1, the others inside it at even distances: 1 and 0.5 for two (scikit-learn’s `make_circles` with factor 0.5). `noise`: standard deviation added to each coordinate.',
    kind: 'numbers',
    sampleShape: [2],
    target: 'class',
    noise: 0.1,
    classes: { default: 2 },
    draw: byClass(({ i, n, label, classes, noise }, random) => {
      const radius = 1 - label / classes;
      const angle = (2 * Math.PI * i) / n;
      return [jitter([radius * Math.cos(angle), radius * Math.sin(angle)], noise, random), label];
    }),
  },
  blobs: {
    doc: 'Normal clouds whose centres lie evenly on a circle of radius 1. `noise`: standard deviation of a cloud.',
    kind: 'numbers',
    sampleShape: [2],
    target: 'class',
    noise: 0.1,
    classes: { default: 3 },
    draw: byClass(({ label, classes, noise }, random) => {
      const angle = (2 * Math.PI * label) / classes;
      return [jitter([Math.cos(angle), Math.sin(angle)], noise, random), label];
    }),
  },
  xor: {
    doc: 'A square of side 10 in four quarters, 0.3 apart; class 1 where both coordinates have the same sign (TensorFlow Playground’s `xor`). `noise`: standard deviation added to each coordinate.',
    kind: 'numbers',
    sampleShape: [2],
    target: 'class',
    noise: 0.1,
    classes: { fixed: 2 },
    draw: byClass(({ i, label, noise }, random) => {
      const side = () => 0.3 + 5 * random.uniform();
      const x = i % 2 ? side() : -side();
      const y = Math.sign(x) * (label ? 1 : -1) * side();
      return [jitter([x, y], noise, random), label];
    }),
  },
  checkerboard: {
    doc: 'A square of side 4 around the origin in 16 fields of side 1; class 1 where the sum of a field’s row and column is odd. `noise`: standard deviation added to each coordinate.',
    kind: 'numbers',
    sampleShape: [2],
    target: 'class',
    noise: 0.1,
    classes: { fixed: 2 },
    draw: byClass(({ label, noise }, random) => {
      const row = random.integer(4);
      const column = 2 * random.integer(2) + ((row + label) % 2);
      return [jitter([column - 2 + random.uniform(), row - 2 + random.uniform()], noise, random), label];
    }),
  },
  'gaussian-quantiles': {
    doc: 'A normal cloud around the origin, of standard deviation 1, cut into rings with as many points in each (scikit-learn’s `make_gaussian_quantiles`). `noise`: standard deviation added to each coordinate.',
    kind: 'numbers',
    sampleShape: [2],
    target: 'class',
    noise: 0,
    classes: { default: 3 },
    draw: (asked, random) => {
      const cloud = Array.from({ length: asked.samples }, () => [random.normal(), random.normal()]);
      cloud.sort((a, b) => Math.hypot(...a) - Math.hypot(...b));
      let inner = 0;
      return byClass(({ label, noise }) => [jitter(cloud[inner++], noise, random), label])(asked, random);
    },
  },
  sine: {
    doc: 'y = sin(x) with x uniform in [−π, π). `noise`: standard deviation added to y.',
    kind: 'numbers',
    sampleShape: [1],
    target: 'number',
    noise: 0.1,
    draw: byClass(({ noise }, random) => {
      const x = Math.PI * (2 * random.uniform() - 1);
      return [[x], Math.sin(x) + noise * random.normal()];
    }),
  },
  friedman1: {
    doc: 'y = 10·sin(π·x₁·x₂) + 20·(x₃ − 0.5)² + 10·x₄ + 5·x₅ with ten features uniform in [0, 1), five of which tell nothing (Friedman 1991; scikit-learn’s `make_friedman1`). `noise`: standard deviation added to y.',
    kind: 'numbers',
    sampleShape: [10],
    target: 'number',
    noise: 0,
    draw: byClass(({ noise }, random) => {
      const x = Array.from({ length: 10 }, () => random.uniform());
      return [x, 10 * Math.sin(Math.PI * x[0] * x[1]) + 20 * (x[2] - 0.5) ** 2 + 10 * x[3] + 5 * x[4] + noise * random.normal()];
    }),
  },
};
