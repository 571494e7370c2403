/**
 * The dashboard's painter. The host owns the run and sends it (src/view/protocol.ts); nothing here outlives the page but preferences.
 *
 * What tests may hold on to:
 * - `[data-role]`: `state` (with `data-state`), `step` (with `data-value`), `steps`, `rate`, `params`, `engine`, `name`, `file`, `failure`
 *   or `ending` (what ended the run, or that the extension is gone: `state` then has `data-state="lost"`), `notice` (while it trains),
 *   `empty`; figures with `data-value` (`NaN` = not finite, absent = not known): `last-loss`, `train-loss`, `val-loss`, `gap`, `total-loss`,
 *   `lr`, `train-score`, `val-score`, `slope-now`, `slope-start`, `grad-norm`; `stats-step`, `log-scale`
 * - `[data-command="train|pause|resume|step|stop"]`: the buttons
 * - `table.layer-strip tr[data-layer="NAME"]` (`aria-current="true"`: selected; `data-line`), in it `td[data-column="gradient|activation|dead|saturated|update"]`
 *   with `data-level="ok|low|high|broken|none"`; read `textContent`, as `innerText` is empty where the cell is out of sight
 * - `canvas[data-chart="loss|score|flow"]` (`data-empty`: shows a note instead of curves)
 * - `[data-role]`: `time` (the slider; `value`), `past-banner` (only while the reader is in the past), `edits` (the list, a `details`), `edit-detail`
 *   (of the chosen edit; `data-value`: its id), `compared` (legend of the comparison), `parent` (what the run branched off)
 * - `[data-edit="ID"]`: a row of the list of edits, its button opens what the edit did; `button[data-flag="ID ID…"]`: a flag above a chart
 * - `[data-command="now|branch"]` beside the slider, `[data-command="revert|diff"]` in the chosen edit, `[data-command="endComparison"]`
 * - `[data-compared="RUN"]`: an entry of the comparison's legend
 * - on `#app`: `data-run`, the id of the run on show; `data-paints`, how often everything was drawn
 */
import './style.css';
import './timeline.css';
import type { FromView } from '../src/view/protocol';
import { ComparedLegend } from './comparedLegend';
import { Connection } from './connection';
import { el } from './dom';
import { EditList } from './editList';
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
import { TimeBar } from './timeBar';
import { runAt, TimeTravel } from './timeTravel';

const host = new Host();
const store = new Store();
const connection = new Connection(() => frames.request());
const travel = new TimeTravel((runId, step) => host.send({ type: 'time', runId, step }));
const app = document.getElementById('app')!;

const header = new Header((command) => host.send({ type: 'command', command }));
const empty = emptyState(() => host.send({ type: 'command', command: 'train' }));
const loss = new LossChart(host.preferences.logLoss, setLogarithmic, selectEdit, goTo);
const score = new ScoreChart(selectEdit);
const compared = new ComparedLegend(() => host.send({ type: 'endComparison' }));
const time = new TimeBar(
  travel,
  () => frames.request(),
  (step) => tellOfRun((runId) => ({ type: 'branch', runId, step })),
);
const edits = new EditList(
  host.preferences.editsOpen,
  selectEdit,
  (type, edit) => tellOfRun((runId) => ({ type, runId, edit })),
  (editsOpen) => (host.preferences = { ...host.preferences, editsOpen }),
);
const flow = new GradientFlow(select);
const strip = new LayerStrip(select);
const board = el(
  'main',
  { class: 'board', hidden: true },
  header.element,
  el('div', { class: 'curves' }, loss.panel.element, score.panel.element),
  compared.element,
  time.element,
  edits.element,
  strip.element,
  flow.panel.element,
);

let paints = 0;
let reveal = false;
/** The run on show: the host may hydrate it again, which is no reason to scroll. */
let shown: string | undefined;
/** Id of the edit that is looked at. */
let selectedEdit: number | undefined;

const frames = new Frames([paintCurves, paintLayers], (draw) => requestAnimationFrame(draw));

function select(layer: string): void {
  store.selected = layer;
  host.send({ type: 'select', layer });
  frames.request();
}

function selectEdit(edit: number | undefined): void {
  selectedEdit = edit;
  frames.request();
}

function goTo(step: number): void {
  travel.go(step);
  frames.request();
}

function setLogarithmic(logLoss: boolean): void {
  host.preferences = { ...host.preferences, logLoss };
  frames.request();
}

function tellOfRun(message: (runId: string) => FromView): void {
  if (store.run) host.send(message(store.run.runId));
}

function paintCurves(): void {
  const { run } = store;
  empty.hidden = run !== undefined;
  board.hidden = run === undefined;
  if (!run) return;
  const axis = { edits: run.edits, selected: selectedEdit, moment: travel.step };
  header.paint(run, !connection.isLost);
  loss.paint(run, axis, store.compared);
  score.paint(run, axis, store.compared);
  compared.paint(run, store.compared);
  time.paint(run);
  edits.paint(run.edits, selectedEdit);
  board.classList.toggle('past', travel.step !== undefined);
  app.dataset.run = run.runId;
}

function paintLayers(): void {
  const { run, selected } = store;
  if (run) {
    const then = travel.answer ? runAt(run, travel.answer) : run;
    const moment = travel.answer?.step;
    strip.paint(then, selected, moment);
    flow.paint(then, selected, moment);
    if (reveal) strip.reveal(selected);
  }
  reveal = false;
  app.dataset.paints = String(++paints);
}

host.onMessage((message) => {
  connection.hear();
  if (message.type === 'alive') return;
  if (message.type === 'past') travel.take(message);
  else if (!store.apply(message)) return;
  travel.follow(store.run);
  const isOther = store.run?.runId !== shown;
  reveal ||= message.type === 'select' || isOther;
  if (isOther) selectedEdit = undefined;
  shown = store.run?.runId;
  if (message.type === 'hydrate' && !app.contains(board)) app.replaceChildren(empty, board);
  frames.request();
});

onThemeChange(() => {
  for (const chart of [loss, score, flow]) chart.retheme();
  frames.request();
});

setInterval(() => connection.tick(), 1000);

host.send({ type: 'ready' });
