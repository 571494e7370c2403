/**
 * The dashboard's painter. The host owns the run and sends it (src/view/protocol.ts); nothing here outlives the page but preferences.
 *
 * What tests may hold on to:
 * - `[data-role]`: `state` (with `data-state`), `step` (with `data-value`), `steps`, `rate`, `params`, `engine`, `name`, `file`, `failure` or `notice`,
 *   `empty`; figures with `data-value` (`NaN` = not finite, absent = not known): `last-loss`, `train-loss`, `val-loss`, `gap`, `total-loss`,
 *   `lr`, `train-score`, `val-score`, `slope-now`, `slope-start`, `grad-norm`; `stats-step`, `log-scale`
 * - `[data-command="train|pause|resume|step|stop"]`: the buttons
 * - `table.layer-strip tr[data-layer="NAME"]` (`aria-current="true"`: selected; `data-line`), in it `td[data-column="gradient|activation|dead|saturated|update"]`
 *   with `data-level="ok|low|high|broken|none"`; read `textContent`, as `innerText` is empty where the cell is out of sight
 * - `canvas[data-chart="loss|score|flow"]` (`data-empty`: shows a note instead of curves)
 * - on `#app`: `data-run`, the id of the run on show; `data-paints`, how often everything was drawn
 */
import './style.css';
import { el } from './dom';
import { emptyState } from './emptyState';
import { Frames } from './frames';
import { GradientFlow } from './gradientFlow';
import { Header } from './header';
import { Host } from './host';
import { LayerStrip } from './layerStrip';
import { LossChart } from './lossChart';
import { ScoreChart } from './scoreChart';
import { Store } from './store';
import { onThemeChange } from './theme';

const host = new Host();
const store = new Store();
const app = document.getElementById('app')!;

const header = new Header((command) => host.send({ type: 'command', command }));
const empty = emptyState(() => host.send({ type: 'command', command: 'train' }));
const loss = new LossChart(host.preferences.logLoss, (logLoss) => {
  host.preferences = { logLoss };
  frames.request();
});
const score = new ScoreChart();
const flow = new GradientFlow(select);
const strip = new LayerStrip(select);
const board = el(
  'main',
  { class: 'board', hidden: true },
  header.element,
  el('div', { class: 'curves' }, loss.panel.element, score.panel.element),
  strip.element,
  flow.panel.element,
);

let paints = 0;
let reveal = false;
/** The run on show: the host may hydrate it again, which is no reason to scroll. */
let shown: string | undefined;

const frames = new Frames([paintCurves, paintLayers], (draw) => requestAnimationFrame(draw));

function select(layer: string): void {
  store.selected = layer;
  host.send({ type: 'select', layer });
  frames.request();
}

function paintCurves(): void {
  const { run } = store;
  empty.hidden = run !== undefined;
  board.hidden = run === undefined;
  if (!run) return;
  header.paint(run);
  loss.paint(run);
  score.paint(run);
  app.dataset.run = run.runId;
}

function paintLayers(): void {
  const { run, selected } = store;
  if (run) {
    strip.paint(run, selected);
    flow.paint(run, selected);
    if (reveal) strip.reveal(selected);
  }
  reveal = false;
  app.dataset.paints = String(++paints);
}

host.onMessage((message) => {
  if (!store.apply(message)) return;
  reveal ||= message.type === 'select' || store.run?.runId !== shown;
  shown = store.run?.runId;
  if (message.type === 'hydrate' && !app.contains(board)) app.replaceChildren(empty, board);
  frames.request();
});

onThemeChange(() => {
  loss.retheme(store.run);
  score.retheme(store.run);
  flow.retheme(store.run, store.selected);
});

host.send({ type: 'ready' });
