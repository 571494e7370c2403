import type { ChartOptions } from 'chart.js';
import { axisStyle, limitLine, type LineConfiguration } from './charts';
import { edgeMarks } from './depthChart';
import { fade, type Theme } from './theme';
import type { ValueAxis } from './valueAxis';
import { valueScale } from './valueScale';

/** Datasets of the ladder; what is nearer to the reader comes first. */
export const enum Curve {
  Median,
  Inner,
  InnerEnd,
  Outer,
  OuterEnd,
  Start84,
  Start16,
  Start98,
  Start2,
  Above,
  Below,
  Broken,
}

/** Distance of the dotted lines from 0: where inits aim the middle 68 %. */
export const AIM = 1;

/** `axis`: as it is at the time. */
export function ladderConfiguration(theme: Theme, options: ChartOptions<'line'>, axis: () => ValueAxis): LineConfiguration {
  const style = axisStyle(theme, 'activation');
  const bare = { data: [], pointRadius: 0, pointHoverRadius: 0 };
  const edge = { ...bare, borderColor: fade(theme.train, 0.55), borderWidth: 1 };
  const start = (label: string, dash: number[]) => ({ ...bare, label, borderColor: theme.muted, borderWidth: 1, borderDash: dash });
  const beyond = { borderColor: theme.foreground, backgroundColor: theme.warn };
  return {
    type: 'line',
    data: {
      datasets: [
        { ...bare, label: 'median', borderColor: theme.train, backgroundColor: theme.train, borderWidth: 2 },
        { ...edge, label: '84 %', fill: '+1', backgroundColor: fade(theme.train, 0.32) },
        { ...edge, label: '16 %' },
        { ...edge, label: '98 %', fill: '+1', backgroundColor: fade(theme.train, 0.16) },
        { ...edge, label: '2 %' },
        start('84 % at the start', [2, 2]),
        start('16 % at the start', [2, 2]),
        start('98 % at the start', [5, 3]),
        start('2 % at the start', [5, 3]),
        { ...edgeMarks(theme, 'above the axis', 'triangle'), ...beyond },
        { ...edgeMarks(theme, 'below the axis', 'triangle', 180), ...beyond },
        edgeMarks(theme, 'not finite', 'crossRot'),
      ],
    },
    options: {
      ...options,
      scales: {
        ...options.scales,
        y: {
          type: 'linear',
          ...valueScale({ ...style, ticks: { ...style.ticks, includeBounds: true, autoSkip: false } }, axis),
        },
      },
      plugins: {
        ...options.plugins,
        annotation: {
          annotations: { ...(options.plugins?.annotation?.annotations as object), aimAbove: limitLine(theme, AIM), aimBelow: limitLine(theme, -AIM) },
        },
      },
    },
  };
}
