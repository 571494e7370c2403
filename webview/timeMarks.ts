import type { Chart, Plugin } from 'chart.js';
import type { EditMark } from '../src/view/protocol';
import { formatCount } from '../src/base/format';
import { el, setAttribute, setText } from './dom';
import { summarizeChanges } from './editText';
import { type FlagGroup, flagText, groupFlags } from './flagGroups';
import { fade, type Theme } from './theme';

/** Height in pixels that a chart keeps free above its curves for flags, whether there are any or not: the curves must not move. */
export const FLAG_BAND = 18;

/** What is marked on the time axis of every chart. */
export interface TimeAxis {
  edits: readonly EditMark[];
  /** Edits before the first of these, which are counted but off the axis. */
  earlier?: number;
  /** Id of the edit that is looked at. */
  selected?: number;
  /** The step that the reader went back to. */
  moment?: number;
}

/** Lines across a chart where the model was edited and where the reader is, and a numbered flag above each edit. */
export class TimeMarks {
  readonly element = el('div', { class: 'flags', role: 'group', 'aria-label': 'Edits on the time axis' });
  private axis: TimeAxis = { edits: [] };
  private groups: FlagGroup[] = [];
  private readonly flags: HTMLButtonElement[] = [];

  constructor(private readonly onSelect: (edit: number) => void) {
    this.element.addEventListener('click', ({ target }) => this.choose(target));
    this.element.addEventListener('keydown', (event) => this.navigate(event));
  }

  /** What the next drawing of the chart shows. */
  show(axis: TimeAxis): void {
    this.axis = axis;
  }

  /** Draws them in the colours of a theme. */
  plugin(theme: Theme): Plugin<'line'> {
    return {
      id: 'timeMarks',
      beforeDatasetsDraw: (chart) => {
        this.group(chart);
        this.drawEdits(chart, theme);
      },
      afterDatasetsDraw: (chart) => this.drawMoment(chart, theme),
      // A picture has no buttons: there the flags are written.
      afterDraw: (chart) => (chart.options.responsive === false ? this.writeFlags(chart, theme) : this.placeFlags()),
    };
  }

  private drawEdits(chart: Chart<'line'>, theme: Theme): void {
    const { edits, selected } = this.axis;
    // Many lines side by side must stay a shade behind the curves.
    const isCrowded = edits.length > 40;
    const alpha = isCrowded ? 0.11 : edits.length > 15 ? 0.4 : 0.65;
    const steps = edits.filter(({ id }) => id !== selected).map(({ step }) => step);
    line(chart, steps, { colour: fade(theme.foreground, alpha), width: 1, dash: isCrowded ? [] : [3, 3] });
    line(
      chart,
      edits.filter(({ id }) => id === selected).map(({ step }) => step),
      { colour: theme.foreground, width: 2, dash: [] },
    );
    this.drawSpans(chart, theme);
  }

  /** Under a flag of several edits: from where to where they reach. */
  private drawSpans({ ctx, chartArea, scales }: Chart<'line'>, theme: Theme): void {
    const { edits } = this.axis;
    ctx.save();
    ctx.fillStyle = theme.muted;
    for (const { from, to } of this.groups) {
      if (from === to || to >= edits.length) continue;
      const [start, end] = [edits[from], edits[to]].map(({ step }) => scales.x.getPixelForValue(step));
      ctx.fillRect(start - 1, chartArea.top - 1, end - start + 2, 2);
    }
    ctx.restore();
  }

  private drawMoment(chart: Chart<'line'>, theme: Theme): void {
    const { moment } = this.axis;
    if (moment === undefined) return;
    line(chart, [moment], { colour: theme.focus, width: 2, dash: [] });
    const { ctx, chartArea, scales } = chart;
    const x = scales.x.getPixelForValue(moment);
    ctx.save();
    ctx.fillStyle = theme.focus;
    ctx.beginPath();
    ctx.moveTo(x - 6, chartArea.bottom + 8);
    ctx.lineTo(x + 6, chartArea.bottom + 8);
    ctx.lineTo(x, chartArea.bottom);
    ctx.fill();
    ctx.restore();
  }

  private group({ scales, chartArea, width }: Chart<'line'>): void {
    const pixels = this.axis.edits.map(({ step }) => scales.x.getPixelForValue(step));
    this.groups = groupFlags(pixels, chartArea.left - 8, width);
  }

