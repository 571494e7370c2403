import { describe, expect, test } from 'vitest';
import type { InputFacts, Signal } from '../../../src/data/facts';
import { applyEdits } from '../../../src/model/textEdits';
import { findingsOf, foundBy, levelOf, type Situation, textAt } from '../observe';

const model = (layers: string, loss = 'CrossEntropyLoss', data = 'file: ./d.npz, validation: 0.2') =>
  `data: {${data}}\nmodel: [${layers}]\nloss: ${loss}\ntrain: {steps: 100}\n`;
const net = '{Linear: 8}, ReLU, {Linear: 2}';
const well: Situation = { noSkillLoss: 1, evals: [{ step: 100, train_loss: 0.1, val_loss: 0.1, val_accuracy: 0.9 }] };

describe('input-not-normalized', () => {
  const level = (inputs: Partial<InputFacts>, layers = net, situation: Situation = {}) =>
    levelOf('input-not-normalized', model(layers), { ...situation, facts: { ...situation.facts, inputs } });

  test('pixels from 0 to 255', () => {
    const text = model(net);
    const facts = { inputs: { rms: 120, mean: 80, min: 0, max: 255 } };
    const found = foundBy('input-not-normalized', text, { facts });
    expect(found).toMatchObject({ level: 'warning', evidence: { value: 120 } });
    expect(textAt(text, found)).toBe('./d.npz');
    const [finding] = findingsOf(text, { facts });
    expect(applyEdits(text, finding.fixes[0].edits)).toContain('normalize: zscore');
  });

  test.each<[string, Partial<InputFacts>, string | undefined]>([
    ['standardised, with outliers', { rms: 1, max: 40 }, undefined],
    ['from 0 to 1', { rms: 0.33, mean: 0.13, min: 0, max: 1 }, undefined],
    ['spirals of radius 5', { rms: 2, min: -5, max: 5 }, undefined],
    ['features of one scale', { stdRatio: 90 }, undefined],
    ['features of unlike scales', { stdRatio: 300 }, 'warning'],
    ['all about 1', { rms: 1.001, mean: 1, min: 0.9, max: 1.1 }, 'warning'],
    ['tiny', { rms: 0.002, mean: 0, min: -0.01, max: 0.01 }, 'warning'],
  ])('%s', (_what, inputs, expected) => expect(level(inputs)).toBe(expected));

  test('rows of one 1 among a thousand zeros are not tiny', () =>
    expect(level({ rms: 0.0316, mean: 0.001, min: 0, max: 1 }, net, { facts: { sampleShape: [1000] } })).toBeUndefined());
  test('a model that normalises first', () => expect(level({ rms: 120 }, `BatchNorm1d, ${net}`)).toBeUndefined());
  test('a BatchNorm after the first weights undoes a common scale, not scales that differ', () => {
    expect(level({ rms: 120 }, '{Linear: 8}, BatchNorm1d, ReLU, {Linear: 2}')).toBeUndefined();
    expect(level({ stdRatio: 300 }, '{Linear: 8}, BatchNorm1d, ReLU, {Linear: 2}')).toBe('warning');
  });
  test('a model that does well', () => expect(level({ rms: 8 }, net, well)).toBe('hint'));
});

describe('target-not-normalized', () => {
  const level = (targets: object, loss = 'MSELoss') => levelOf('target-not-normalized', model('{Linear: 1}', loss), { facts: { targets } });
  test.each([
    ['hundreds', { rms: 168, mean: 150, variance: 5800 }, 'warning'],
    ['0 to 5', { rms: 2.9, mean: 2.5, variance: 2.1, min: 0, max: 5 }, undefined],
    ['standardised', {}, undefined],
    ['hardly varying', { rms: 0.005, mean: 0.001, variance: 2e-5 }, 'warning'],
    ['far from 0 for their spread', { rms: 5, mean: 5, variance: 0.01 }, 'warning'],
  ])('%s', (_what, targets, expected) => expect(level(targets)).toBe(expected));
  test('not of classes', () => expect(level({ mean: 0.002, variance: 0.00001, rms: 0.04 }, 'BCEWithLogitsLoss')).toBeUndefined());
});

