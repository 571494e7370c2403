import { describe, expect, test } from 'vitest';
import { stream } from '../../../src/base/random';
import { AUGMENT_IMAGE } from '../../../src/data/augment/augment';
import { resample, rotate } from '../../../src/data/augment/geometry';
import { argsOf, augmented, imageOf, randomImage } from './images';

const three = randomImage(2, 3, 4);
const at = (pixels: ArrayLike<number>, channel: number, row: number, column: number) => pixels[(channel * 3 + row) * 4 + column];

const text = (pixels: ArrayLike<number>) => JSON.stringify([...Array.from(pixels)]);

/** Every image that a crop of 2×3×4 can be, by its offset. */
function crops(padding: [number, number], pad: (row: number, column: number) => readonly [number, number] | undefined, fill = 0): Set<string> {
  const all = new Set<string>();
  for (let top = -padding[1]; top <= padding[1]; top++)
    for (let left = -padding[0]; left <= padding[0]; left++) {
      const pixels: number[] = [];
      for (let c = 0; c < 2; c++)
        for (let row = 0; row < 3; row++)
          for (let column = 0; column < 4; column++) {
            const place = pad(row + top, column + left);
            pixels.push(place ? at(three.pixels, c, ...place) : Math.fround(fill));
          }
      all.add(text(pixels));
    }
  return all;
}

describe('RandomCrop', () => {
  const within = (row: number, column: number) => row >= 0 && row < 3 && column >= 0 && column < 4;
  const between = (least: number, value: number, most: number) => Math.max(least, Math.min(most, value));
  test.each([
    ['constant', 0, (r: number, c: number) => (within(r, c) ? ([r, c] as const) : undefined)],
    ['constant', 0.25, (r: number, c: number) => (within(r, c) ? ([r, c] as const) : undefined)],
    ['edge', 0, (r: number, c: number) => [between(0, r, 2), between(0, c, 3)] as const],
    // Mirrored about the outermost points: 2 1 | 0 1 2 | 1 0.
    ['reflect', 0, (r: number, c: number) => [[2, 1, 0, 1, 2, 1, 0][r + 2], [2, 1, 0, 1, 2, 3, 2, 1][c + 2]] as const],
    // Mirrored with them: 1 0 | 0 1 2 | 2 1.
    ['symmetric', 0, (r: number, c: number) => [[1, 0, 0, 1, 2, 2, 1][r + 2], [1, 0, 0, 1, 2, 3, 3, 2][c + 2]] as const],
  ])('%s, fill %d: every offset comes about equally often, and nothing else', (padding_mode, fill, pad) => {
    const expected = crops([2, 1], pad, fill);
    const counts = new Map<string, number>();
    const draws = 3000;
    for (let draw = 0; draw < draws; draw++) {
      const seen = text(augmented(three, 'RandomCrop', { padding: [2, 1], padding_mode, fill }, draw));
      counts.set(seen, (counts.get(seen) ?? 0) + 1);
    }
    expect(new Set(counts.keys())).toEqual(expected);
    expect(expected.size).toBe(15);
    const mean = draws / 15;
    for (const count of counts.values()) expect(Math.abs(count - mean)).toBeLessThan(4 * Math.sqrt(mean * (14 / 15)));
  });

  test('one number pads all sides alike', () => {
    const seen = new Set(Array.from({ length: 600 }, (_, draw) => text(augmented(three, 'RandomCrop', { padding: 1 }, draw))));
    expect(seen.size).toBe(9);
  });
});

