import type { Plugin } from 'chart.js';
import type { Boundary, Outcome } from '../src/train/outcome';
import { formatNumber } from '../src/base/format';
import './outcome.css';
import { ChartPanel } from './chartPanel';
import { axisStyle, commonOptions, type LineConfiguration, ThemedChart, tickText } from './charts';
import { classKeys, classLegend, SPLIT_SHAPES, splitLegend } from './classLegend';
import { brokenCell, classMark, diverging, rgba } from './colourScales';
import { el, setText } from './dom';
import type { Words } from './exportChart';
import { className, stampText } from './outcomePanel';
import { paintPlane } from './picture';
import { confidenceOpacity, faded, planeScale } from './plane';
import { nameRegions, strokeBorders } from './planeDrawing';
import { planeTable, planeText } from './planeTexts';
import { ScaleBar } from './scaleBar';
import type { Theme } from './theme';
import type { Scene, View } from './view';

type Point = Boundary['points'][number];

/** The prediction over the plane of two features, and the samples on it. */
export class DecisionBoundary implements View {
  private readonly stamp = el('span', { class: 'stamp' });
  private readonly panel = new ChartPanel('boundary', 'Prediction over the plane', [], this.stamp);
  private readonly legend = el('ul', { class: 'legend class-legend' });
  private readonly scale = new ScaleBar();
  private readonly image = document.createElement('canvas');
  private readonly themed = new ThemedChart(this.panel.canvas, (theme) => ({
    ...configure(theme, (index) => this.tell(index)),
    plugins: [this.background(theme)],
  }));
  private outcome?: Outcome;
  /** As the chart has them: by x. */
  private points: Point[] = [];
  /** What the chart's points and axes were last made of. */
  private drawn = '';

  constructor() {
    this.panel.element.hidden = true;
    this.panel.plot.after(this.scale.element, this.legend);
    this.panel.table = () => planeTable(this.outcome);
    this.panel.pictured = () => this.pictured();
  }

  get element(): HTMLElement {
    return this.panel.element;
  }

  retheme(): void {
    this.themed.retheme();
    this.outcome = undefined;
    this.drawn = '';
  }

  paint({ run: { outcome }, moment }: Scene): void {
    const boundary = outcome?.boundary;
    this.panel.element.hidden = boundary === undefined;
    if (!outcome || !boundary) return;
    setText(this.stamp, stampText(outcome.step, moment));
    if (outcome === this.outcome) return;
    this.outcome = outcome;
    this.points = [...boundary.points].sort((a, b) => a.x - b.x);
    this.paintImage(boundary, outcome.classes);
    this.paintLegend(boundary, outcome.classes);
    setText(this.panel.figures, planeText(boundary, outcome.classes));
    this.draw(boundary, outcome.classes);
  }

  private pictured(): Pick<Words, 'keys' | 'ramp'> {
    const { boundary, classes } = this.outcome ?? {};
    if (!boundary) return {};
    const { theme } = this.themed;
    const keys = classKeys(
      theme,
      classes,
      boundary.points.some(({ isValidation }) => isValidation),
    );
    if (classes) return { keys };
    const { middle, reach } = planeScale(boundary);
    const scale = diverging(theme);
    const colours = Array.from(
      { length: 65 },
      (_, index) =>
        `rgb(${scale(index / 32 - 1)
          .slice(0, 3)
          .join(', ')})`,
    );
    const ticks = [-1, 0, 1].map((at) => ({ at: (at + 1) / 2, label: formatNumber(middle + at * reach) }));
    return { keys, ramp: { name: 'prediction', colours, ticks } };
  }

  private paintImage({ values, confidence, points, size }: Boundary, classes: string[] | undefined): void {
    const { theme } = this.themed;
    const { middle, reach } = planeScale({ values, points });
    const scale = diverging(theme);
    const colours = (classes ?? []).map((_, index) => rgba(classMark(theme, index).colour));
    paintPlane(this.image, size, (index) => {
      const value = values[index];
      if (value === null) return brokenCell(theme, index, size);
      if (!classes) return scale((value - middle) / reach);
      return faded(colours[value], confidenceOpacity(confidence?.[index], classes.length));
    });
  }

  private paintLegend(boundary: Boundary, classes: string[] | undefined): void {
    const { theme } = this.themed;
    const hasValidation = boundary.points.some(({ isValidation }) => isValidation);
    this.legend.replaceChildren(...(classes ? classLegend(theme, classes) : []), ...splitLegend(theme, hasValidation, classes === undefined));
    this.scale.element.hidden = classes !== undefined;
    const { middle, reach } = planeScale(boundary);
    this.scale.show(middle, reach);
  }

  /** The samples stay the same from look to look; only what lies below them changes, unless they are coloured by its scale. */
  private draw(boundary: Boundary, classes: string[] | undefined): void {
    const { names, x, y, size, points } = boundary;
    const scale = classes ? undefined : planeScale(boundary);
    const drawn = JSON.stringify([names, x, y, size, points, classes, scale]);
    if (drawn === this.drawn) return this.themed.chart.draw();
    this.drawn = drawn;
    this.place(boundary, classes);
    this.themed.update();
  }

  private place({ names, x, y, size, values, points }: Boundary, classes: string[] | undefined): void {
    const { chart, theme } = this.themed;
    const { middle, reach } = planeScale({ values, points });
    const scale = diverging(theme);
    const ofClass = (classes ?? []).map((_, index) => classMark(theme, index));
    const marks = this.points.map(({ target, isValidation }) => {
      if (classes) return ofClass[target];
      const [r, g, b] = scale((target - middle) / reach);
      return { colour: `rgb(${r} ${g} ${b})`, shape: SPLIT_SHAPES[isValidation ? 'validation' : 'training'] };
    });
    const isOutlined = (index: number) => this.points[index].isValidation;
    Object.assign(chart.data.datasets[0], {
      data: this.points.map((point) => ({ x: point.x, y: point.y })),
      pointStyle: marks.map(({ shape }) => shape),
      // A triangle of the same radius looks smaller.
      pointRadius: marks.map(({ shape }) => (this.points.length > 200 ? 3 : 4) + (shape === 'triangle' ? 1 : 0)),
      pointBackgroundColor: marks.map(({ colour }, index) => (isOutlined(index) && classes ? theme.background : colour)),
      pointBorderColor: marks.map(({ colour }, index) => (!classes ? theme.foreground : isOutlined(index) ? colour : theme.background)),
      pointBorderWidth: marks.map((_, index) => (!classes ? 1 : isOutlined(index) ? 1.75 : 0.75)),
    });
    const { x: xAxis, y: yAxis } = chart.options.scales!;
    [xAxis, yAxis].forEach((axis, index) => {
      const [from, to] = [x, y][index];
      const half = (to - from) / (size - 1) / 2;
      Object.assign(axis!, { min: from - half, max: to + half });
      Object.assign((axis as { title: object }).title, { text: names[index] });
    });
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
        // Numbers change smoothly; between two classes there is nothing, nor beside what is not finite.
        ctx.imageSmoothingEnabled = this.outcome?.classes === undefined && !boundary.values.includes(null);
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
