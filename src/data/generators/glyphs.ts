import type { Random } from '../../base/random';
import { byClass, type GeneratorRule, pixel } from './rule';

const SIDE = 16;

type Place = readonly [x: number, y: number];

/** Part of an ellipse in straight pieces; angles in turns, from the right downwards. */
function arc([x, y]: Place, [width, height]: Place, from: number, to: number): Place[] {
  const pieces = Math.ceil(14 * Math.abs(to - from));
  return Array.from({ length: pieces + 1 }, (_, i): Place => {
    const angle = 2 * Math.PI * (from + ((to - from) * i) / pieces);
    return [x + width * Math.cos(angle), y + height * Math.sin(angle)];
  });
}

/** The strokes of each digit, in a box of side 1 with y downwards. */
const DIGITS: readonly (readonly (readonly Place[])[])[] = [
  [arc([0.5, 0.5], [0.36, 0.5], 0, 1)],
  [
    [
      [0.25, 0.25],
      [0.55, 0],
      [0.55, 1],
    ],
  ],
  [[...arc([0.5, 0.28], [0.34, 0.28], 0.52, 1.08), [0.14, 1], [0.88, 1]]],
  [[...arc([0.46, 0.25], [0.32, 0.25], 0.58, 1.24), [0.34, 0.49]], arc([0.46, 0.74], [0.38, 0.26], 0.76, 1.42)],
  [
    [
      [0.68, 1],
      [0.68, 0],
      [0.08, 0.68],
      [0.95, 0.68],
    ],
  ],
  [[[0.82, 0], [0.22, 0], [0.18, 0.46], ...arc([0.46, 0.68], [0.37, 0.32], 0.63, 1.42)]],
  [
    [
      [0.72, 0],
      [0.36, 0.24],
      [0.17, 0.52],
      [0.14, 0.7],
    ],
    arc([0.5, 0.7], [0.36, 0.3], 0, 1),
  ],
  [
    [
      [0.1, 0],
      [0.9, 0],
      [0.4, 1],
    ],
  ],
  [arc([0.5, 0.24], [0.3, 0.24], 0, 1), arc([0.5, 0.74], [0.37, 0.26], 0, 1)],
  [
    arc([0.5, 0.3], [0.36, 0.3], 0, 1),
    [
      [0.86, 0.3],
      [0.83, 0.48],
      [0.64, 0.76],
      [0.28, 1],
    ],
  ],
];

/** In [−most, most). */
const around = (most: number, random: Random): number => most * (2 * random.uniform() - 1);

/** A hand that turns, slants, stretches and moves what it writes, and is not steady. */
function hand(random: Random): (place: Place) => Place {
  const angle = around(0.17, random);
  const slant = around(0.22, random);
  const [width, height] = [8.2 * (1 + around(0.15, random)), 10.6 * (1 + around(0.1, random))];
  const [left, top] = [SIDE / 2 + around(1.2, random), SIDE / 2 + around(1.2, random)];
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  return ([x, y]) => {
    const down = height * (y - 0.5 + around(0.02, random));
    const right = width * (x - 0.5 + around(0.02, random)) - slant * down;
    return [left + cosine * right - sine * down, top + sine * right + cosine * down];
  };
}

type Segment = readonly [from: Place, to: Place];

function distance([x, y]: Place, [[fromX, fromY], [toX, toY]]: Segment): number {
  const [dx, dy] = [toX - fromX, toY - fromY];
  const along = Math.max(0, Math.min(1, ((x - fromX) * dx + (y - fromY) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - fromX - along * dx, y - fromY - along * dy);
}

function write(digit: number, noise: number, random: Random): Uint8Array {
  const place = hand(random);
  const segments = DIGITS[digit].flatMap((stroke) => {
    const placed = stroke.map(place);
    return placed.slice(1).map((to, i): Segment => [placed[i], to]);
  });
  const half = 0.55 + 0.3 * random.uniform();
  return Uint8Array.from({ length: SIDE * SIDE }, (_, at) => {
    const middle: Place = [(at % SIDE) + 0.5, Math.floor(at / SIDE) + 0.5];
    const nearest = segments.reduce((least, segment) => Math.min(least, distance(middle, segment)), Infinity);
    // The share of the pixel that the pen covers, its edge being straight.
    return pixel(Math.max(0, Math.min(1, half + 0.5 - nearest)), noise, random);
  });
}

export const glyphs: GeneratorRule = {
  doc: 'Digits drawn with a pen, light on dark, 1×16×16, each turned, slanted, stretched and moved a little at random; `classes: k` draws 0 to k − 1. `noise`: standard deviation added to each pixel, which is in 0…1 and stays there.',
  kind: 'pixels',
  sampleShape: [1, SIDE, SIDE],
  target: 'class',
  noise: 0.1,
  classes: { default: 10, most: 10 },
  draw: byClass(({ label, noise }, random) => [write(label, noise, random), label]),
};
