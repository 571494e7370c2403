import { stream, type Random } from '../base/random';
import { fail } from '../model/problem';
import type { DataSpec, GeneratorName } from '../model/spec';
import type { Split, TargetKind } from './dataset';

const MAX_SAMPLES = 1_000_000;

/** One generated point: its features, and its class or its number to predict. */
type Point = [features: number[], target: number];

interface GeneratorRule {
  /** What it draws, for hovers: the coordinates without noise, and what `noise` does to them. */
  doc: string;
  features: number;
  target: TargetKind;
  /** `fixed`: the drawing knows no other number of classes; `default`: `classes` may say another. Class targets only. */
  classes?: { fixed: number } | { default: number };
  /** Draws point i of n of a class of `classes`. */
  point: (at: { i: number; n: number; label: number; classes: number; noise: number }, random: Random) => Point;
}

/** Adds a normal deviate of standard deviation `noise` to each coordinate. */
const jitter = (features: number[], noise: number, random: Random): number[] => features.map((value) => value + noise * random.normal());

export const GENERATORS: Record<GeneratorName, GeneratorRule> = {
  spirals: {
    doc: 'Interleaved arms from the centre to radius 5, 1.75 turns each (TensorFlow Playground’s `spiral`). `noise`: standard deviation added to each coordinate.',
    features: 2,
    target: 'class',
    classes: { default: 2 },
    point: ({ i, n, label, classes, noise }, random) => {
      const radius = (5 * i) / n;
      const angle = 2 * Math.PI * ((1.75 * i) / n + label / classes);
      return [jitter([radius * Math.sin(angle), radius * Math.cos(angle)], noise, random), label];
    },
  },
  moons: {
    doc: 'Two interleaved half circles of radius 1 (scikit-learn’s `make_moons`). `noise`: standard deviation added to each coordinate.',
    features: 2,
    target: 'class',
    classes: { fixed: 2 },
    point: ({ i, n, label, noise }, random) => {
      const angle = (Math.PI * i) / Math.max(1, n - 1);
      const [x, y] = label === 0 ? [Math.cos(angle), Math.sin(angle)] : [1 - Math.cos(angle), 0.5 - Math.sin(angle)];
      return [jitter([x, y], noise, random), label];
    },
  },
  circles: {
    doc: 'Circles around the origin, class 0 of radius 1, the others inside it at even distances: 1 and 0.5 for two (scikit-learn’s `make_circles` with factor 0.5). `noise`: standard deviation added to each coordinate.',
    features: 2,
    target: 'class',
    classes: { default: 2 },
    point: ({ i, n, label, classes, noise }, random) => {
      const radius = 1 - label / classes;
      const angle = (2 * Math.PI * i) / n;
      return [jitter([radius * Math.cos(angle), radius * Math.sin(angle)], noise, random), label];
    },
  },
  blobs: {
    doc: 'Normal clouds whose centres lie evenly on a circle of radius 1. `noise`: standard deviation of a cloud.',
    features: 2,
    target: 'class',
    classes: { default: 3 },
    point: ({ label, classes, noise }, random) => {
      const angle = (2 * Math.PI * label) / classes;
      return [jitter([Math.cos(angle), Math.sin(angle)], noise, random), label];
    },
  },
  xor: {
    doc: 'A square of side 10 in four quarters, 0.3 apart; class 1 where both coordinates have the same sign (TensorFlow Playground’s `xor`). `noise`: standard deviation added to each coordinate.',
    features: 2,
    target: 'class',
    classes: { fixed: 2 },
    point: ({ i, label, noise }, random) => {
      const side = () => 0.3 + 5 * random.uniform();
      const x = i % 2 ? side() : -side();
      const y = Math.sign(x) * (label ? 1 : -1) * side();
      return [jitter([x, y], noise, random), label];
    },
  },
  sine: {
    doc: 'y = sin(x) with x uniform in [−π, π). `noise`: standard deviation added to y.',
    features: 1,
    target: 'number',
    point: ({ noise }, random) => {
      const x = Math.PI * (2 * random.uniform() - 1);
      return [[x], Math.sin(x) + noise * random.normal()];
    },
  },
};

/**
 * The samples of a built-in generator, in random order. Classes are equal in size, to within one sample.
 * The same `source`, `samples`, `noise`, `classes` and `seed` give the same numbers.
 * Class targets as numbers (for BCEWithLogitsLoss, say) are the class index, in one column.
 * @throws ProblemError for a number of classes or samples that the generator cannot draw, and for classes asked of a regression.
 */
export function generate(spec: DataSpec, source: GeneratorName, target: TargetKind): Split & { classes?: string[] } {
  const rule = GENERATORS[source];
  const { samples, noise, seed } = spec;
  const at = (key: string) => ({ range: spec.ranges[key] ?? spec.ranges.source ?? spec.range });
  if (target === 'class' && rule.target === 'number')
    fail(
      'not-classes',
      `\`${source}\` makes numbers to predict, but the loss asks for classes. Use MSELoss, or another source such as \`moons\`.`,
      at('source'),
    );
  const classes = classCount(rule, spec, source, at('classes'));
  if (samples < classes || samples > MAX_SAMPLES)
    fail('bad-samples', `\`samples: ${samples}\` cannot be: \`${source}\` makes from ${classes} to ${MAX_SAMPLES} samples.`, at('samples'));

  const random = stream(seed, `generator-${source}`);
  const order = stream(seed, `generator-${source}-order`).permutation(samples);
  const x = new Float32Array(samples * rule.features);
  const y = target === 'class' ? new Int32Array(samples) : new Float32Array(samples);
  for (let label = 0, drawn = 0; label < classes; label++) {
    const n = Math.floor((samples + classes - 1 - label) / classes);
    for (let i = 0; i < n; i++) {
      const [features, value] = rule.point({ i, n, label, classes, noise }, random);
      const row = order[drawn++];
      x.set(features, row * rule.features);
      y[row] = value;
    }
  }
  return {
    count: samples,
    x: { sampleShape: [rule.features], data: x },
    y: { sampleShape: target === 'class' ? [] : [1], data: y },
    classes: target === 'class' ? Array.from({ length: classes }, (_, label) => String(label)) : undefined,
  };
}

function classCount(rule: GeneratorRule, spec: DataSpec, source: GeneratorName, where: { range: DataSpec['range'] }): number {
  if (!rule.classes) {
    if (spec.classes !== undefined) fail('bad-classes', `\`${source}\` makes numbers to predict and has no \`classes\`. Remove the key.`, where);
    return 1;
  }
  const wanted = spec.classes ?? ('fixed' in rule.classes ? rule.classes.fixed : rule.classes.default);
  if ('fixed' in rule.classes && wanted !== rule.classes.fixed)
    fail(
      'bad-classes',
      `\`${source}\` has ${rule.classes.fixed} classes, not ${wanted}. Other numbers of classes: \`spirals\`, \`circles\`, \`blobs\`.`,
      where,
    );
  if (wanted < 2) fail('bad-classes', `\`classes: ${wanted}\`: there have to be at least 2 classes.`, where);
  return wanted;
}
