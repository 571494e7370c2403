import { toBase64 } from '../base/bytes';

/** One curve in the size of a word. */
export interface Sparkline {
  values: readonly (number | null)[];
  /** What a healthy run has. */
  band?: { low?: number; high?: number };
  isDark: boolean;
  width?: number;
  height?: number;
}

const COLORS = {
  light: { line: '#0969da', band: '#1a7f37', dot: '#0a3069' },
  dark: { line: '#58a6ff', band: '#3fb950', dot: '#cae8ff' },
} as const;

/** Beyond this ratio of the largest to the smallest a logarithmic scale tells more. */
const DECADES = 30;
const PADDING = 2.5;

/** An image as a data URI, for Markdown; undefined of fewer than two finite values. */
export function sparklineUri({ values, band, isDark, width = 110, height = 18 }: Sparkline): string | undefined {
  const finite = values.filter((value): value is number => value !== null && Number.isFinite(value));
  if (finite.length < 2) return undefined;
  const isLogarithmic = finite.every((value) => value > 0) && Math.max(...finite) / Math.min(...finite) > DECADES;
  const scale = (value: number): number => (isLogarithmic ? Math.log10(value) : value);
  const [low, high] = [scale(Math.min(...finite)), scale(Math.max(...finite))];
  const x = (i: number): number => PADDING + (i / Math.max(1, values.length - 1)) * (width - 2 * PADDING);
  // A constant is a line in the middle.
  const y = (value: number): number => {
    const share = high > low ? (scale(value) - low) / (high - low) : 0.5;
    return height - PADDING - Math.min(1, Math.max(0, share)) * (height - 2 * PADDING);
  };
  const color = COLORS[isDark ? 'dark' : 'light'];
  const points = values.flatMap((value, i) => (value === null || !Number.isFinite(value) ? [] : [`${x(i).toFixed(1)},${y(value).toFixed(1)}`]));
  const [lastX, lastY] = points[points.length - 1].split(',');
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
    bandOf(band, high > low ? y : undefined, isLogarithmic, { width, height, color: color.band }) +
    `<polyline fill="none" stroke="${color.line}" stroke-width="1.4" stroke-linejoin="round" points="${points.join(' ')}"/>` +
    `<circle cx="${lastX}" cy="${lastY}" r="2" fill="${color.dot}"/></svg>`;
  return `data:image/svg+xml;base64,${toBase64(new TextEncoder().encode(svg))}`;
}

interface Frame {
  width: number;
  height: number;
  color: string;
}

/** The part of the picture that is healthy, shaded. */
function bandOf(
  band: Sparkline['band'],
  y: ((value: number) => number) | undefined,
  isLogarithmic: boolean,
  { width, height, color }: Frame,
): string {
  if (!y || (band?.low === undefined && band?.high === undefined)) return '';
  const top = band.high === undefined ? 0 : y(band.high);
  const bottom = band.low === undefined || (isLogarithmic && band.low <= 0) ? height : y(band.low);
  return bottom > top
    ? `<rect x="0" y="${top.toFixed(1)}" width="${width}" height="${(bottom - top).toFixed(1)}" fill="${color}" opacity="0.18"/>`
    : '';
}
