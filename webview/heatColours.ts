import { color } from 'chart.js/helpers';
import type { Theme } from './theme';

type Triple = [number, number, number];

/** Colours of a scale: as many as an eye tells apart. */
const SHADES = 64;

/** Where the scale begins between background and foreground: little must not look like nothing. */
const LEAST = 0.16;

/**
 * A scale from little, close to the background, to much: equal steps of it look equally large, whatever the theme. Its lightness goes evenly from
 * that of the background to that of the foreground in OKLab (Ottosson 2020); in between it takes on the hue of the theme's blue.
 */
export function heatColours({ background, foreground, train }: Pick<Theme, 'background' | 'foreground' | 'train'>): string[] {
  const [from, to, hue] = [background, foreground, train].map(toOklab);
  return Array.from({ length: SHADES }, (_, index) => {
    const at = LEAST + ((1 - LEAST) * index) / (SHADES - 1);
    const tint = Math.sin(Math.PI * at);
    return fromOklab([0, 1, 2].map((i) => from[i] + (to[i] - from[i]) * at + (i > 0 ? hue[i] * tint : 0)) as Triple);
  });
}

/** The colour at 0…1 of a scale. */
export const shadeAt = <Colour>(colours: readonly Colour[], at: number): Colour =>
  colours[Math.max(0, Math.min(colours.length - 1, Math.round(at * (colours.length - 1))))];

/** Lightness, green to red, blue to yellow. */
export function toOklab(css: string): Triple {
  const { r, g, b } = color(css).rgb as { r: number; g: number; b: number };
  const linear = [r, g, b].map((byte) => expand(byte / 255)) as Triple;
  return apply(TO_LAB, apply(TO_CONES, linear).map(Math.cbrt) as Triple);
}

export function fromOklab(lab: Triple): string {
  const linear = apply(FROM_CONES, apply(FROM_LAB, lab).map((cone) => cone ** 3) as Triple);
  const bytes = linear.map((part) => Math.round(255 * compress(Math.min(1, Math.max(0, part)))));
  return `rgb(${bytes.join(', ')})`;
}

const apply = (rows: readonly Triple[], v: Triple): Triple => rows.map((row) => row[0] * v[0] + row[1] * v[1] + row[2] * v[2]) as Triple;

// The transfer function of sRGB.
const expand = (part: number): number => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
const compress = (part: number): number => (part <= 0.0031308 ? part * 12.92 : 1.055 * part ** (1 / 2.4) - 0.055);

// The constants that define OKLab, and their inverses.
const TO_CONES: Triple[] = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
];
const TO_LAB: Triple[] = [
  [0.2104542553, 0.793617785, -0.0040720468],
  [1.9779984951, -2.428592205, 0.4505937099],
  [0.0259040371, 0.7827717662, -0.808675766],
];
const FROM_LAB: Triple[] = [
  [1, 0.3963377774, 0.2158037573],
  [1, -0.1055613458, -0.0638541728],
  [1, -0.0894841775, -1.291485548],
];
const FROM_CONES: Triple[] = [
  [4.0767416621, -3.3077115913, 0.2309699292],
  [-1.2684380046, 2.6097574011, -0.3413193965],
  [-0.0041960863, -0.7034186147, 1.707614701],
];