describe('HorizontalFlip', () => {
  const mirrored = Array.from({ length: 24 }, (_, i) => three.pixels[i - (i % 4) + 3 - (i % 4)]);
  test('either the image or its mirror, as often as p says within 3σ of 100,000', () => {
    const image = imageOf(1, 1, 2, [0, 1]);
    const random = stream(3, 'flips');
    const [draws, p] = [100_000, 0.3];
    const args = argsOf('HorizontalFlip', { p });
    let flips = 0;
    for (let draw = 0; draw < draws; draw++) {
      image.pixels.set([0, 1]);
      AUGMENT_IMAGE.HorizontalFlip(image, args, random);
      flips += image.pixels[0];
    }
    expect(Math.abs(flips - draws * p)).toBeLessThan(3 * Math.sqrt(draws * p * (1 - p)));
  });

  test('p: 1 mirrors each row of each channel, p: 0 nothing; the default is one half', () => {
    expect(augmented(three, 'HorizontalFlip', { p: 1 }, 0)).toEqual(mirrored);
    expect(augmented(three, 'HorizontalFlip', { p: 0 }, 0)).toEqual([...three.pixels]);
    expect(argsOf('HorizontalFlip').p).toBe(0.5);
  });
});

describe('Rotation', () => {
  const square = randomImage(2, 4, 4);
  test.each(['nearest', 'bilinear'] as const)('%s: 90° counter-clockwise is exact', (interpolation) => {
    const turned = augmented(square, 'Rotation', { degrees: [90, 90], interpolation }, 0);
    for (let c = 0; c < 2; c++)
      for (let row = 0; row < 4; row++)
        for (let column = 0; column < 4; column++)
          // numpy.rot90: what was the last column is the first row.
          expect(turned[(c * 4 + row) * 4 + column]).toBeCloseTo(square.pixels[(c * 4 + column) * 4 + 3 - row], 6);
  });

  test('180° of an image that is no square turns all numbers round', () => {
    expect(augmented(three, 'Rotation', { degrees: [180, 180] }, 0)).toEqual([
      ...three.pixels.slice(0, 12).reverse(),
      ...three.pixels.slice(12).reverse(),
    ]);
  });

  test('bilinear: each point is the mean of four, by distance; outside is fill', () => {
    const image = randomImage(1, 3, 5);
    const [degrees, fill] = [27, 0.4];
    const angle = (degrees * Math.PI) / 180;
    const point = (row: number, column: number) => (row >= 0 && row < 3 && column >= 0 && column < 5 ? image.pixels[row * 5 + column] : fill);
    const expected: number[] = [];
    for (let row = 0; row < 3; row++)
      for (let column = 0; column < 5; column++) {
        // A turn by −angle, in axes that point up, of the place it comes from.
        const [right, up] = [column - 2, 1 - row];
        const x = 2 + right * Math.cos(-angle) - up * Math.sin(-angle);
        const y = 1 - (right * Math.sin(-angle) + up * Math.cos(-angle));
        let sum = 0;
        for (const r of [Math.floor(y), Math.floor(y) + 1])
          for (const c of [Math.floor(x), Math.floor(x) + 1]) sum += (1 - Math.abs(y - r)) * (1 - Math.abs(x - c)) * point(r, c);
        expected.push(sum);
      }
    augmented(image, 'Rotation', { degrees: [degrees, degrees], interpolation: 'bilinear', fill }, 0).forEach((value, i) =>
      expect(value).toBeCloseTo(expected[i], 6),
    );
    const nearest = randomImage(1, 3, 5);
    rotate(nearest, degrees, { interpolation: 'nearest', fill });
    for (const value of nearest.pixels) expect([...image.pixels, Math.fround(fill)]).toContain(value);
  });

  test('angles are drawn evenly from the range, to both sides', () => {
    const image = randomImage(1, 9, 9);
    const angles = Array.from({ length: 60 }, (_, draw) => -30 + 60 * stream(7, 'draw', draw).uniform());
    angles.forEach((degrees, draw) => {
      const turned = { ...image, pixels: image.pixels.slice() };
      rotate(turned, degrees, { interpolation: 'bilinear', fill: 0 });
      expect(augmented(image, 'Rotation', { degrees: 30, interpolation: 'bilinear' }, draw)).toEqual([...turned.pixels]);
    });
    expect(Math.min(...angles)).toBeLessThan(-25);
    expect(Math.max(...angles)).toBeGreaterThan(25);
  });
});