describe('class-imbalance', () => {
  const classes = (counts: number[], loss?: string, situation?: Situation) =>
    foundBy('class-imbalance', model(net, loss), { ...situation, facts: { targets: { counts } } });

  test('weights are inverse to the counts', () =>
    expect(classes([900, 80])).toMatchObject({
      level: 'warning',
      evidence: { value: 11.25 },
      // 980 / (2 · 900) and 980 / (2 · 80)
      fixes: [{ argument: 'weight', value: [0.544, 6.13] }],
    }));
  test('ten to one, absent classes, weights', () => {
    expect(classes([800, 80])).toBeUndefined();
    expect(classes([100, 0, 90])).toBeUndefined();
    expect(classes([900, 80], '{CrossEntropyLoss: {weight: [1, 9]}}')).toBeUndefined();
  });
  test('a good score does not make up for a class that it does not show, one that shows it does', () => {
    expect(classes([900, 80], undefined, well)?.level).toBe('warning');
    const sure = { noSkillLoss: 1, evals: [{ step: 100, train_loss: 0.1, val_loss: 0.1, val_accuracy: 0.97 }] };
    expect(classes([900, 80], undefined, sure)?.level).toBe('hint');
  });
  test('few positives', () => {
    const binary = (mean: number) => foundBy('class-imbalance', model('{Linear: 1}', 'BCEWithLogitsLoss'), { facts: { targets: { mean } } });
    expect(binary(0.05)).toMatchObject({ level: 'warning', fixes: [{ argument: 'pos_weight', value: [19] }] });
    expect(binary(0.15)).toBeUndefined();
  });
});

describe('validation-overlaps-train', () => {
  const level = (overlap: number, repeated: number, samples = 100) =>
    levelOf('validation-overlaps-train', model(net), { facts: { validation: { samples, overlap, repeated, shift: 0.1 } } });
  test.each([
    [0.2, 0, 'warning'],
    [0.9, 0.1, 'error'],
    [0.04, 0, undefined],
    [0.3, 0.25, undefined],
  ])('%f shared, %f repeated: %s', (overlap, repeated, expected) => expect(level(overlap, repeated)).toBe(expected));
  test('two samples are chance', () => expect(level(0.0667, 0, 30)).toBeUndefined());
});

describe('labels-uncorrelated', () => {
  const none: Signal = { method: 'linear', score: 0.5, noSkill: 0.52, standardError: 0.03, isNone: true };
  const validation = { samples: 200, overlap: 0, repeated: 0, shift: 0.1 };
  const evaluation = (step: number, train: number, val: number, accuracy: number) => ({
    step,
    train_loss: train,
    val_loss: val,
    train_accuracy: accuracy,
    val_accuracy: accuracy,
  });
  const level = (situation: Situation, signal: Partial<Signal> = {}) =>
    levelOf('labels-uncorrelated', model(net), { noSkillLoss: 0.69, ...situation, facts: { validation, signal: { ...none, ...signal } } });

  const memorised = [20, 40, 60].map((step) => evaluation(step, 0.69 - step / 100, 0.69 + step / 100, 0.51));

  test('before a run simple methods are worth a hint', () => expect(level({})).toBe('hint'));
  test('a run that only memorises', () => expect(level({ evals: memorised })).toBe('warning'));
  test('a run that has hardly begun', () => expect(level({ evals: [evaluation(10, 0.69, 0.69, 0.5)] })).toBe('hint'));
  test('a network that finds what simple methods do not', () =>
    expect(level({ evals: [...memorised, evaluation(80, 0.3, 0.4, 0.8)].slice(2) })).toBeUndefined());
  test('a better loss without a better accuracy', () =>
    expect(level({ evals: [evaluation(40, 0.6, 0.62, 0.52), evaluation(60, 0.58, 0.61, 0.52)] })).toBeUndefined());
  test('simple methods find something', () => expect(level({ evals: memorised }, { isNone: false, score: 0.7 })).toBeUndefined());
  test('nearly all of one class: accuracy tells nothing', () => expect(level({ evals: memorised }, { noSkill: 0.95 })).toBeUndefined());
  test('without a validation split the model would have to memorise', () => {
    const unsplit = (train: number) =>
      levelOf('labels-uncorrelated', model(net), {
        noSkillLoss: 0.69,
        evals: [{ step: 60, train_loss: train, train_accuracy: 0.55 }],
        facts: { signal: none },
      });
    expect(unsplit(0.685)).toBe('warning');
    expect(unsplit(0.4)).toBeUndefined();
  });
});