  private writeFlags({ ctx, chartArea }: Chart<'line'>, theme: Theme): void {
    ctx.save();
    ctx.fillStyle = theme.foreground;
    ctx.font = `${theme.fontSize - 1}px ${theme.fontFamily}`;
    ctx.textAlign = 'center';
    ctx.textBaseline = 'bottom';
    const { earlier = 0 } = this.axis;
    for (const { from, to, x } of this.groups) ctx.fillText(flagText({ from: from + earlier, to: to + earlier }), x, chartArea.top - 2);
    ctx.restore();
  }

  private placeFlags(): void {
    while (this.flags.length < this.groups.length) {
      const flag = el('button', { class: 'flag', type: 'button', tabindex: this.flags.length === 0 ? 0 : -1 });
      this.flags.push(flag);
      this.element.append(flag);
    }
    this.flags.forEach((flag, index) => this.paintFlag(flag, this.groups[index], this.axis.selected));
    // The flag that the tab key led to may be one with another by now.
    if (!this.flags.some(({ hidden, tabIndex }) => !hidden && tabIndex === 0)) this.makeTabStop(this.flags[0]);
  }

  private paintFlag(flag: HTMLButtonElement, group: FlagGroup | undefined, selected: number | undefined): void {
    flag.hidden = group === undefined;
    if (!group) return;
    const edits = this.axis.edits.slice(group.from, group.to + 1);
    const last = edits[edits.length - 1];
    const label =
      edits.length === 1
        ? `Edit ${flagText(group)} at step ${formatCount(last.step)}: ${summarizeChanges(last.changes)}`
        : `Edits ${flagText(group)}, steps ${formatCount(edits[0].step)} to ${formatCount(last.step)}`;
    setText(flag, flagText(group));
    setAttribute(flag, 'data-flag', edits.map(({ id }) => id).join(' '));
    setAttribute(flag, 'title', label);
    setAttribute(flag, 'aria-label', label);
    setAttribute(flag, 'aria-pressed', String(edits.some(({ id }) => id === selected)));
    setWidth(flag, group);
  }

  private choose(target: EventTarget | null): void {
    const group = this.groups[this.flags.findIndex((flag) => flag === target)];
    if (!group) return;
    const ids = this.axis.edits.slice(group.from, group.to + 1).map(({ id }) => id);
    // Clicks on a flag of several lead through them, the newest first.
    const at = ids.findIndex((id) => id === this.axis.selected);
    this.onSelect(at > 0 ? ids[at - 1] : ids[ids.length - 1]);
  }

  /** One flag at a time is in the tab order; the arrow keys move among them. */
  private navigate(event: KeyboardEvent): void {
    const index = this.flags.findIndex((flag) => flag === event.target);
    const goals: Record<string, number> = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: this.groups.length - 1 };
    if (index < 0 || !(event.key in goals)) return;
    event.preventDefault();
    const goal = this.flags[Math.max(0, Math.min(this.groups.length - 1, goals[event.key]))];
    this.makeTabStop(goal);
    goal.focus();
  }

  private makeTabStop(stop: HTMLButtonElement | undefined): void {
    for (const flag of this.flags) flag.tabIndex = flag === stop ? 0 : -1;
  }
}

function setWidth(flag: HTMLElement, { x, width }: FlagGroup): void {
  const [left, size] = [`translateX(${Math.round(x - width / 2)}px)`, `${width}px`];
  if (flag.style.transform !== left) flag.style.transform = left;
  if (flag.style.width !== size) flag.style.width = size;
}

/** Lines from top to bottom, at most one a pixel. */
function line({ ctx, chartArea, scales }: Chart<'line'>, steps: readonly number[], style: { colour: string; width: number; dash: number[] }): void {
  if (steps.length === 0) return;
  ctx.save();
  ctx.strokeStyle = style.colour;
  ctx.lineWidth = style.width;
  ctx.setLineDash(style.dash);
  ctx.beginPath();
  for (const x of new Set(steps.map((step) => Math.round(scales.x.getPixelForValue(step)) + (style.width % 2) / 2))) {
    ctx.moveTo(x, chartArea.top);
    ctx.lineTo(x, chartArea.bottom);
  }
  ctx.stroke();
  ctx.restore();
}
