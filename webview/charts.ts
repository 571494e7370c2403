import {
  CategoryScale,
  Chart,
  type ChartConfiguration,
  type ChartOptions,
  type ChartType,
  Decimation,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  type Plugin,
  PointElement,
  type Scale,
  type ScaleOptionsByType,
  type Tick,
  Tooltip,
  type TooltipItem,
} from 'chart.js';
import annotation from 'chartjs-plugin-annotation';
import { formatEven, formatTick } from './formatTick';
import { readTheme, type Theme } from './theme';
import { FLAG_BAND } from './timeMarks';

Chart.register(LineController, LineElement, PointElement, LinearScale, LogarithmicScale, CategoryScale, Filler, Tooltip, Decimation, annotation);

/** Beyond this many evaluations their dots would touch. */
export const MOST_DOTS = 20;

export type LineConfiguration = ChartConfiguration<'line'>;

/** A chart that is built when it is first asked for, and anew when the theme changes; between that it only takes new data. */
export class ThemedChart<Type extends ChartType = 'line'> {
  private made?: { theme: Theme; chart: Chart<Type> };
  private hasData = false;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly configure: (theme: Theme) => ChartConfiguration<Type>,
  ) {}

  get theme(): Theme {
    return this.get().theme;
  }

  get chart(): Chart<Type> {
    return this.get().chart;
  }

  /** Draws what has changed. Without animation, yet not in the mode `none`: that one keeps the point sizes of the first drawing. */
  update(): void {
    this.hasData = true;
    this.chart.update();
  }

  retheme(): void {
    this.made?.chart.destroy();
    this.made = undefined;
  }

  /** Not before the canvas has its place in the page: a chart that is moved there draws itself twice. */
  private get(): { theme: Theme; chart: Chart<Type> } {
    if (!this.made) {
      const theme = readTheme();
      const configuration = this.configure(theme);
      this.hasData = false;
      // A new chart lays itself out at once, before it has anything to show.
      const patience: Plugin<Type> = { id: 'patience', beforeUpdate: () => this.hasData };
      this.made = { theme, chart: new Chart(this.canvas, { ...configuration, plugins: [patience, ...(configuration.plugins ?? [])] }) };
    }
    return this.made;
  }
}

/** What all charts share: no animation, ready-made points, one axis style. */
export function commonOptions(theme: Theme): ChartOptions<'line'> {
  const font = { family: theme.fontFamily, size: theme.fontSize };
  return {
    animation: false,
    parsing: false,
    normalized: true,
    responsive: true,
    maintainAspectRatio: false,
    layout: { padding: { top: FLAG_BAND } },
    interaction: { mode: 'nearest', axis: 'x', intersect: false },
    font,
    plugins: {
      decimation: { enabled: true, algorithm: 'min-max', threshold: 1000 },
      tooltip: {
        backgroundColor: theme.hoverBackground,
        borderColor: theme.border,
        borderWidth: 1,
        titleColor: theme.hoverForeground,
        bodyColor: theme.hoverForeground,
        titleFont: font,
        bodyFont: font,
        cornerRadius: 3,
        boxPadding: 4,
        usePointStyle: true,
      },
    },
  };
}

type AxisOptions = ScaleOptionsByType<'linear' | 'logarithmic' | 'category'>;

/** Title, ticks and grid of an axis in the theme's colours. */
export function axisStyle(theme: Theme, title: string): Pick<AxisOptions, 'border'> & { title: object; ticks: object; grid: object } {
  const font = { family: theme.fontFamily, size: theme.fontSize };
  return {
    title: { display: true, text: title, color: theme.muted, font, padding: 2 },
    ticks: { color: theme.muted, font, maxRotation: 0, autoSkipPadding: 12, includeBounds: false },
    grid: { color: theme.grid, tickLength: 4 },
    border: { display: true, color: theme.grid, width: 1, dash: [], dashOffset: 0, z: 0 },
  };
}

/**
 * Ticks of an axis that may be logarithmic: there each is a number of its own size, and some would be long. Chart.js asks the browser to write numbers, which takes
 * tens of milliseconds when it is asked first.
 */
export function tickText(this: Scale, value: number | string, index: number, ticks: Tick[]): string {
  if (this.type !== 'logarithmic') {
    const largest = Math.max(this.max, -this.min);
    if (largest < 1e-3 || largest >= 1e7) return formatTick(Number(value));
    return formatEven(Number(value), ticks.length > 1 ? ticks[1].value - ticks[0].value : 1);
  }
  // Of a crowd of ticks a few are named, and those at the upper end, where a decade may have begun only just.
  const isNamed = [1, 2, 3, 5].includes(significand(Number(value))) || index > 0.8 * ticks.length;
  return isNamed ? formatTick(Number(value)) : '';
}

/** First digit of a number above 0. */
const significand = (value: number): number => Math.round(value / 10 ** Math.floor(Math.log10(value) + 1e-9));

/** The tooltip of curves over the steps: the step, and what `say` has for each point. */
export function stepTooltip(common: ChartOptions<'line'>, say: (item: TooltipItem<'line'>) => string) {
  return {
    ...common.plugins?.tooltip,
    callbacks: {
      title: (items: TooltipItem<'line'>[]) => (items.length > 0 ? `step ${items[0].parsed.x}` : ''),
      label: say,
    },
  };
}

/** The step axis of a curve. */
export function stepAxis(theme: Theme) {
  const style = axisStyle(theme, 'step');
  return { type: 'linear', min: 0, max: 1, ...style, ticks: { ...style.ticks, precision: 0, callback: tickText } } as const;
}

/** A faint line across a chart, at a value that counts for something. */
export const limitLine = (theme: Theme, value: number) => ({
  type: 'line' as const,
  scaleID: 'y',
  value,
  borderColor: theme.muted,
  borderWidth: 1,
  borderDash: [1, 4],
  drawTime: 'beforeDatasetsDraw' as const,
});

/** A hidden axis from 0 to 1: marks on it keep their height whatever the data does. */
export const flagAxis = { type: 'linear', display: false, min: 0, max: 1, ticks: { display: false, callback: () => '' } } as const;

/** Crosses on the flag axis, one for every point that has no finite value. */
export const notFiniteMarks = (theme: Theme) =>
  ({
    label: 'not finite',
    data: [],
    yAxisID: 'flag',
    showLine: false,
    pointStyle: 'crossRot',
    pointRadius: 5,
    borderColor: theme.error,
    pointBorderWidth: 2,
  }) satisfies LineConfiguration['data']['datasets'][number];

/** Empty squares on the flag axis, one for every point that is exactly 0: on a logarithmic axis it has no place. */
export const zeroMarks = (theme: Theme) =>
  ({
    label: 'exactly 0',
    data: [] as { x: number; y: number }[],
    yAxisID: 'flag',
    showLine: false,
    pointStyle: 'rect',
    pointRadius: 6,
    pointBorderWidth: 2,
    borderColor: theme.error,
    backgroundColor: theme.background,
  }) satisfies LineConfiguration['data']['datasets'][number];
