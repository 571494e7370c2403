import {
  BasicPlatform,
  Chart,
  type ChartConfiguration,
  type ChartItem,
  type LegendItem,
  Legend,
  type Plugin,
  type PointStyle,
  SubTitle,
  Title,
} from 'chart.js';
import type { Picture } from './chartActions';
import { SvgContext } from './svgContext';
import { readTheme, type Theme } from './theme';

/** As the charts here give them: plain values. */
interface LineDataset {
  data: unknown[];
  label?: string;
  showLine?: boolean;
  pointStyle?: PointStyle;
  pointRotation?: number;
  borderColor?: string;
  backgroundColor?: string;
  borderDash?: number[];
  borderWidth?: number;
}

/** Pixels of a PNG file for one on the screen. */
const PNG_SCALE = 2;

/** Characters of a legend entry: a run may be called anything. */
const LONGEST_KEY = 60;

/** What stands around a chart on the page and has to be drawn into its picture. */
export interface Words {
  title: string;
  /** What is said under it. */
  figures: readonly string[];
}

/** The chart of a canvas as files: drawn anew, with its words, and in an SVG of true lines and text. */
export function chartPicture(canvas: HTMLCanvasElement, words: () => Words): Picture {
  return {
    png: () => {
      const target = document.createElement('canvas');
      Object.assign(target, sizeOf(canvas));
      return draw(canvas, target.getContext('2d')!, words(), PNG_SCALE, () => target.toDataURL('image/png').replace(/^.*,/, ''));
    },
    svg: () => {
      const { width, height } = sizeOf(canvas);
      const ruler = document.createElement('canvas').getContext('2d')!;
      const measure = (text: string, font: string) => Object.assign(ruler, { font }).measureText(text);
      const context = new SvgContext(width, height, measure);
      return draw(canvas, context as unknown as CanvasRenderingContext2D, words(), 1, () => context.svg);
    },
  };
}

/** Room for the words above and below. */
function sizeOf({ clientWidth, clientHeight }: HTMLCanvasElement): { width: number; height: number } {
  return { width: clientWidth + 24, height: clientHeight + 96 };
}

function draw(canvas: HTMLCanvasElement, ctx: CanvasRenderingContext2D, words: Words, scale: number, read: () => string): string {
  const shown = Chart.getChart(canvas);
  if (!shown) {
    copyPixels(canvas, ctx, words, readTheme(), scale);
    return read();
  }
  const target = { getContext: () => ctx } as unknown as ChartItem;
  const copy = new Chart(target, copyOf(shown, words, readTheme(), scale));
  const file = read();
  copy.destroy();
  // Plugins of the page place its flags wherever they drew last.
  shown.draw();
  return file;
}

/** Of a canvas that was painted by hand there is no more than its pixels. */
function copyPixels(canvas: HTMLCanvasElement, ctx: CanvasRenderingContext2D, words: Words, theme: Theme, scale: number): void {
  const { width, height } = sizeOf(canvas);
  Object.assign(ctx.canvas, { width: width * scale, height: height * scale });
  ctx.scale(scale, scale);
  ctx.fillStyle = theme.background;
  ctx.fillRect(0, 0, width, height);
  ctx.textBaseline = 'top';
  ctx.fillStyle = theme.foreground;
  ctx.font = `bold ${theme.fontSize + 3}px ${theme.fontFamily}`;
  ctx.fillText(words.title, 12, 12);
  ctx.fillStyle = theme.muted;
  ctx.font = `${theme.fontSize}px ${theme.fontFamily}`;
  linesOf(words.figures, theme, canvas.clientWidth).forEach((line, index) => ctx.fillText(line, 12, 32 + index * (theme.fontSize + 3)));
  ctx.drawImage(canvas, 12, 60, canvas.clientWidth, canvas.clientHeight);
}

function copyOf(shown: Chart, words: Words, theme: Theme, devicePixelRatio: number): ChartConfiguration {
  const { type, data, options, plugins } = shown.config as ChartConfiguration;
  const text = (weight: 'bold' | 'normal', size: number) => ({ family: theme.fontFamily, size, weight });
  const line = { display: true, align: 'start' as const, padding: { bottom: 4 } };
  return {
    type,
    platform: BasicPlatform,
    // `segment`: without it lines are drawn as Path2D, which nobody can read back.
    data: { ...data, datasets: data.datasets.map((dataset) => ({ ...dataset, segment: {} })) },
    plugins: [background(theme), ...(plugins ?? []), Title, SubTitle, Legend],
    options: {
      ...options,
      animation: false,
      responsive: false,
      devicePixelRatio,
      events: [],
      layout: { padding: 12 },
      plugins: {
        ...options?.plugins,
        title: { ...line, text: words.title, color: theme.foreground, font: text('bold', theme.fontSize + 3) },
        subtitle: {
          ...line,
          display: words.figures.length > 0,
          text: linesOf(words.figures, theme, shown.width),
          color: theme.muted,
          font: text('normal', theme.fontSize),
        },
        legend: {
          // One colour tells nothing of a matrix.
          display: type === 'line' || type === 'scatter',
          position: 'bottom',
          align: 'start',
          labels: {
            color: theme.muted,
            font: text('normal', theme.fontSize),
            usePointStyle: true,
            generateLabels: keys,
            boxHeight: 7,
            pointStyleWidth: 24,
          },
        },
      },
    },
  } as ChartConfiguration;
}

/** As many figures to a line as fit: a chart squeezes a line that is longer. */
function linesOf(figures: readonly string[], { fontSize }: Theme, width: number): string[] {
  const lines: string[] = [];
  for (const figure of figures) {
    const longer = `${lines.at(-1)} · ${figure}`;
    if (lines.length > 0 && longer.length * fontSize * 0.6 < width) lines[lines.length - 1] = longer;
    else lines.push(figure);
  }
  return lines;
}

/** A piece of each line that is there, or its mark. */
function keys(chart: Chart): LegendItem[] {
  return (chart as Chart<'line'>).data.datasets.flatMap((dataset, datasetIndex) => {
    const { data, label, showLine, pointStyle, pointRotation, borderColor, backgroundColor, borderDash, borderWidth } = dataset as LineDataset;
    if (data.length === 0 || !label) return [];
    const isLine = showLine !== false;
    const ink = { strokeStyle: borderColor, fillStyle: backgroundColor, fontColor: chart.options.plugins!.legend!.labels!.color as string };
    const shape = isLine
      ? { pointStyle: 'line' as const, lineDash: borderDash, lineWidth: borderWidth }
      : { pointStyle, rotation: pointRotation, lineWidth: 2 };
    return [{ text: label.length > LONGEST_KEY ? `${label.slice(0, LONGEST_KEY - 1)}…` : label, datasetIndex, ...ink, ...shape }];
  });
}

/** A picture has one of its own: what it is laid on may be of any colour. */
function background(theme: Theme): Plugin {
  return {
    id: 'background',
    beforeDraw: ({ ctx, width, height }) => {
      ctx.save();
      ctx.fillStyle = theme.background;
      ctx.fillRect(0, 0, width, height);
      ctx.restore();
    },
  };
}
