import { expect, test } from 'vitest';
import { distance, isBetter, rank } from '../../src/diagnose/ranking';

/** An edit that inserts so many characters. */
const edit = (size: number) => [{ range: { start: 0, end: 0 }, text: 'x'.repeat(size) }];

test('best first; a loss that is not finite comes last', () => {
  const [best, middle, worst] = [0.1, 0.5, Infinity].map((relativeLoss) => ({ relativeLoss, edits: edit(1) }));
  expect(rank([middle, worst, best])).toEqual([best, middle, worst]);
});

test('of those that noise cannot tell apart the smallest edit comes first', () => {
  const large = { relativeLoss: 0.5, edits: edit(40) };
  const small = { relativeLoss: 0.509, edits: edit(2) };
  const worse = { relativeLoss: 0.515, edits: edit(1) };
  expect(rank([worse, large, small])).toEqual([small, large, worse]);
  expect(
    rank([
      { relativeLoss: 1e-6, edits: edit(3) },
      { relativeLoss: 1e-3, edits: edit(1) },
    ]).map(({ relativeLoss }) => relativeLoss),
  ).toEqual([1e-3, 1e-6]);
});

test('where the loss of guessing of one of them is not known, scores are compared', () => {
  const [guessed, sum] = [
    { relativeLoss: 0.2, score: 0.7, edits: edit(1) },
    { score: 0.9, edits: edit(1) },
  ];
  expect(rank([guessed, sum])).toEqual([sum, guessed]);
  expect(rank([guessed, { relativeLoss: 0.1, score: 0.6, edits: edit(1) }], { score: 0.1 })[0]).toBe(guessed);
});

test('what is within noise is no gain, and anything finite is one over what is not', () => {
  expect([isBetter(0.985, 1), isBetter(0.9, 1), isBetter(1, 0.9), isBetter(0.9, Infinity), isBetter(Infinity, Infinity)]).toEqual([
    false,
    true,
    false,
    true,
    false,
  ]);
  expect(distance([{ score: 0.25 }])({ score: 0.25 })).toBe(0.75);
});
