import type { Chart, ChartDataset, Plugin } from 'chart.js';
import type { RunCurves } from '../src/view/protocol';
import type { Point } from './lossSeries';
import type { Series } from './stepTable';
import { COMPARED_COLOURS, type Theme } from './theme';

/** How compared runs are told apart: a letter each, and colours and dashes that repeat together only after twenty. */
const DASHES = [
  [10, 4],
  [2, 3],
  [12, 3, 2, 3],
  [5, 2],
] as const;

const LETTER_HEIGHT = 15;

/** Letter, dash and index of the colour of the n-th compared run. */
export function seriesStyle(index: number): { letter: string; dash: readonly number[]; colour: number } {
  return { letter: letterOf(index), dash: DASHES[index % DASHES.length], colour: index % COMPARED_COLOURS.length };
}

function letterOf(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : letterOf(Math.floor(index / 26) - 1) + letter;
}

/** The curves of compared runs in one chart: behind its own, each with its letter where it ends. */
export class ComparedCurves {
  private runs?: readonly RunCurves[];
  private theme?: Theme;
  private datasets: ChartDataset<'line', Point[]>[] = [];

  /** `curveOf`: what is drawn of a run. */
  constructor(private readonly curveOf: (run: RunCurves) => Point[]) {}

  /** Puts them behind the `own` first datasets of the chart. */
  show(chart: Chart<'line'>, own: number, runs: readonly RunCurves[], theme: Theme): void {
    const isNew = runs !== this.runs || theme !== this.theme;
    if (isNew) this.datasets = runs.map((run, index) => this.dataset(run, index, theme));
    this.runs = runs;
    this.theme = theme;
    const { datasets } = chart.data;
    if (isNew || datasets.length !== own + this.datasets.length) datasets.splice(own, datasets.length, ...this.datasets);
  }

  /** What is drawn of a run has become something else. */
  forget(): void {
    this.runs = undefined;
  }

  /** The last step of the longest; 0 without any. */
  get lastStep(): number {
    return Math.max(0, ...this.datasets.map(({ data }) => data.at(-1)?.x ?? 0));
  }

  get values(): number[] {
    return this.datasets.flatMap(({ data }) => data.map(({ y }) => y));
  }

  /** For a table. */
  get series(): Series[] {
    return this.datasets.map(({ label, data }) => ({ name: label ?? '', points: data.map(({ x, y }) => [x, y]) }));
  }

  /** Draws the letters. */
  plugin(theme: Theme): Plugin<'line'> {
    return { id: 'comparedCurves', afterDatasetsDraw: (chart) => this.drawLetters(chart, theme) };
  }

  private dataset(run: RunCurves, index: number, theme: Theme): ChartDataset<'line', Point[]> {
    const { dash, colour, letter } = seriesStyle(index);
    const ink = theme.compared[colour];
    return {
      label: `${letter} ${run.name}`,
      data: this.curveOf(run),
      borderColor: ink,
      backgroundColor: ink,
      borderWidth: 1.5,
      borderDash: [...dash],
      pointRadius: 0,
    };
  }

  private drawLetters(chart: Chart<'line'>, theme: Theme): void {
    const { ctx, chartArea, scales } = chart;
    const ends = this.datasets.flatMap(({ data }, index) => {
      const last = data.filter(({ y }) => Number.isFinite(y)).at(-1);
      if (!last) return [];
      const x = Math.min(scales.x.getPixelForValue(last.x), chartArea.right) - 8;
      const y = clamp(scales.y.getPixelForValue(last.y), chartArea.top + 8, chartArea.bottom - 8);
      return [{ index, x, y }];
    });
    ctx.save();
    ctx.font = `bold ${theme.fontSize}px ${theme.fontFamily}`;
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    for (const { index, x, y } of spreadLetters(ends, chartArea.top + 8)) {
      const { letter, colour } = seriesStyle(index);
      ctx.fillStyle = theme.background;
      ctx.fillRect(x - 6, y - 7, 12, 14);
      ctx.fillStyle = theme.compared[colour];
      ctx.fillText(letter, x, y);
    }
    ctx.restore();
  }
}

/** Letters side by side on the axis get a line each, upwards from the lowest; none leaves the chart at its top. */
export function spreadLetters<T extends { x: number; y: number }>(letters: readonly T[], top: number): T[] {
  const placed: T[] = [];
  for (const letter of [...letters].sort((a, b) => b.y - a.y)) {
    const near = placed.filter(({ x }) => Math.abs(x - letter.x) < LETTER_HEIGHT);
    const isTaken = (y: number) => near.some((other) => Math.abs(other.y - y) < LETTER_HEIGHT);
    let { y } = letter;
    while (isTaken(y) && y - LETTER_HEIGHT >= top) y -= 1;
    placed.push({ ...letter, y });
  }
  return placed;
}

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));
