import { describe, expect, test } from 'vitest';
import { stream } from '../../../src/base/random';
import { AUGMENT_NUMBERS } from '../../../src/data/augment/augment';
import * as colour from '../../../src/data/augment/colour';
import { OPERATIONS } from '../../../src/data/augment/randAugment';
import { argsOf, augmented, imageOf, randomImage } from './images';

const cut = (value: number) => Math.max(0, Math.min(1, value));
const grey = (r: number, g: number, b: number) => 0.2989 * r + 0.587 * g + 0.114 * b;

const near = (actual: ArrayLike<number>, expected: readonly number[], digits = 6) => {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, i) => expect(actual[i]).toBeCloseTo(value, digits));
};

const SIZE = 12;
const rgb = () => randomImage(3, 3, 4, 5);
const [r, g, b] = [0, 1, 2].map((c) => [...rgb().pixels.slice(c * SIZE, (c + 1) * SIZE)]);
const greys = r.map((_, i) => grey(r[i], g[i], b[i]));
const mean = greys.reduce((sum, value) => sum + value, 0) / SIZE;

describe('by the formula', () => {
  test.each([0, 0.4, 1, 1.7])('factor %d of brightness, contrast and saturation', (f) => {
    const all = [...r, ...g, ...b];
    const of = (change: (image: ReturnType<typeof rgb>, factor: number) => void) => {
      const image = rgb();
      change(image, f);
      return image.pixels;
    };
    near(
      of(colour.adjustBrightness),
      all.map((v) => cut(f * v)),
    );
    near(
      of(colour.adjustContrast),
      all.map((v) => cut(f * v + (1 - f) * mean)),
    );
    near(
      of(colour.adjustSaturation),
      all.map((v, i) => cut(f * v + (1 - f) * greys[i % SIZE])),
    );
  });

  test('a turn of the hue by a third makes red green, green blue, blue red; by 0 and by 1 nothing', () => {
    const image = imageOf(3, 1, 4, [1, 0, 0, 0.5, 0, 1, 0, 0.5, 0, 0, 1, 0.5]);
    colour.adjustHue(image, 1 / 3);
    near(image.pixels, [0, 0, 1, 0.5, 1, 0, 0, 0.5, 0, 1, 0, 0.5]);
    for (const turn of [0, 1, -1]) {
      const same = rgb();
      colour.adjustHue(same, turn);
      near(same.pixels, [...rgb().pixels]);
    }
  });

  test('hue: by hand for one colour', () => {
    // r 0.8, g 0.6, b 0.2: v = 0.8, s = 0.75, h = (0.4 / 0.6) / 6 = 1/9; a turn by 0.1 gives h·6 = 1.2667 in sector 1: (q, v, p).
    const image = imageOf(3, 1, 1, [0.8, 0.6, 0.2]);
    colour.adjustHue(image, 0.1);
    const fraction = 6 * (1 / 9 + 0.1) - 1;
    near(image.pixels, [0.8 * (1 - 0.75 * fraction), 0.8, 0.8 * 0.25]);
  });

  test('sharpness: against the mean of the neighbourhood, the middle five times; the border stays', () => {
    const image = randomImage(1, 4, 5);
    const before = [...image.pixels];
    colour.adjustSharpness(image, 0);
    for (let row = 0; row < 4; row++)
      for (let column = 0; column < 5; column++) {
        let expected = before[row * 5 + column];
        if (row > 0 && row < 3 && column > 0 && column < 4) {
          let sum = 0;
          for (let y = -1; y <= 1; y++) for (let x = -1; x <= 1; x++) sum += (x === 0 && y === 0 ? 5 : 1) * before[(row + y) * 5 + column + x];
          expected = sum / 13;
        }
        expect(image.pixels[row * 5 + column]).toBeCloseTo(expected, 6);
      }
  });

  test('solarize, posterize, autocontrast', () => {
    const of = (change: (image: ReturnType<typeof imageOf>) => void, pixels: number[]) => {
      const image = imageOf(1, 1, pixels.length, pixels);
      change(image);
      return image.pixels;
    };
    near(
      of((image) => colour.solarize(image, 0.5), [0.1, 0.5, 0.9]),
      [0.1, 0.5, 0.1],
    );
    // 8 bits to 2: 0…63 → 0, 64…127 → 64, 128…191 → 128, 192…255 → 192.
    near(
      of(
        (image) => colour.posterize(image, 2),
        [63, 64, 200, 255].map((v) => v / 255),
      ),
      [0, 64, 192, 192].map((v) => v / 255),
    );
    near(of(colour.autocontrast, [0.2, 0.3, 0.6]), [0, 0.25, 1]);
    near(of(colour.autocontrast, [0.3, 0.3]), [0.3, 0.3]);
  });

  test('equalize: PIL’s table', () => {
    // 512 points: 256 at level 10, 128 at 20, 128 at 30. step = (512 − 128) / 255 = 1, so level i becomes the number of points below it, at most 255.
    const pixels = [...Array<number>(256).fill(10), ...Array<number>(128).fill(20), ...Array<number>(128).fill(30)].map((v) => v / 255);
    const image = imageOf(1, 16, 32, pixels);
    colour.equalize(image);
    expect([image.pixels[0], image.pixels[256], image.pixels[511]]).toEqual([0, 1, 1]);
    const wide = imageOf(
      1,
      1,
      1020,
      Array.from({ length: 1020 }, (_, i) => Math.floor(i / 4) / 255),
    );
    colour.equalize(wide);
    // 4 points of each of 255 levels: step = floor(1016 / 255) = 3, so level i becomes floor((4i + 1) / 3).
    near(
      wide.pixels,
      Array.from({ length: 1020 }, (_, i) => Math.min(255, Math.floor((4 * Math.floor(i / 4) + 1) / 3)) / 255),
    );
  });
});

