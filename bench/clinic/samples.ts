import { readFileSync } from 'node:fs';
import { strToU8, zipSync } from 'fflate';
import { stream } from '../../src/base/random';
import { generate } from '../../src/data/generators';
import { product } from '../../src/graph/shape';
import type { DataSpec, GeneratorName } from '../../src/model/spec';

/** Rows of numbers: inputs flattened, targets as a class index or as numbers. */
export interface Rows {
  x: number[][];
  y: number[][];
}

export interface Samples {
  /** Of one sample. */
  shape: number[];
  /** Targets are class indices, one a row. */
  isClass: boolean;
  train: Rows;
  validation: Rows;
}

export const random = (name: string) => stream(0, `clinic-${name}`);

/** Splits off a quarter for validation, in random order. */
export function split(name: string, shape: number[], isClass: boolean, { x, y }: Rows): Samples {
  const order = [...random(`${name}-split`).permutation(x.length)];
  const take = (rows: number[]): Rows => ({ x: rows.map((i) => x[i]), y: rows.map((i) => y[i]) });
  const held = Math.round(x.length / 4);
  return { shape, isClass, train: take(order.slice(held)), validation: take(order.slice(0, held)) };
}

/** A table whose last column is the target: classes, which may have names, or a number. */
export function fromCsv(path: string, { isClass, shape, scale = 1 }: { isClass: boolean; shape?: number[]; scale?: number }): Samples {
  const [, ...lines] = readFileSync(path, 'utf8').trim().split(/\r?\n/);
  const cells = lines.map((line) => line.split(','));
  const labels = [...new Set(cells.map((row) => row[row.length - 1]))].sort();
  const x = cells.map((row) => row.slice(0, -1).map(Number));
  const y = cells.map((row) => [isClass ? labels.indexOf(row[row.length - 1]) : Number(row[row.length - 1]) * scale]);
  return split(path, shape ?? [x[0].length], isClass, { x, y });
}

/** One of the built-in generators. */
export function fromGenerator(source: GeneratorName, { samples, noise, classes }: { samples: number; noise: number; classes?: number }): Samples {
  const range = { start: 0, end: 0 };
  const spec: DataSpec = { source, samples, noise, classes, seed: 0, normalize: 'none', normalize_target: 'none', augment: [], range, ranges: {} };
  const isClass = source !== 'sine';
  const { x, y } = generate(spec, source, isClass ? 'class' : 'number').train;
  const width = product(x.sampleShape);
  const rows = Array.from({ length: samples }, (_, i) => i);
  return split(source, [width], isClass, {
    x: rows.map((i) => [...x.data.subarray(i * width, (i + 1) * width)]),
    y: rows.map((i) => [y.data[i]]),
  });
}

/** Inputs drawn from a distribution, targets computed from them; `draw` gives numbers of it. */
export function fromFormula(
  name: string,
  { samples, features, isClass = false }: { samples: number; features: number; isClass?: boolean },
  draw: (random: ReturnType<typeof stream>) => number,
  target: (x: number[], normal: () => number) => number[],
): Samples {
  const source = random(name);
  const x = Array.from({ length: samples }, () => Array.from({ length: features }, () => draw(source)));
  const y = x.map((row) => target(row, () => source.normal()));
  return split(name, [features], isClass, { x, y });
}

/** Friedman 1991, as in scikit-learn: ten features, five of which matter. */
export const friedman1 = (): Samples =>
  fromFormula(
    'friedman1',
    { samples: 800, features: 10 },
    (source) => source.uniform(),
    ([a, b, c, d, e], normal) => [10 * Math.sin(Math.PI * a * b) + 20 * (c - 0.5) ** 2 + 10 * d + 5 * e + normal()],
  );

