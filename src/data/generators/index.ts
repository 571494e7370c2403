import { stream } from '../../base/random';
import { product } from '../../graph/shape';
import { fail } from '../../model/problem';
import type { DataSpec, GeneratorName } from '../../model/spec';
import type { Dataset, Samples, TargetKind } from '../dataset';
import { MAX_CLASSES } from '../labels';
import { PIXELS } from '../reading';
import { sequenceLength, tokenArray } from '../tokens';
import { charText } from './charText';
import { glyphs } from './glyphs';
import { points } from './points';
import type { Asked, GeneratorRule } from './rule';
import { shapes } from './shapes';
import { sequences } from './sequences';

const MAX_SAMPLES = 1_000_000;

/** Of all samples together. */
const MAX_NUMBERS = 2 ** 28;

export const GENERATORS: Record<GeneratorName, GeneratorRule> = { ...points, glyphs, shapes, ...sequences, 'char-text': charText };

/**
 * The samples of a built-in generator, in random order. Classes of samples are equal in size, to within one sample.
 * The same `source`, `samples`, `noise`, `classes`, `shape` and `seed` give the same numbers.
 * Class targets as numbers (for BCEWithLogitsLoss, say) are the class index, in one column; of sequences one for each place.
 * @throws ProblemError for a number of classes or samples that the generator cannot draw, and for classes asked of a regression.
 */
export function generate(spec: DataSpec, source: GeneratorName, target: TargetKind): Pick<Dataset, 'train' | 'classes' | 'tokens'> {
  const rule = GENERATORS[source];
  const asked = askedFor(rule, spec, source, target);
  const { samples, classes, length, isWhole } = asked;
  const sampleShape = rule.kind === 'tokens' ? [length] : [...rule.sampleShape];
  const size = product(sampleShape);
  const perSample = rule.kind === 'tokens' && !isWhole ? length : 1;

  const random = stream(spec.seed, `generator-${source}`);
  const order = stream(spec.seed, `generator-${source}-order`).permutation(samples);
  const tokens = rule.vocabulary?.(classes);
  const x = tokens ? tokenArray(tokens.size, samples * size) : new (rule.kind === 'pixels' ? Uint8Array : Float32Array)(samples * size);
  const y = new (target === 'class' ? Int32Array : Float32Array)(samples * perSample);
  let drawn = 0;
  for (const [values, goal] of rule.draw(asked, random)) {
    const row = order[drawn++];
    x.set(values, row * size);
    if (typeof goal === 'number') y[row] = goal;
    else y.set(goal, row * perSample);
  }
  const inputs: Samples = { sampleShape, data: x, ...(rule.kind === 'pixels' && { map: PIXELS }) };
  const targets = { sampleShape: perSample > 1 ? [perSample] : target === 'class' ? [] : [1], data: y };
  return {
    train: { count: samples, x: inputs, y: targets },
    ...(target === 'class' && { classes: tokens?.names ?? Array.from({ length: classes }, (_, label) => rule.names?.[label] ?? String(label)) }),
    ...(tokens && { tokens }),
  };
}

function askedFor(rule: GeneratorRule, spec: DataSpec, source: GeneratorName, target: TargetKind): Asked {
  const at = (key: string) => ({ range: spec.ranges[key] ?? spec.ranges.source ?? spec.range });
  if (target === 'class' && rule.target === 'number')
    fail(
      'not-classes',
      `\`${source}\` makes numbers to predict, but the loss asks for classes. Use MSELoss, or another source such as \`moons\`.`,
      at('source'),
    );
  const isWhole = rule.kind === 'tokens' && spec.task === 'classification';
  if (isWhole && !rule.hasWhole)
    fail('not-whole', `\`${source}\` has a target for each token of a sequence: \`task: sequence\`, not \`${spec.task}\`.`, at('task'));
  const classes = classCount(rule, spec, source, at('classes'));
  const length = rule.kind === 'tokens' ? sequenceLength(spec, rule.sampleShape[0]) : 0;
  const [least, most] = [rule.kind === 'tokens' ? 1 : classes, mostSamples(rule, length)];
  if (spec.samples < least || spec.samples > most)
    fail('bad-samples', `\`samples: ${spec.samples}\` cannot be: \`${source}\` makes from ${least} to ${most} samples.`, at('samples'));
  return { samples: spec.samples, noise: spec.noise, classes, length, isWhole };
}

const mostSamples = ({ sampleShape }: GeneratorRule, length: number): number =>
  Math.min(MAX_SAMPLES, Math.floor(MAX_NUMBERS / (length || product(sampleShape))));

function classCount({ classes: rule }: GeneratorRule, { classes }: DataSpec, source: GeneratorName, where: { range: DataSpec['range'] }): number {
  if (!rule) {
    if (classes !== undefined) fail('bad-classes', `\`${source}\` makes numbers to predict and has no \`classes\`. Remove the key.`, where);
    return 1;
  }
  const wanted = classes ?? ('fixed' in rule ? rule.fixed : rule.default);
  if ('fixed' in rule && wanted !== rule.fixed)
    fail(
      'bad-classes',
      `\`${source}\` has ${rule.fixed} classes, not ${wanted}. ${rule.fixed === 2 ? 'Other numbers of classes: `spirals`, `circles`, `blobs`.' : 'Remove the key.'}`,
      where,
    );
  if (wanted < 2) fail('bad-classes', `\`classes: ${wanted}\`: there have to be at least 2 classes.`, where);
  const most = 'most' in rule ? rule.most! : MAX_CLASSES;
  if (wanted > most) fail('bad-classes', `\`classes: ${wanted}\`: \`${source}\` has at most ${most}.`, where);
  return wanted;
}
