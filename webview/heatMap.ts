import type { Chart, ChartType, TooltipPositionerFunction } from 'chart.js';
import { Tooltip } from 'chart.js';
import { formatCount } from '../src/base/format';
import type { EditMark } from '../src/view/protocol';
import type { ChartPanel } from './chartPanel';
import { axisStyle, commonOptions, stepAxis, ThemedChart } from './charts';
import { columnEdges, nearestIndex } from './columns';
import { heatColours } from './heatColours';
import { onPickStep } from './pickStep';
import type { Theme } from './theme';
import { FLAG_BAND, TimeMarks } from './timeMarks';

declare module 'chart.js' {
  interface TooltipPositionerMap {
    pointer: TooltipPositionerFunction<ChartType>;
  }
}

// A map has no points that a tooltip could stand at.
Tooltip.positioners.pointer = (_elements, { x, y }) => ({ x, y });

/** Width in pixels that a map keeps free to its right for signs beside its rows. */
const SIGN_BAND = 16;

/** What a map needs to be drawn. */
export interface Ground {
  chart: Chart<'line'>;
  theme: Theme;
  colours: readonly string[];
  /** Ends of the columns in pixels, one more than there are. */
  xs: number[];
}

/** What stands on a map. */
export interface Cells {
  draw(ground: Ground): void;
  /** Lines of the tooltip, of a column at a place of the value axis. */
  describe(column: number, place: number): string[];
  /** Options of the value axis. */
  axis(style: ReturnType<typeof axisStyle>): object;
}

/** A picture of steps and values whose cells have a colour. They are painted straight on the canvas: thousands of chart elements take ten times as long. */
export class HeatMap {
  private colours: string[] = [];
  private steps: readonly number[] = [];
  private edges: number[] = [];
  private moment?: number;
  private pointer = 0;
  private readonly marks = new TimeMarks(() => undefined);
  readonly themed: ThemedChart;

  constructor(
    panel: ChartPanel,
    private readonly cells: Cells,
    onPick: (step: number) => void,
  ) {
    this.themed = new ThemedChart(panel.canvas, (theme) => this.configure(theme));
    panel.canvas.classList.add('pickable');
    onPickStep(
      panel.canvas,
      () => this.themed.chart,
      (step) => onPick(this.steps[nearestIndex(this.steps, step)]),
    );
  }

  get palette(): readonly string[] {
    return this.colours;
  }

  retheme(): void {
    this.themed.retheme();
  }

  /** Draws columns of these steps, the cursor and where the model was edited. */
  show(steps: readonly number[], moment: number | undefined, edits: readonly EditMark[]): void {
    this.steps = steps;
    this.edges = columnEdges(steps);
    this.moment = moment;
    const [first = 0, last = 0] = [steps[0], steps.at(-1)];
    // What is kept is of the layers of now: earlier edits are off the axis.
    const shown = edits.filter(({ step }) => step >= first && step <= last);
    this.marks.show({ edits: shown, earlier: edits.filter(({ step }) => step < first).length, moment });
    const { chart } = this.themed;
    chart.data.datasets[0].data = steps.map((step) => ({ x: step, y: 0 }));
    const { x, y } = chart.options.scales!;
    Object.assign(x!, { min: this.edges.at(0) ?? 0, max: this.edges.at(-1) ?? 1, display: steps.length > 0 });
    y!.display = steps.length > 0;
    this.themed.update();
  }

  private configure(theme: Theme) {
    this.colours = heatColours(theme);
    const common = commonOptions(theme);
    return {
      type: 'line' as const,
      // Of no size: they are what the pointer finds.
      data: { datasets: [{ data: [], showLine: false, pointRadius: 0, pointHoverRadius: 0 }] },
      options: {
        ...common,
        layout: { padding: { top: FLAG_BAND, right: SIGN_BAND } },
        onHover: ({ y }: { y: number | null }) => (this.pointer = y ?? 0),
        scales: { x: stepAxis(theme), y: { type: 'linear' as const, ...this.cells.axis(axisStyle(theme, '')) } },
        plugins: {
          ...common.plugins,
          decimation: { enabled: false },
          tooltip: {
            ...common.plugins?.tooltip,
            position: 'pointer' as const,
            displayColors: false,
            callbacks: {
              title: ([item]: { dataIndex: number }[]) => (item ? `step ${formatCount(this.steps[item.dataIndex])}` : ''),
              label: ({ chart, dataIndex }: { chart: Chart; dataIndex: number }) =>
                this.cells.describe(dataIndex, chart.scales.y.getValueForPixel(this.pointer) ?? 0),
            },
          },
        },
      },
      plugins: [
        {
          id: 'cells',
          beforeDatasetsDraw: (chart: Chart<'line'>) => {
            const xs = this.edges.map((step) => Math.round(chart.scales.x.getPixelForValue(step)));
            chart.ctx.save();
            this.cells.draw({ chart, theme, colours: this.colours, xs });
            chart.ctx.restore();
          },
          // The cursor is of a colour that cells may have, too.
          afterDatasetsDraw: ({ ctx, chartArea, scales }: Chart<'line'>) => {
            if (this.moment === undefined) return;
            ctx.fillStyle = theme.background;
            ctx.fillRect(Math.round(scales.x.getPixelForValue(this.moment)) - 3, chartArea.top, 6, chartArea.height);
          },
        },
        this.marks.plugin(theme),
      ],
    };
  }
}
