import { expect, test } from 'vitest';
import { isImage, pictureOf } from '../../src/data/picture';

const grayscale = (length: number) => Array.from({ length }, (_, i) => i);

test('three channels stand side by side, of two the first is shown', () => {
  expect(pictureOf([0, 51, 102, 153, 204, 255], [3, 1, 2], 100)!.pixels).toEqual([0, 102, 204, 51, 153, 255]);
  expect(pictureOf([0, 1, 900, 900], [2, 1, 2], 100)).toEqual({ width: 2, height: 1, channels: 1, pixels: [0, 255] });
});

test('numbers are black and white at the ends that are given', () => {
  expect(pictureOf([-2, 0, 1, 2], [1, 2, 2], 100, [-2, 2])!.pixels).toEqual([0, 128, 191, 255]);
  expect(pictureOf([5, 5], [1, 1, 2], 100)!.pixels).toEqual([0, 0]);
});

test('a picture that is too large is made smaller by means', () => {
  const picture = pictureOf(grayscale(15), [1, 3, 5], 6)!;
  expect(picture).toMatchObject({ width: 3, height: 2, channels: 1 });
  // 0 1 | 2 3 | 4   over   5 6 | 7 8 | 9, then 10 11 | 12 13 | 14; 255 is 14.
  const means = [3, 5, 6.5, 10.5, 12.5, 14];
  expect(picture.pixels).toEqual(means.map((mean) => Math.round((255 * mean) / 14)));
});

test('a number that is not finite has no picture', () => {
  expect(pictureOf([0, NaN], [1, 1, 2], 100)).toBeUndefined();
  expect(pictureOf([0, Infinity], [1, 1, 2], 100)).toBeUndefined();
});

test('an image has rows and columns', () => {
  expect([[1, 8, 8], [3, 2, 2], [8, 1, 5], [5, 5], [64]].map((shape) => isImage(shape))).toEqual([true, true, false, false, false]);
});
