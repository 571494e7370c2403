import { describe, expect, test } from 'vitest';
import { classMark } from '../../webview/colourScales';
import { mistakes, precision, recall } from '../../webview/confusionCounts';
import { pictureBytes, planeBytes } from '../../webview/picture';
import { cellsOf, confidenceOpacity, planeScale, regionCentres } from '../../webview/plane';
import { regressionScore } from '../../webview/regressionScore';
import type { Theme } from '../../webview/theme';

describe('predictions of numbers', () => {
  test('R² and RMSE are those of scikit-learn', () => {
    // The example of its r2_score: 0.948…; its mean squared error there is 0.375.
    const [targets, predictions] = [
      [3, -0.5, 2, 7],
      [2.5, 0, 2, 8],
    ];
    const score = regressionScore(targets.map((target, index) => ({ target, prediction: predictions[index] })));
    expect(score.r2).toBeCloseTo(0.9486081370449679, 12);
    expect(score.rmse).toBeCloseTo(0.6123724356957945, 12);
  });

  test('the mean of the targets explains nothing of them', () => {
    expect(regressionScore([1, 2, 6].map((target) => ({ target, prediction: 3 }))).r2).toBeCloseTo(0, 12);
  });

  test('one that is not finite spoils both, and is counted', () => {
    const dots = [
      { target: 1, prediction: 1 },
      { target: 2, prediction: null },
    ];
    expect(regressionScore(dots)).toEqual({ r2: null, rmse: null, broken: 1 });
  });

  test('targets that are all the same have no R²', () => {
    expect(regressionScore([{ target: 2, prediction: 3 }])).toEqual({ r2: undefined, rmse: 1, broken: 0 });
  });
});

describe('confusion', () => {
  // scikit-learn's example of confusion_matrix, a class that never occurs added.
  const confusion = [
    [2, 0, 0, 0],
    [0, 0, 1, 0],
    [1, 0, 2, 0],
    [0, 0, 0, 0],
  ];

  test('recall is a share of the row, precision of the column', () => {
    expect([0, 1, 2, 3].map((index) => recall(confusion, index))).toEqual([1, 0, 2 / 3, undefined]);
    expect([0, 1, 2, 3].map((index) => precision(confusion, index))).toEqual([2 / 3, undefined, 2 / 3, undefined]);
  });

  test('the commonest mistake comes first, and right ones are none', () => {
    expect(
      mistakes([
        [9, 2],
        [5, 1],
      ]),
    ).toEqual([
      { actual: 1, predicted: 0, count: 5 },
      { actual: 0, predicted: 1, count: 2 },
    ]);
  });
});

describe('the plane', () => {
  test('numbers on both sides of zero are coloured about it, others about their middle', () => {
    expect(planeScale({ values: [-1, null, 2], points: [] })).toEqual({ middle: 0, reach: 2 });
    const point = { x: 0, y: 0, target: 30, isValidation: false };
    expect(planeScale({ values: [10, 20], points: [point] })).toEqual({ middle: 20, reach: 10 });
    expect(planeScale({ values: [null], points: [] })).toEqual({ middle: 0, reach: 1 });
    expect(planeScale({ values: [5, 5], points: [] })).toEqual({ middle: 5, reach: 1 });
  });

  test('a guess is faint and certainty is not, whatever the number of classes', () => {
    expect(confidenceOpacity(50, 2)).toBeCloseTo(confidenceOpacity(10, 10), 12);
    expect(confidenceOpacity(100, 2)).toBeCloseTo(confidenceOpacity(100, 10), 12);
    expect(confidenceOpacity(75, 2)).toBeGreaterThan(confidenceOpacity(55, 2));
  });

  // A 5 × 5 plane: class 1 in the left column, 0 elsewhere, one point not finite.
  const values = Array.from({ length: 25 }, (_, index) => (index === 24 ? null : index % 5 === 0 ? 1 : 0));

  test('a region is named where it has the most room', () => {
    const centres = regionCentres(values, 5, new Set());
    // Row 2, column 2 or 3 are two steps from class 1 or from the edge.
    expect(centres.get(0)).toEqual({ index: 7, room: 2 });
    expect(centres.get(1)!.room).toBe(1);
    expect(centres.has(2)).toBe(false);
  });

  test('cells that are taken are kept clear of', () => {
    const taken = cellsOf({
      names: ['a', 'b'],
      x: [0, 4],
      y: [10, 14],
      size: 5,
      values,
      points: [{ x: 2.2, y: 11.4, target: 0, isValidation: true }],
    });
    expect([...taken]).toEqual([7]);
    expect(regionCentres(values, 5, taken).get(0)).toEqual({ index: 8, room: 2 });
  });

  test('its first row is drawn lowest', () => {
    const bytes = planeBytes(2, (index) => [index, 0, 0, 255]);
    expect([bytes[0], bytes[4], bytes[8], bytes[12]]).toEqual([2, 3, 0, 1]);
  });
});

test('a picture of one channel is coloured, one of three is a colour', () => {
  const grey = pictureBytes({ width: 2, height: 1, channels: 1, pixels: [7, 9] }, (level) => [level, 0, 0, 100]);
  expect([...grey]).toEqual([7, 0, 0, 100, 9, 0, 0, 100]);
  const colour = pictureBytes({ width: 1, height: 1, channels: 3, pixels: [1, 2, 3] }, () => [0, 0, 0, 0]);
  expect([...colour]).toEqual([1, 2, 3, 255]);
});

test('no two of 20 classes look alike, even where a theme has one colour twice', () => {
  const theme = { train: 'blue', validation: 'green', compared: ['purple', 'green', 'yellow', 'black', 'red'] } as Theme;
  const marks = Array.from({ length: 20 }, (_, index) => JSON.stringify(classMark(theme, index)));
  expect(new Set(marks).size).toBe(20);
  // Up to four have shapes of their own.
  expect(new Set(marks.slice(0, 4).map((mark) => (JSON.parse(mark) as { shape: string }).shape)).size).toBe(4);
});