/** A linear target with noise; at best R² = 1 / (1 + noise²). */
export const noisyLine = (samples: number, features: number, noise: number): Samples =>
  fromFormula(
    `line-${features}-${noise}`,
    { samples, features },
    (source) => source.normal(),
    (x, normal) => [x.reduce((sum, value, i) => sum + value * (i % 2 ? 1 : -1), 0) / Math.sqrt(features) + noise * normal()],
  );

/** Three numbers that depend on eight. */
export const threeOutputs = (): Samples =>
  fromFormula(
    'three-outputs',
    { samples: 700, features: 8 },
    (source) => 2 * source.uniform() - 1,
    ([a, b, c, d, e, f], normal) => [
      Math.tanh(2 * a) + b * c + 0.1 * normal(),
      d - e * a + 0.1 * normal(),
      Math.sin(3 * f) + 0.5 * b + 0.1 * normal(),
    ],
  );

/** A probability to predict as a number: in (0, 1), so that a sigmoid at the end is right. */
export const shares = (): Samples =>
  fromFormula(
    'shares',
    { samples: 600, features: 5 },
    (source) => source.normal(),
    ([a, b, c], normal) => [1 / (1 + Math.exp(-(1.5 * a - b * c + 0.2 * normal())))],
  );

/** Four labels, each yes or no, from ten features. */
export const fourLabels = (): Samples =>
  fromFormula(
    'four-labels',
    { samples: 800, features: 10 },
    (source) => source.normal(),
    (x, normal) => [0, 1, 2, 3].map((i) => Number(x[i] + x[i + 1] * (i % 2 ? 1 : -1) + 0.6 * x[i + 4] + 0.3 * normal() > 0)),
  );

/** Two overlapping clouds in six dimensions, one of them `share` of all. */
export function unevenClouds(samples: number, share: number, distance: number): Samples {
  const source = random(`uneven-${share}`);
  const y = Array.from({ length: samples }, (_, i) => [Number(i < share * samples)]);
  const x = y.map(([label]) => Array.from({ length: 6 }, (_, j) => source.normal() + (label && j < 3 ? distance : 0)));
  return split(`uneven-${share}`, [6], true, { x, y });
}

/** Strokes in noise, 1×10×10: across, down and the two diagonals. */
export function strokes(samples: number): Samples {
  const source = random('strokes');
  const size = 10;
  const y = Array.from({ length: samples }, (_, i) => [i % 4]);
  const x = y.map(([label]) => {
    const image = Array.from({ length: size * size }, () => 0.25 * source.normal());
    const at = 1 + source.integer(size - 2);
    for (let i = 1; i < size - 1; i++) {
      const [row, column] = [
        [at, i],
        [i, at],
        [i, i],
        [i, size - 1 - i],
      ][label];
      image[row * size + column] += 1;
    }
    return image;
  });
  return split('strokes', [1, size, size], true, { x, y });
}

/** NumPy's archive with x, y, x_val, y_val. */
export function toNpz({ shape, isClass, train, validation }: Samples): Uint8Array {
  const x = ({ x: rows }: Rows) => toNpy('<f4', [rows.length, ...shape], Float32Array.from(rows.flat()));
  const y = ({ y: rows }: Rows) =>
    isClass ? toNpy('<i4', [rows.length], Int32Array.from(rows.flat())) : toNpy('<f4', [rows.length, rows[0].length], Float32Array.from(rows.flat()));
  return zipSync({ 'x.npy': x(train), 'y.npy': y(train), 'x_val.npy': x(validation), 'y_val.npy': y(validation) });
}

/** Version 1 of https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html. */
function toNpy(dtype: string, shape: number[], { buffer }: Float32Array | Int32Array): Uint8Array {
  const head = `{'descr': '${dtype}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const header = strToU8(`${head.padEnd(Math.ceil((head.length + 11) / 64) * 64 - 11)}\n`);
  const magic = [0x93, ...strToU8('NUMPY'), 1, 0, header.length & 0xff, header.length >> 8];
  return Uint8Array.from([...magic, ...header, ...new Uint8Array(buffer as ArrayBuffer)]);
}
