import { describe, expect, test } from 'vitest';
import { findingsOf, foundBy, levelOf, textAt } from '../observe';
import { falling, flat, sample, samples, type Told } from '../statistics';

const file = (activation: string, depth: number, norm = '') => `
data: {source: blobs, classes: 3}
model:
${Array.from({ length: depth - 1 }, () => `  - Linear: 16\n${norm}  - ${activation}\n`).join('')}  - Linear: 3
init: xavier_uniform
loss: CrossEntropyLoss
`;
/** Per layer, from the first to the last. */
const told = (depth: number, make: (back: number) => Told): Told[] => Array.from({ length: depth }, (_, i) => make(depth - 1 - i));
const stuck = { losses: flat(1.0986, 60), step: 60 };

describe('vanishing-gradient', () => {
  const fading = told(8, (back) => ({ weight: 0.1 ** back, output: 0.1 ** back }));

  test('a gradient that shrinks tenfold per layer, on the lines of the layers it does not reach', () => {
    const text = file('Sigmoid', 8);
    const found = foundBy('vanishing-gradient', text, { ...stuck, samples: samples(6, (i) => sample(i, fading)) });
    expect(found).toMatchObject({ level: 'error', place: { layer: 'linear1' } });
    expect(found!.evidence.value).toBeCloseTo(1e-7, 12);
    // 10⁻² of the last one's and less: all but the last two and the third last, which has just that.
    expect(found?.also?.map(({ layer }) => layer)).toEqual(['linear2', 'linear3', 'linear4', 'linear5']);
    expect(textAt(text, found)).toBe('Linear');
    expect(found!.fixes.map(({ kind }) => kind)).toEqual(['change-activation', 'match-init', 'insert-normalisation']);
    expect(found!.evidence.series).toHaveLength(6);
  });

  test('where forward and backward shrinkage cancel in the weights, the outputs show it', () => {
    const cancelling = told(8, (back) => ({ weight: 0.9, output: 0.1 ** back }));
    const found = foundBy('vanishing-gradient', file('Tanh', 8), { ...stuck, samples: samples(6, (i) => sample(i, cancelling)) });
    expect(found!.evidence.quantity).toBe('‖∂L/∂y linear1‖ / ‖∂L/∂y linear8‖');
  });

  test('where no gradient at the outputs is finite, the weights show it', () => {
    const overflown = fading.map((layer) => ({ ...layer, output: Infinity }));
    const found = foundBy('vanishing-gradient', file('Sigmoid', 8), { ...stuck, samples: samples(6, (i) => sample(i, overflown)) });
    expect(found!.evidence.quantity).toBe('‖∇W linear1‖ / ‖∇W linear8‖');
  });

  const nothing = (layers: Told[], situation = {}, text = file('Sigmoid', 8)) =>
    levelOf('vanishing-gradient', text, { ...stuck, samples: samples(6, (i) => sample(i, layers)), ...situation });

  test('near miss: the least that sound models show', () => {
    expect(nothing(told(8, (back) => ({ weight: 0.5 ** back, output: 0.5 ** back })))).toBeUndefined();
  });

  test('near miss: behind a normalisation the scale of an output is arbitrary', () => {
    const text = file('ReLU', 8, '  - BatchNorm1d\n');
    expect(
      nothing(
        told(8, (back) => ({ weight: 0.9, output: 0.1 ** back })),
        {},
        text,
      ),
    ).toBeUndefined();
  });

  test('near miss: exactly nothing is another trouble', () => {
    expect(nothing(told(8, (back) => ({ weight: back > 3 ? 0 : 1, output: back > 3 ? 0 : 1 })))).toBeUndefined();
  });

  test('near miss: it comes after the first update, so it does not lie in the model', () => {
    const later = samples(6, (i) => sample(i, i === 0 ? told(8, () => ({})) : fading));
    expect(levelOf('vanishing-gradient', file('Sigmoid', 8), { ...stuck, samples: later })).toBeUndefined();
  });

  test('goes away once the gradient gets through and the model has learned', () => {
    const recovering = samples(12, (i) => sample(i, i < 6 ? fading : told(8, () => ({ weight: 0.5, output: 0.5 }))));
    expect(levelOf('vanishing-gradient', file('Sigmoid', 8), { losses: flat(0.4, 120), samples: recovering })).toBeUndefined();
  });

  test('two layers are no depth', () => {
    const text = file('Sigmoid', 2);
    expect(
      levelOf('vanishing-gradient', text, {
        ...stuck,
        samples: samples(6, (i) =>
          sample(
            i,
            told(2, (back) => ({ weight: 1e-4 ** back })),
          ),
        ),
      }),
    ).toBeUndefined();
  });

  test('the plateau that follows stands under it', () => {
    const findings = findingsOf(file('Sigmoid', 8), {
      losses: flat(1.0986, 200),
      steps: 200,
      samples: samples(20, (i) => sample(i, fading)),
      evals: [{ step: 200, train_loss: 1.0986, train_accuracy: 0.33 }],
    });
    expect(findings.map(({ rule, cause }) => [rule, cause])).toEqual([
      ['vanishing-gradient', undefined],
      ['loss-plateau', 'vanishing-gradient'],
    ]);
  });
});

