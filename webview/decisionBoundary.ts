import type { Chart, Plugin } from 'chart.js';
import type { Boundary, Outcome } from '../src/train/outcome';
import { formatNumber, formatPercent } from '../src/base/format';
import './outcome.css';
import { ChartPanel } from './chartPanel';
import type { ChartTable } from './chartTable';
import { axisStyle, commonOptions, type LineConfiguration, ThemedChart, tickText } from './charts';
import { classLegend, splitLegend } from './classLegend';
import { brokenCell, classMark, diverging, rgba } from './colourScales';
import { el, setText } from './dom';
import { className, stampText } from './outcomePanel';
import { paintPlane } from './picture';
import { cellsOf, confidenceOpacity, faded, planeScale, regionCentres } from './plane';
import { ScaleBar } from './scaleBar';
import type { Theme } from './theme';
import type { Scene, View } from './view';

/** Cells of room that a class's name needs around it. */
const ROOM_FOR_NAME = 3;

type Point = Boundary['points'][number];

/** The prediction over the plane of two features, and the samples on it. */
export class DecisionBoundary implements View {
  private readonly stamp = el('span', { class: 'stamp' });
  private readonly panel = new ChartPanel('boundary', 'Prediction over the plane', [], this.stamp);
  private readonly legend = el('ul', { class: 'legend class-legend' });
  private readonly scale = new ScaleBar();
  private readonly image = document.createElement('canvas');
  private readonly themed: ThemedChart;
  private outcome?: Outcome;
  /** As the chart has them: by x. */
  private points: Point[] = [];

  constructor() {
    this.panel.element.hidden = true;
    this.panel.element.append(this.scale.element, this.legend);
    this.panel.table = () => planeTable(this.outcome);
    this.themed = new ThemedChart(this.panel.canvas, (theme) => ({
      ...configure(theme, (index) => this.tell(index)),
      plugins: [this.background(theme)],
    }));
  }

  get element(): HTMLElement {
    return this.panel.element;
  }

  retheme(): void {
    this.themed.retheme();
    this.outcome = undefined;
  }

  paint({ run: { outcome }, moment }: Scene): void {
    const boundary = outcome?.boundary;
    this.panel.element.hidden = boundary === undefined;
    if (!outcome || !boundary) return;
    setText(this.stamp, stampText(outcome.step, moment, ''));
    if (outcome === this.outcome) return;
    this.outcome = outcome;
    this.points = [...boundary.points].sort((a, b) => a.x - b.x);
    this.paintImage(boundary, outcome.classes);
    this.paintLegend(boundary, outcome.classes);
    setText(this.panel.figures, planeText(boundary, outcome.classes));
    this.draw(boundary, outcome.classes);
  }

  private paintImage({ values, confidence, points, size }: Boundary, classes: string[] | undefined): void {
    const { theme } = this.themed;
    const { middle, reach } = planeScale({ values, points });
    const scale = diverging(theme);
    paintPlane(this.image, size, (index) => {
      const value = values[index];
      if (value === null) return brokenCell(theme, index, size);
      if (!classes) return scale((value - middle) / reach);
      return faded(rgba(classMark(theme, value).colour), confidenceOpacity(confidence?.[index], classes.length));
    });
  }

  private paintLegend(boundary: Boundary, classes: string[] | undefined): void {
    const { theme } = this.themed;
    const hasValidation = boundary.points.some(({ isValidation }) => isValidation);
    this.legend.replaceChildren(...(classes ? classLegend(theme, classes) : []), ...splitLegend(theme, hasValidation));
    this.scale.element.hidden = classes !== undefined;
    const { middle, reach } = planeScale(boundary);
    this.scale.show(middle, reach);
  }

