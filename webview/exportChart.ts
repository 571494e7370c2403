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
  /** Of a chart whose datasets do not tell: what its marks stand for. */
  keys?: readonly Key[];
  /** Its scale of colours. */
  ramp?: Ramp;
}

/** A mark and its meaning. */
export interface Key {
  text: string;
  pointStyle: PointStyle;
  colour: string;
  isFilled: boolean;
}

/** A scale of colours with its numbers, at 0…1 of it. */
export interface Ramp {
  name: string;
  colours: readonly string[];
  ticks: readonly { at: number; label: string }[];
}

/** Room of a scale of colours below a picture. */
const RAMP = { height: 44, bar: 10, least: 120, most: 320 };

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
    plugins: [background(theme), ...(plugins ?? []), ...(words.ramp ? [rampBelow(words.ramp, theme)] : []), Title, SubTitle, Legend],
    options: {
      ...options,
      animation: false,
      responsive: false,
      devicePixelRatio,
      events: [],
      layout: { padding: { top: 12, left: 12, right: 12, bottom: words.ramp ? 12 + RAMP.height : 12 } },
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
            generateLabels: words.keys ? () => legendOf(words.keys!, theme) : keys,
            boxHeight: 7,
            // A piece of a line is long, a mark is not.
            pointStyleWidth: words.keys ? undefined : 24,
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

/** Marks that are told. */
const legendOf = (all: readonly Key[], { muted, background }: Theme): LegendItem[] =>
  all.map(({ text, pointStyle, colour, isFilled }) => ({
    text,
    pointStyle,
    fillStyle: isFilled ? colour : background,
    strokeStyle: colour,
    fontColor: muted,
    lineWidth: 1.5,
  }));

/** The scale of colours, its name before it and its numbers under it. */
function rampBelow({ name, colours, ticks }: Ramp, theme: Theme): Plugin {
  return {
    id: 'ramp',
    afterDraw: ({ ctx, width, height }) => {
      ctx.save();
      ctx.font = `${theme.fontSize}px ${theme.fontFamily}`;
      ctx.fillStyle = theme.muted;
      ctx.textBaseline = 'middle';
      ctx.textAlign = 'left';
      const top = height - RAMP.height;
      ctx.fillText(name, 12, top + RAMP.bar / 2);
      const left = 12 + ctx.measureText(name).width + 16;
      const length = Math.max(RAMP.least, Math.min(RAMP.most, width - left - 40));
      colours.forEach((colour, index) => {
        ctx.fillStyle = colour;
        // A little wider than its share: no seams.
        ctx.fillRect(left + (index * length) / colours.length, top, length / colours.length + 0.5, RAMP.bar);
      });
      ctx.fillStyle = theme.muted;
      ctx.textAlign = 'center';
      for (const { at, label } of ticks) ctx.fillText(label, left + at * length, top + RAMP.bar + 12);
      ctx.restore();
    },
  };
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