describe('exploding-gradient', () => {
  const at = (growth: number) =>
    samples(6, (i) =>
      sample(
        i,
        told(6, (back) => ({ weight: growth ** back, output: growth ** back })),
      ),
    );
  test('a gradient that grows threefold per layer', () => {
    const found = foundBy('exploding-gradient', file('ReLU', 6), { ...stuck, samples: at(3) });
    expect(found).toMatchObject({ level: 'warning', place: { layer: 'linear1' } });
    expect(found!.evidence.value).toBeCloseTo(3 ** 5);
  });
  test('near miss: twofold', () => expect(levelOf('exploding-gradient', file('ReLU', 6), { ...stuck, samples: at(2) })).toBeUndefined());
  test('near miss: wide inputs make the first weights’ gradient large, and no other', () => {
    const wide = samples(6, (i) =>
      sample(
        i,
        told(6, (back) => ({ weight: back === 5 ? 500 : 1, output: 1 })),
      ),
    );
    expect(levelOf('exploding-gradient', file('ReLU', 6), { ...stuck, samples: wide })).toBeUndefined();
  });
});

test.each(['non-finite', 'exploding-activations'] as const)('%s: statistics that lack a layer of a treacherous name', (rule) => {
  const text = file('Tanh', 3).replace('- Linear: 16', '- Linear: {out_features: 16, name: constructor}');
  expect(() => foundBy(rule, text, { ...stuck, samples: samples(6, (i) => sample(i, [{ nonFinite: 1 }])) })).not.toThrow();
});

describe('exploding-activations', () => {
  const grown = (factor: number) => samples(6, (i) => sample(i, [{}, {}, { std: i === 0 ? 1 : factor }]));
  test('outputs that have grown a thousandfold', () => {
    const found = foundBy('exploding-activations', file('ReLU', 3), { ...stuck, samples: grown(1000) });
    expect(found).toMatchObject({ level: 'warning', place: { layer: 'linear3' } });
  });
  test('near miss: fiftyfold', () => expect(levelOf('exploding-activations', file('ReLU', 3), { ...stuck, samples: grown(50) })).toBeUndefined());
  test('near miss: inputs of that size already', () => {
    const facts = { inputs: { rms: 300 } };
    expect(levelOf('exploding-activations', file('ReLU', 3), { ...stuck, facts, samples: grown(1000) })).toBeUndefined();
  });
});

describe('zero-gradient', () => {
  const zero = (zeros: number[]) =>
    samples(6, (i) =>
      sample(
        i,
        zeros.map((share) => ({ zeros: share })),
      ),
    );
  test('no weight gets any: the run cannot learn', () => {
    expect(foundBy('zero-gradient', file('ReLU', 3), { ...stuck, samples: zero([1, 1, 1]) })).toMatchObject({
      level: 'error',
      place: { layer: 'linear1' },
    });
  });
  test('some layers get none', () => {
    const found = foundBy('zero-gradient', file('ReLU', 3), { ...stuck, samples: zero([0.9995, 1, 0]) });
    expect(found).toMatchObject({ level: 'warning', also: [{ layer: 'linear2' }] });
  });
  test('near miss: most elements of rectifiers', () => {
    expect(levelOf('zero-gradient', file('ReLU', 3), { ...stuck, samples: zero([0.98, 0.7, 0]) })).toBeUndefined();
  });
  test('near miss: one step of the last five gets some', () => {
    const once = samples(6, (i) => sample(i, [{ zeros: i === 3 ? 0 : 1 }, {}, {}]));
    expect(levelOf('zero-gradient', file('ReLU', 3), { ...stuck, samples: once })).toBeUndefined();
  });
});

describe('non-finite', () => {
  test('names the first weights that broke, before the outputs they broke', () => {
    const broken = samples(3, (i) => sample(i, [{}, { nonFinite: i === 2 ? 4 : 0 }, { nonFinite: i === 2 ? 9 : 0 }]));
    broken[2].params['linear2.weight'].weight.non_finite = 3;
    const found = foundBy('non-finite', file('ReLU', 3), { losses: [...flat(1, 14), null, null], samples: broken });
    expect(found).toMatchObject({ level: 'error', place: { layer: 'linear2' } });
    expect(found!.message).toMatch(/^At step 15 the weights of `linear2` are the first/);
  });
  test('a loss alone points at the rate', () => {
    const text = `${file('ReLU', 3)}optimizer: {SGD: {lr: 5.0}}\n`;
    expect(textAt(text, foundBy('non-finite', text, { losses: [1, null] }))).toBe('5.0');
  });
  test('near miss: large numbers', () => expect(levelOf('non-finite', file('ReLU', 3), { losses: [1e30, 1e37] })).toBeUndefined());
});

test('silence on a sound run', () => {
  const sound = samples(10, (i) =>
    sample(
      i,
      told(6, (back) => ({ weight: 0.7 ** back, output: 0.9 ** back })),
    ),
  );
  const evals = [50, 100].map((step) => ({ step, train_loss: 0.1, val_loss: 0.12, train_accuracy: 0.97, val_accuracy: 0.96 }));
  expect(findingsOf(file('ReLU', 6), { losses: falling(1.2, 0.1, 100), samples: sound, evals, steps: 100 })).toEqual([]);
});