describe('ColorJitter', () => {
  test.each([
    [0.4, 0.6, 1.4],
    [2, 0, 3],
    [[0.2, 0.5], 0.2, 0.5],
  ])('brightness %j: the factor lies between %d and %d', (brightness, from, to) => {
    const image = imageOf(1, 1, 1, [0.25]);
    const factors = Array.from({ length: 500 }, (_, draw) => augmented(image, 'ColorJitter', { brightness }, draw)[0] / 0.25);
    const span = to - from;
    expect(Math.min(...factors)).toBeGreaterThanOrEqual(from - 1e-6);
    expect(Math.max(...factors)).toBeLessThanOrEqual(to + 1e-6);
    expect(Math.min(...factors)).toBeLessThan(from + 0.02 * span);
    expect(Math.max(...factors)).toBeGreaterThan(to - 0.02 * span);
  });

  test('contrast, saturation and hue in their ranges', () => {
    const deviation = (pixels: readonly number[]) => Math.max(...pixels) - Math.min(...pixels);
    const dull = imageOf(1, 1, 2, [0.45, 0.55]);
    const contrasts = Array.from({ length: 300 }, (_, draw) => deviation(augmented(dull, 'ColorJitter', { contrast: 0.5 }, draw)) / 0.1);
    expect(Math.min(...contrasts)).toBeGreaterThan(0.499);
    expect(Math.max(...contrasts)).toBeLessThan(1.501);
    expect(deviation(contrasts)).toBeGreaterThan(0.9);
    const faint = imageOf(3, 1, 1, [0.5, 0.45, 0.5]);
    const saturations = Array.from({ length: 300 }, (_, draw) => deviation(augmented(faint, 'ColorJitter', { saturation: 0.5 }, draw)) / 0.05);
    expect(Math.min(...saturations)).toBeGreaterThan(0.499);
    expect(Math.max(...saturations)).toBeLessThan(1.501);
    expect(deviation(saturations)).toBeGreaterThan(0.9);
    // Red turned by at most a tenth of the circle stays red most of all: green or blue are at most 6 · 0.1.
    const reds = Array.from({ length: 300 }, (_, draw) => augmented(imageOf(3, 1, 1, [1, 0, 0]), 'ColorJitter', { hue: 0.1 }, draw));
    for (const [red] of reds) expect(red).toBe(1);
    for (const channel of [1, 2]) {
      const most = Math.max(...reds.map((pixels) => pixels[channel]));
      expect(most).toBeLessThan(0.6001);
      expect(most).toBeGreaterThan(0.55);
    }
  });

  test('nothing asked, nothing changed', () => expect(augmented(rgb(), 'ColorJitter', {}, 0)).toEqual([...rgb().pixels]));
});

