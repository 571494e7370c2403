import './layer.css';
import { color } from 'chart.js/helpers';
import { formatCount } from '../src/base/format';
import type { LayerMoment } from '../src/view/protocol';
import { Changes } from './changes';
import { ChartPanel, Figure } from './chartPanel';
import type { ChartTable } from './chartTable';
import { nearestIndex } from './columns';
import { el, setText } from './dom';
import { shadeAt } from './heatColours';
import { type Ground, HeatMap } from './heatMap';
import { RampLegend } from './rampLegend';
import { activeUnits, type Fate, unitFates, unitOf } from './unitFates';
import type { Theme } from './theme';
import type { Scene, View } from './view';

/** Height of a row and of what stands above and below the rows, in pixels. */
const ROW = { least: 7, most: 18 };
const AROUND = 62;
const LEAST_HEIGHT = 190;

/** What is said of a unit; of one that is as it should be, nothing. */
const FATES: Record<Fate, string> = {
  alive: '',
  dead: 'never active since the start',
  died: 'was active, died since',
  revived: 'not active at first, is now',
};

/** On how many samples each unit of the selected layer is active, over the steps: dead ones told apart by when they died. */
export class UnitMap implements View {
  private readonly panel: ChartPanel;
  private readonly figures = {
    dead: new Figure('dead-now', 'dead now', formatCount),
    fromStart: new Figure('dead-from-start', 'since the start', formatCount),
    died: new Figure('died-since', 'died since', formatCount),
    revived: new Figure('revived', 'came back', formatCount),
  };
  private readonly kept = el('p', { class: 'figures', hidden: true });
  private readonly legend = new RampLegend('share of samples it is active on');
  private readonly map: HeatMap;
  private moments: readonly LayerMoment[] = [];
  private fates: Fate[] = [];
  /** What `fates` is of. */
  private latest?: LayerMoment;
  private readonly changes = new Changes();

  constructor(onPick: (step: number) => void) {
    this.panel = new ChartPanel('units', 'Units', [
      { label: 'never: 0 %', mark: 'never' },
      { label: FATES.dead, mark: 'dead' },
      { label: FATES.died, mark: 'died' },
      { label: FATES.revived, mark: 'revived' },
    ]);
    this.panel.figures.append(...Object.values(this.figures).map(({ element }) => element));
    this.panel.figures.after(this.kept);
    this.panel.plot.after(this.legend.element);
    this.panel.table = () => this.table();
    this.panel.pictured = () => ({ ramp: this.legend.ramp });
    this.map = new HeatMap(
      this.panel,
      {
        draw: (ground) => this.drawCells(ground),
        describe: (column, row) => this.describe(column, Math.floor(row)),
        axis: (style) => ({
          ...style,
          reverse: true,
          min: 0,
          title: { ...style.title, text: 'unit' },
          grid: { display: false },
          ticks: { ...style.ticks, precision: 0, callback: (row: number | string) => this.unitName(Number(row)) },
        }),
      },
      onPick,
    );
    this.element.hidden = true;
  }

  get element(): HTMLElement {
    return this.panel.element;
  }

  retheme(): void {
    this.map.retheme();
    this.changes.forget();
  }

  paint({ run, history, moment }: Scene): void {
    if (!this.changes.have(history, moment, run.edits)) return;
    this.moments = (history?.moments ?? []).filter(({ active }) => active);
    this.element.hidden = this.moments.length === 0;
    if (!history || this.element.hidden) return;
    const steps = this.moments.map(({ step }) => step);
    const past = this.moments.slice(0, nearestIndex(steps, moment) + 1);
    this.fates = unitFates(past);
    this.latest = past.filter(activeUnits).at(-1);
    this.panel.setTitle(`${history.layer}: units over time`, undefined);
    this.showFigures(moment);
    this.fit();
    this.map.show(steps, moment, run.edits);
    this.showLegend();
  }

  private showFigures(moment: number | undefined): void {
    const count = (fate: Fate): number => this.fates.filter((one) => one === fate).length;
    const { dead, fromStart, died, revived } = this.figures;
    // Of a look at which nothing was finite, nothing is known.
    const isCurrent = moment === undefined && this.latest === this.moments.at(-1);
    dead.name = isCurrent ? 'dead now' : `dead at step ${formatCount(this.latest?.step ?? 0)}`;
    dead.show(count('dead') + count('died'));
    fromStart.show(count('dead'));
    died.show(count('died'));
    revived.show(count('revived'));
    revived.shown = count('revived') > 0;
    for (const fate of ['dead', 'died', 'revived'] as const) this.panel.showKey(fate, count(fate) > 0);
    const { rows, units } = this;
    this.kept.hidden = rows >= units;
    setText(this.kept, `${formatCount(rows)} of ${formatCount(units)} units, at even distances.`);
  }

