import type { Chart, Scale } from 'chart.js';
import { formatNumber } from '../src/base/format';
import {
  axisStyle,
  commonOptions,
  flagAxis,
  type LineConfiguration,
  notFiniteMarks,
  stepAxis,
  stepTooltip,
  type ThemedChart,
  tickText,
  zeroMarks,
} from './charts';
import { balancedClasses, type Point } from './lossSeries';
import { fade, type Theme } from './theme';

/** Datasets, in the order of drawing: the first lies on top. */
export const enum Curve {
  Smooth,
  Train,
  Validation,
  Best,
  Broken,
  Zero,
  Raw,
}

/** In pixels; fits `0.0001` and a title. */
const AXIS_WIDTH = 64;

/** Of the label at the no-skill line, in pixels. */
const LABEL_HEIGHT = 18;

/** How many there are. */
export const CURVES = Curve.Raw + 1;

/** Of the axis beside the loss and of that beside the learning rate below it: their steps stand above each other. */
export function setAxisWidth(axis: Scale): void {
  axis.width = AXIS_WIDTH;
}

/** A ring around the best evaluation. */
export const bestMark = (theme: Theme) =>
  ({
    label: 'best evaluation',
    data: [] as Point[],
    showLine: false,
    pointRadius: 6,
    pointHoverRadius: 6,
    pointStyle: 'circle',
    borderColor: theme.foreground,
    backgroundColor: 'transparent',
    pointBorderWidth: 2,
  }) satisfies LineConfiguration['data']['datasets'][number];

/** How the loss is drawn; the data comes later. */
export function lossConfiguration(theme: Theme): LineConfiguration {
  const common = commonOptions(theme);
  const yStyle = axisStyle(theme, 'loss');
  return {
    type: 'line',
    data: {
      datasets: [
        { label: 'smoothed', data: [], borderColor: theme.train, backgroundColor: theme.train, borderWidth: 2, pointRadius: 0 },
        { label: 'training', data: [], borderColor: theme.train, backgroundColor: theme.train, borderWidth: 1, borderDash: [2, 2], pointRadius: 3 },
        {
          label: 'validation',
          data: [],
          borderColor: theme.validation,
          backgroundColor: theme.validation,
          borderWidth: 2,
          borderDash: [6, 3],
          pointStyle: 'rectRot',
          fill: { target: Curve.Train, above: fade(theme.validation, 0.3), below: fade(theme.train, 0.3) },
        },
        bestMark(theme),
        notFiniteMarks(theme),
        zeroMarks(theme),
        {
          label: 'each step',
          data: [],
          borderColor: fade(theme.train, 0.27),
          backgroundColor: fade(theme.train, 0.27),
          borderWidth: 1,
          pointRadius: 0,
        },
      ],
    },
    options: {
      ...common,
      scales: {
        x: stepAxis(theme),
        y: { type: 'linear', ...yStyle, ticks: { ...yStyle.ticks, callback: tickText }, afterFit: setAxisWidth },
        flag: flagAxis,
      },
      plugins: {
        ...common.plugins,
        tooltip: stepTooltip(common, ({ dataset, parsed }) =>
          dataset.yAxisID === 'flag' ? dataset.label! : `${dataset.label}: ${formatNumber(parsed.y)}`,
        ),
        annotation: { annotations: { noSkill: noSkillLine(theme) } },
      },
    },
  };
}

function noSkillLine(theme: Theme) {
  const line = {
    type: 'line' as const,
    display: false,
    yMin: 0,
    yMax: 0,
    borderColor: theme.muted,
    borderWidth: 1,
    borderDash: [1, 3],
    // Under the curves: where nothing is learned they run along this line.
    drawTime: 'beforeDatasetsDraw' as const,
    label: {
      display: true,
      content: '',
      position: 'end' as const,
      // Above the line, below it where that is close to the top: what leaves the chart is cut off.
      yAdjust: ({ chart }: { chart: Chart }) => (chart.scales.y.getPixelForValue(line.yMin) < chart.chartArea.top + LABEL_HEIGHT ? 9 : -9),
      drawTime: 'afterDatasetsDraw' as const,
      backgroundColor: fade(theme.background, 0.7),
      color: theme.muted,
      font: { family: theme.fontFamily, size: theme.fontSize, weight: 'normal' as const },
      padding: { x: 4, y: 1 },
    },
  };
  return line;
}

/** Draws the line at the loss of the best constant prediction, or takes it away. */
export function showNoSkill(chart: ThemedChart['chart'], loss: number | undefined): void {
  const { annotations } = chart.options.plugins!.annotation!;
  const line = (annotations as Record<'noSkill', ReturnType<typeof noSkillLine>>).noSkill;
  line.display = loss !== undefined;
  if (loss === undefined) return;
  const classes = balancedClasses(loss);
  line.yMin = line.yMax = loss;
  line.label.content = `no skill: ${classes ? `ln ${classes} = ` : ''}${formatNumber(loss)}`;
}