describe('GaussianNoise', () => {
  test('of mean and deviation, cut to [0, 1]', () => {
    const image = imageOf(1, 100, 100, Array<number>(10_000).fill(0.5));
    const noise = augmented(image, 'GaussianNoise', { sigma: 0.05, mean: 0.1 }, 0).map((value) => value - 0.5);
    const average = noise.reduce((sum, value) => sum + value, 0) / noise.length;
    const variance = noise.reduce((sum, value) => sum + (value - average) ** 2, 0) / noise.length;
    expect(Math.abs(average - 0.1)).toBeLessThan((4 * 0.05) / 100);
    expect(Math.abs(Math.sqrt(variance) / 0.05 - 1)).toBeLessThan(4 / Math.sqrt(2 * 10_000));
    const strong = augmented(image, 'GaussianNoise', { sigma: 2 }, 0);
    expect([Math.min(...strong), Math.max(...strong)]).toEqual([0, 1]);
    expect(Math.max(...augmented(image, 'GaussianNoise', { sigma: 2, clip: false }, 0))).toBeGreaterThan(1);
  });
});

describe('TokenDropout', () => {
  test('as many as p says within 3σ become the token, the others stay', () => {
    const tokens = Float32Array.from({ length: 100_000 }, (_, i) => 3 + (i % 5));
    const before = [...tokens];
    AUGMENT_NUMBERS.TokenDropout(tokens, argsOf('TokenDropout', { p: 0.2, token: 1 }), stream(0, 'tokens'));
    const dropped = tokens.filter((token) => token === 1).length;
    expect(Math.abs(dropped - 20_000)).toBeLessThan(3 * Math.sqrt(100_000 * 0.2 * 0.8));
    expect(tokens.every((token, i) => token === 1 || token === before[i])).toBe(true);
  });
});

describe('RandAugment', () => {
  test('the operations at the magnitude, by their formulas', () => {
    const wide = imageOf(
      1,
      5,
      7,
      Array.from({ length: 35 }, (_, i) => (i + 1) / 36),
    );
    const of = (name: keyof typeof OPERATIONS, m: number, sign = 1) => {
      const image = { ...wide, pixels: wide.pixels.slice(), scratch: new Float32Array(35) };
      const { most, apply } = OPERATIONS[name];
      apply(image, (sign * most(image) * m) / 30, { interpolation: 'nearest', fill: 0 });
      return image.pixels;
    };
    const moved = (source: (row: number, column: number) => readonly [number, number]) =>
      Array.from({ length: 35 }, (_, i) => {
        const [row, column] = source(Math.floor(i / 7), i % 7);
        return row >= 0 && row < 5 && column >= 0 && column < 7 ? wide.pixels[row * 7 + column] : 0;
      });
    // 150/331 of the width 7 is 3.17, at 20 of 30 it is 2.11: two points.
    near(
      of('TranslateX', 20),
      moved((row, column) => [row, column - 2]),
    );
    near(
      of('TranslateX', 20, -1),
      moved((row, column) => [row, column + 2]),
    );
    near(
      of('TranslateY', 30),
      moved((row, column) => [row - 2, column]),
    );
    near(
      of('ShearX', 30),
      moved((row, column) => [row, Math.round(column + 0.3 * (row + 0.5))]),
    );
    near(
      of('ShearY', 30, -1),
      moved((row, column) => [Math.round(row - 0.3 * (column + 0.5)), column]),
    );
    near(
      of('Brightness', 10),
      [...wide.pixels].map((v) => cut(1.3 * v)),
    );
    near(
      of('Solarize', 15),
      [...wide.pixels].map((v) => (v >= 0.5 ? 1 - v : v)),
    );
    near(
      of('Posterize', 30),
      [...wide.pixels].map((v) => (Math.floor(Math.round(255 * v) / 16) * 16) / 255),
    );
    near(of('Identity', 30), [...wide.pixels]);
  });

  test('all fourteen occur, in either direction; n: 0 does nothing', () => {
    const image = randomImage(3, 16, 16);
    const seen = new Set(Array.from({ length: 600 }, (_, draw) => JSON.stringify(augmented(image, 'RandAugment', { n: 1, m: 20 }, draw))));
    // Nine go both ways; equalize of so few points does nothing (256 / 255 is a step of 1, and it does).
    expect(seen.size).toBe(5 + 2 * 9);
    expect(augmented(image, 'RandAugment', { n: 0 }, 0)).toEqual([...image.pixels]);
    expect(argsOf('RandAugment')).toEqual({ n: 2, m: 9, interpolation: 'nearest', fill: 0 });
  });
});