  private get rows(): number {
    return this.fates.length;
  }

  private get units(): number {
    return this.latest?.units ?? this.rows;
  }

  private unitName(row: number): string {
    return Number.isInteger(row) && row < this.rows ? String(unitOf(row, this.rows, this.units)) : '';
  }

  /** As high as its rows need. */
  private fit(): void {
    const row = Math.max(ROW.least, Math.min(ROW.most, (LEAST_HEIGHT - AROUND) / Math.max(1, this.rows)));
    const height = `${Math.round(AROUND + row * this.rows)}px`;
    if (this.panel.plot.style.height !== height) this.panel.plot.style.height = height;
    Object.assign(this.map.themed.chart.options.scales!.y!, { max: Math.max(1, this.rows) });
  }

  private showLegend(): void {
    this.legend.show(
      this.map.palette,
      [1, 25, 50, 75, 100].map((percent) => ({ at: percent / 100, label: `${percent} %` })),
    );
    const isNever = this.moments.some((moment) => activeUnits(moment)?.includes(0));
    this.panel.showKey('never', isNever);
  }

  /** Shares of the units; none of another number of units: the layer was another one. */
  private comparable(moment: LayerMoment): readonly number[] | undefined {
    const active = activeUnits(moment);
    return active?.length === this.rows && moment.units === this.latest?.units ? active : undefined;
  }

  private drawCells({ chart, theme, colours, xs }: Ground): void {
    const { ctx, chartArea, scales } = chart;
    // Solid: lines of the grid would show through.
    const never = color(theme.background).mix(color(theme.error), 0.55).rgbString();
    const ys = Array.from({ length: this.rows + 1 }, (_, row) => Math.round(scales.y.getPixelForValue(row)));
    const known = this.moments.map((moment) => this.comparable(moment));
    for (let row = 0; row < this.rows; row++) {
      const height = Math.max(1, ys[row + 1] - ys[row]);
      let [from, colour] = [0, ''];
      // Neighbours of one colour are one rectangle: that is most of the time of a paint.
      for (let column = 0; column <= known.length; column++) {
        const percent = known[column]?.[row];
        const next = percent === undefined ? '' : percent === 0 ? never : shadeAt(colours, percent / 100);
        if (next === colour) continue;
        if (colour) ctx.fillStyle = colour;
        if (colour) ctx.fillRect(xs[from], ys[row], Math.max(1, xs[column] - xs[from]), height);
        [from, colour] = [column, next];
      }
    }
    this.fates.forEach((fate, row) => drawSign(ctx, theme, fate, chartArea.right + 8, (ys[row] + ys[row + 1]) / 2));
  }

  private describe(column: number, row: number): string[] {
    const percent = activeUnits(this.moments[column])?.[row];
    if (percent === undefined) return ['nothing known of the units'];
    const fate = FATES[this.fates[row]];
    return [`unit ${this.unitName(row)}: active on ${percent === 0 ? 'no sample' : `${percent} % of the samples`}`, ...(fate ? [fate] : [])];
  }

  private table(): ChartTable {
    const known = this.moments.filter(({ active }) => active!.length === this.rows);
    return {
      columns: ['unit', 'state', ...known.map(({ step }) => `step ${step}, %`)],
      rows: this.fates.map((fate, row) => [
        String(unitOf(row, this.rows, this.units)),
        FATES[fate] || 'active',
        ...known.map((moment) => activeUnits(moment)?.[row] ?? null),
      ]),
    };
  }
}

/** A cross, a triangle pointing down, one pointing up: as in the legend. */
function drawSign(ctx: CanvasRenderingContext2D, theme: Theme, fate: Fate, x: number, y: number): void {
  if (fate === 'alive') return;
  const size = 3;
  ctx.beginPath();
  if (fate === 'dead') {
    ctx.moveTo(x - size, y - size);
    ctx.lineTo(x + size, y + size);
    ctx.moveTo(x + size, y - size);
    ctx.lineTo(x - size, y + size);
    ctx.lineWidth = 1.5;
    ctx.strokeStyle = theme.error;
    ctx.stroke();
    return;
  }
  const tip = fate === 'died' ? size : -size;
  ctx.moveTo(x - size - 0.5, y - tip);
  ctx.lineTo(x + size + 0.5, y - tip);
  ctx.lineTo(x, y + tip);
  ctx.fillStyle = fate === 'died' ? theme.warn : theme.foreground;
  ctx.fill();
}
