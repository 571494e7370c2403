import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Split } from '../../src/data/dataset';
import { splitOff } from '../../src/data/split';

/** Samples whose one feature is their row. */
function rows(labels: readonly number[], kind: 'class' | 'number' = 'class'): Split {
  const x = { sampleShape: [1], data: Float32Array.from(labels, (_, i) => i) };
  const y = { sampleShape: [], data: kind === 'class' ? Int32Array.from(labels) : Float32Array.from(labels) };
  return { count: labels.length, x, y };
}

const perClass = (split: Split) => [...split.y.data].reduce<Record<number, number>>((all, label) => ({ ...all, [label]: (all[label] ?? 0) + 1 }), {});

test('each class gives its share', () => {
  const labels = [...Array<number>(50).fill(0), ...Array<number>(30).fill(1), ...Array<number>(20).fill(2)];
  const { train, validation } = splitOff(rows(labels), 0.2, 0);
  expect(perClass(validation)).toEqual({ 0: 10, 1: 6, 2: 4 });
  expect(perClass(train)).toEqual({ 0: 40, 1: 24, 2: 16 });
});

test('another seed holds other rows, the same seed the same', () => {
  const held = (seed: number) => [...splitOff(rows(Array<number>(50).fill(0)), 0.2, seed).validation.x.data];
  expect(held(0)).toEqual(held(0));
  expect(held(0)).not.toEqual(held(1));
});

test('a class of one sample stays in training', () => {
  const { train, validation } = splitOff(rows([0, 0, 0, 0, 1]), 0.5, 0);
  expect(perClass(train)).toEqual({ 0: 2, 1: 1 });
  expect(perClass(validation)).toEqual({ 0: 2 });
});

const anyLabels = fc.array(fc.nat(3), { minLength: 8, maxLength: 80 });
test('every row is in one part, in order, with its own target, and the share holds', () => {
  fc.assert(
    fc.property(
      anyLabels,
      fc.double({ min: 0.05, max: 0.95, noNaN: true }),
      fc.nat(5),
      fc.constantFrom('class' as const, 'number' as const),
      (labels, share, seed, kind) => {
        const { train, validation } = splitOff(rows(labels, kind), share, seed);
        for (const part of [train, validation]) {
          expect(part.x.data.length).toBe(part.count);
          expect([...part.x.data]).toEqual([...part.x.data].sort((a, b) => a - b));
          expect([...part.y.data]).toEqual([...part.x.data].map((row) => labels[row]));
        }
        expect([...train.x.data, ...validation.x.data].sort((a, b) => a - b)).toEqual(labels.map((_, row) => row));
        if (kind === 'number') expect(validation.count).toBe(Math.min(labels.length - 1, Math.round(share * labels.length)));
        else {
          const held = perClass(validation);
          for (const [label, size] of Object.entries(perClass(rows(labels))))
            expect(Math.abs((held[Number(label)] ?? 0) - size * share)).toBeLessThanOrEqual(1);
        }
      },
    ),
  );
});