  private draw({ names, x, y, size, values, points }: Boundary, classes: string[] | undefined): void {
    const { chart, theme } = this.themed;
    const { middle, reach } = planeScale({ values, points });
    const scale = diverging(theme);
    const marks = this.points.map(({ target }) => {
      if (classes) return classMark(theme, target);
      const [r, g, b] = scale((target - middle) / reach);
      return { colour: `rgb(${r} ${g} ${b})`, shape: 'circle' as const };
    });
    const isOutlined = (index: number) => this.points[index].isValidation;
    Object.assign(chart.data.datasets[0], {
      data: this.points.map((point) => ({ x: point.x, y: point.y })),
      pointStyle: marks.map(({ shape }) => shape),
      pointRadius: this.points.length > 200 ? 3 : 4,
      pointBackgroundColor: marks.map(({ colour }, index) => (isOutlined(index) && classes ? theme.background : colour)),
      pointBorderColor: marks.map(({ colour }, index) => (!classes ? theme.foreground : isOutlined(index) ? colour : theme.background)),
      pointBorderWidth: marks.map((_, index) => (isOutlined(index) ? 1.75 : classes ? 0.75 : 0.5)),
    });
    const { x: xAxis, y: yAxis } = chart.options.scales!;
    [xAxis, yAxis].forEach((axis, index) => {
      const [from, to] = [x, y][index];
      const half = (to - from) / (size - 1) / 2;
      Object.assign(axis!, { min: from - half, max: to + half });
      Object.assign((axis as { title: object }).title, { text: names[index] });
    });
    this.themed.update();
  }

  /** The prediction below the points; each cell lies about its own point of the plane. */
  private background(theme: Theme): Plugin<'line'> {
    return {
      id: 'plane',
      beforeDatasetsDraw: (chart) => {
        const { ctx, chartArea: area } = chart;
        const boundary = this.outcome?.boundary;
        if (!boundary) return;
        ctx.save();
        // Numbers change smoothly; between two classes there is nothing.
        ctx.imageSmoothingEnabled = this.outcome?.classes === undefined;
        ctx.drawImage(this.image, area.left, area.top, area.width, area.height);
        if (this.outcome?.classes) strokeBorders(chart, boundary, theme);
        ctx.restore();
      },
      afterDatasetsDraw: (chart) => {
        const { boundary, classes } = this.outcome ?? {};
        if (boundary && classes) nameRegions(chart, boundary, classes, theme);
      },
    };
  }

  private tell(index: number): string[] {
    const { boundary, classes } = this.outcome ?? {};
    const point = this.points[index];
    if (!boundary || !point) return [];
    const target = classes ? className(classes, point.target) : formatNumber(point.target);
    return [
      `${point.isValidation ? 'validation' : 'training'}: ${target}`,
      `${boundary.names[0]} ${formatNumber(point.x)}`,
      `${boundary.names[1]} ${formatNumber(point.y)}`,
    ];
  }
}

/** Lines between cells of different classes. */
function strokeBorders({ ctx, chartArea: area }: Chart<'line'>, { values, size }: Boundary, theme: Theme): void {
  const [width, height] = [area.width / size, area.height / size];
  ctx.strokeStyle = theme.foreground;
  ctx.lineWidth = 1;
  ctx.beginPath();
  values.forEach((value, index) => {
    const [row, column] = [Math.floor(index / size), index % size];
    const [left, bottom] = [area.left + column * width, area.bottom - row * height];
    if (column + 1 < size && values[index + 1] !== value) {
      ctx.moveTo(left + width, bottom);
      ctx.lineTo(left + width, bottom - height);
    }
    if (row + 1 < size && values[index + size] !== value) {
      ctx.moveTo(left, bottom - height);
      ctx.lineTo(left + width, bottom - height);
    }
  });
  ctx.stroke();
}