describe('Scale', () => {
  test('twice as large: the middle quarter, four times', () => {
    const image = imageOf(
      1,
      4,
      4,
      [...Array(16).keys()].map((i) => i / 16),
    );
    const expected = [5, 5, 6, 6, 5, 5, 6, 6, 9, 9, 10, 10, 9, 9, 10, 10].map((i) => i / 16);
    expect(augmented(image, 'Scale', { scale: [2, 2] }, 0)).toEqual(expected);
  });

  test('half as large: the rest is fill', () => {
    const image = imageOf(1, 4, 4, Array<number>(16).fill(1));
    const small = augmented(image, 'Scale', { scale: [0.5, 0.5], fill: 0.25 }, 0);
    expect(small.filter((value) => value === 1)).toHaveLength(4);
    expect(small.filter((value) => value === 0.25)).toHaveLength(12);
  });

  test('factors lie in the range', () => {
    const line = imageOf(
      1,
      1,
      101,
      Array.from({ length: 101 }, (_, i) => i / 100),
    );
    const factors = Array.from({ length: 300 }, (_, draw) => {
      const scaled = augmented(line, 'Scale', { scale: [1.25, 2.5], interpolation: 'bilinear' }, draw);
      // The slope is that of the line, divided by the factor.
      return 0.01 / (scaled[51] - scaled[50]);
    });
    expect(Math.min(...factors)).toBeGreaterThan(1.24);
    expect(Math.max(...factors)).toBeLessThan(2.51);
    expect(Math.min(...factors)).toBeLessThan(1.3);
    expect(Math.max(...factors)).toBeGreaterThan(2.4);
  });
});

test('an affine map by hand: a shift by whole points moves the numbers', () => {
  const image = randomImage(1, 3, 4);
  const before = [...image.pixels];
  resample(image, [1, 0, 0, 1], [-1, 2], { interpolation: 'bilinear', fill: 0 });
  for (let row = 0; row < 3; row++)
    for (let column = 0; column < 4; column++)
      expect(image.pixels[row * 4 + column]).toBeCloseTo(row + 2 < 3 && column >= 1 ? before[(row + 2) * 4 + column - 1] : 0, 6);
});

describe('Cutout', () => {
  const plain = imageOf(2, 6, 8, Array<number>(96).fill(1));
  test.each([2, 3, 4])('size %d: a square around every point of the image, what lies outside left off, the same in all channels', (size) => {
    const expected = new Set<string>();
    for (let y = 0; y < 6; y++)
      for (let x = 0; x < 8; x++) {
        const pixels = Array.from({ length: 96 }, (_, i) => {
          const [row, column] = [Math.floor((i % 48) / 8), i % 8];
          const [top, left] = [y - Math.floor(size / 2), x - Math.floor(size / 2)];
          return row >= top && row < top + size && column >= left && column < left + size ? 0.5 : 1;
        });
        expected.add(text(pixels));
      }
    const seen = new Set(Array.from({ length: 1500 }, (_, draw) => text(augmented(plain, 'Cutout', { size, fill: 0.5 }, draw))));
    expect(seen).toEqual(expected);
  });

  test('its area is the square of its size where it is inside', () => {
    const areas = Array.from({ length: 200 }, (_, draw) => augmented(plain, 'Cutout', { size: 3 }, draw).filter((value) => value === 0).length / 2);
    expect(Math.max(...areas)).toBe(9);
    expect(Math.min(...areas)).toBe(4);
  });

  test('several holes', () => {
    const areas = Array.from({ length: 200 }, (_, draw) => augmented(plain, 'Cutout', { size: 2, holes: 3 }, draw).filter((v) => v === 0).length / 2);
    expect(Math.max(...areas)).toBe(12);
  });
});