/** Names in the regions: colours alone do not tell classes apart. */
function nameRegions({ ctx, chartArea: area }: Chart<'line'>, boundary: Boundary, classes: string[], theme: Theme): void {
  ctx.save();
  ctx.font = `600 ${theme.fontSize}px ${theme.fontFamily}`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  ctx.lineWidth = 3;
  ctx.lineJoin = 'round';
  ctx.strokeStyle = theme.background;
  ctx.fillStyle = theme.foreground;
  const { values, size } = boundary;
  const free = regionCentres(values, size, cellsOf(boundary));
  for (const [value, centre] of regionCentres(values, size, new Set())) {
    if (centre.room < ROOM_FOR_NAME) continue;
    // Over the points rather than not at all.
    const { index } = (free.get(value)?.room ?? 0) < ROOM_FOR_NAME ? centre : free.get(value)!;
    const name = className(classes, value);
    const text = name.length > 16 ? `${name.slice(0, 15)}…` : name;
    const half = ctx.measureText(text).width / 2 + 2;
    const middle = area.left + (((index % size) + 0.5) * area.width) / size;
    const x = Math.max(area.left + half, Math.min(area.right - half, middle));
    const y = area.bottom - ((Math.floor(index / size) + 0.5) * area.height) / size;
    ctx.strokeText(text, x, y);
    ctx.fillText(text, x, y);
  }
  ctx.restore();
}

function configure(theme: Theme, tell: (index: number) => string[]): LineConfiguration {
  const common = commonOptions(theme);
  const style = axisStyle(theme, '');
  const axis = () => ({ type: 'linear' as const, ...style, title: { ...style.title }, ticks: { ...style.ticks, callback: tickText } });
  return {
    type: 'line',
    data: { datasets: [{ data: [], showLine: false, clip: false }] },
    options: {
      ...common,
      layout: { padding: 0 },
      interaction: { mode: 'nearest', axis: 'xy', intersect: true },
      scales: { x: axis(), y: axis() },
      plugins: {
        ...common.plugins,
        decimation: { enabled: false },
        tooltip: {
          ...common.plugins?.tooltip,
          callbacks: { title: () => '', label: ({ dataIndex }) => tell(dataIndex) },
        },
      },
    },
  };
}

/** How the plane is divided. */
function planeText({ values }: Boundary, classes: string[] | undefined): string {
  const broken = values.filter((value) => value === null).length;
  const parts = broken > 0 ? [`✕ not finite on ${formatPercent(broken / values.length, 0)} of the plane`] : [];
  if (!classes) return parts.join(' · ');
  const shares = classes.map((_, index) => values.filter((value) => value === index).length / values.length);
  const never = classes.filter((_, index) => shares[index] === 0);
  if (never.length === classes.length) return parts.join(' · ');
  if (classes.length <= 4) parts.unshift(classes.map((name, index) => `${name}: ${formatPercent(shares[index], 0)} of the plane`).join(' · '));
  else if (never.length > 0)
    parts.unshift(`nowhere predicted: ${never.slice(0, 6).join(', ')}${never.length > 6 ? ` and ${never.length - 6} more` : ''}`);
  return parts.join(' · ');
}

/** The samples, then the plane point by point. */
function planeTable(outcome: Outcome | undefined): ChartTable {
  const { boundary, classes } = outcome ?? {};
  if (!boundary) return { columns: ['of'], rows: [] };
  const { names, points, values, confidence, size, x, y } = boundary;
  const named = (value: number | null) => (value === null || !classes ? value : className(classes, value));
  const along = ([from, to]: [number, number], index: number) => from + ((to - from) * index) / (size - 1);
  return {
    columns: ['of', ...names, classes ? 'class' : 'number', ...(confidence ? ['confidence, %'] : [])],
    rows: [
      ...points.map((point) => [point.isValidation ? 'validation sample' : 'training sample', point.x, point.y, named(point.target)]),
      ...values.map((value, index) => [
        'prediction',
        along(x, index % size),
        along(y, Math.floor(index / size)),
        named(value),
        ...(confidence ? [confidence[index]] : []),
      ]),
    ],
  };
}
