/**
 * The dashboard's painter. The host owns the run and sends it (src/view/protocol.ts); nothing here outlives the page but preferences.
 *
 * What tests may hold on to:
 * - `[data-role]`: `state` (with `data-state`), `step` (with `data-value`), `steps`, `rate`, `params`, `engine`, `name`, `file`, `failure`
 *   or `ending` (what ended the run, or that the extension is gone: `state` then has `data-state="lost"`), `notice` (while it trains),
 *   `empty`; figures with `data-value` (`NaN` = not finite, absent = not known): `last-loss`, `train-loss`, `val-loss`, `gap`, `total-loss`,
 *   `best-step`, `lr`, `highest-lr`, `lr-since`, `train-score`, `val-score`, `slope-now`, `slope-start`, `slope-outputs`, `grad-norm`; `stats-step`, `log-scale`, `gap-trend` (`data-value="growing|shrinking|steady"`)
 *   texts `recipe` (what trains, and by what), `skill` (how the loss stands to guessing); `state` has `data-ending` where a finished run came to no good
 * - `[data-command="train|pause|resume|step|stop"]`: the buttons; `[data-command="allFeatures"]` unfolds the table of features
 * - `table.layer-strip tr[data-layer="NAME"]` (`aria-current="true"`: selected; `data-line`), in it `td[data-column="gradient|activation|dead|saturated|update"]`
 *   with `data-level="ok|low|high|broken|none"`; rows out of sight follow when the page is idle
 * - `canvas[data-chart="loss|score|rate|flow|evidence|trials"]` (`data-empty`: shows a note instead of curves)
 * - `[data-role]`: `time` (the slider; `value`), `past-banner` (only while the reader is in the past), `edits` (the list, a `details`), `edit-detail`
 *   (of the chosen edit; `data-value`: its id), `compared` (legend of the comparison), `parent` (what the run branched off)
 * - `[data-edit="ID"]`: a row of the list of edits, its button opens what the edit did; `button[data-flag="ID ID…"]`: a flag above a chart
 * - `[data-command="now|branch"]` beside the slider, `[data-command="revert|diff"]` in the chosen edit, `[data-command="endComparison"]`
 * - `[data-compared="RUN"]`: an entry of the comparison's legend
 * - `[data-role="diagnosis"]` (`data-verdict="unknown|healthy|warning|error"`, as `[data-role="health"]` in the header), in it `[data-finding="RULE"]` with
 *   `data-level` and `data-depth` (0: a cause); its `.finding-open` opens `[data-role="finding-detail"]` (`data-value`: the rule), its `.chip` shows the
 *   line; `[data-role="hints"]` and `[data-role="passed"]` (`details`); `[data-command="applyFix|explain|tryFixes"]`, a fix is `[data-fix="INDEX"]`
 * - `.finding-mark[data-rule="RULE"]` in the layer strip: leads to the finding
 * - `[data-role="trials"]` (`data-state="running|done|stopped"`), in it `tr[data-trial="ID"]` with `data-state`, `[data-command="applyTrial|stopTrials"]`
 * - `.panel.data-card` with `tr[data-feature="NAME"]`, `tr[data-output="puts|targets|reach"]`, `[data-role="output-reading"] li[data-level="note|warning|error"]`;
 *   `canvas[data-chart="boundary|predictions"]`; `.panel.unit-planes` with `button[data-layer]`; `.panel.confusion` with `td[data-value]` (counts); figures
 *   `outcome-r2`, `outcome-rmse`, `outcome-broken`; `.panel.samples` with `[role="option"][data-row]` and `[data-role="sample-detail"]`; `.panel.filters`; `.panel.attention`
 * - `details[data-section="network|layer|outcome|graph"]`: the sections; `.section-link` in the header leads to each (`aria-current`: what is read)
 * - in the layer strip `tr[data-block="NAME"]` (`aria-expanded`; a container is a `data-layer` too): a block of layers; rows in it have an `aria-level` > 1
 * - `canvas[data-chart="flow|ladder|update"]`: sliders over the layers (`aria-valuetext`: what they say of the selected one); figures `spread-slope-now`,
 *   `spread-slope-start`, `update-median`, `updates-outside`, texts `ladder-reading`, `update-reading`
 * - `[data-command="freeze|thaw"]` beside the slider, `[data-role="frozen-banner"]` (while the view is paused, and not in the past)
 * - `.model-graph`: the drawn model, in it `g[data-node="NAME"]` (`data-level` as in the strip, `aria-current`; `aria-expanded="false"`: a closed block) and
 *   `[data-close="BLOCK"]`; `[data-role="graph-statistic"]` (radio buttons), `[data-action="zoom-in|zoom-out|zoom-fit|open-all|close-all"]`
 * - of the selected layer `.panel.distribution`, `.histogram`, `.units` and `.normalisation` (the heading names it): `[data-role="tensor"] input[value="weight.update"]` (radio
 *   buttons), `canvas[data-chart="distribution|histogram|units|norm-mean|norm-variance|norm-affine|norm-modes|before-after"]` (`data-scale="linear|symmetric-log|logarithmic"`
 *   where that follows from the numbers); figures `looks`, `not-finite`, `percentile-SHARE-now|start` (of 2, 16, 50, 84, 98), `all-now|start`, `not-finite-now|start`,
 *   `dead-now`, `dead-from-start`, `died-since`, `revived`, `variance-ratio`, `mean-shift`, `mode-train`, `mode-eval`; text `normalisation-reading`
 * - on `#app`: `data-run`, the id of the run on show; `data-paints`, how often everything was drawn
 */
import './style.css';
import './timeline.css';
import './diagnosis.css';
import type { RuleId } from '../src/diagnose/finding';
import type { ComparedRun, FromView, Health, RunView } from '../src/view/protocol';
import { ActivationLadder } from './activationLadder';
import { AttentionGallery } from './attentionMaps';
import { type Export, EXPORT_EVENT } from './chartActions';
import { ComparedLegend } from './comparedLegend';
import { ComparedStrips } from './comparedStrips';
import { ConfusionMatrix } from './confusionMatrix';
import { Connection } from './connection';
import { DataCardView } from './dataCard';
import { DecisionBoundary } from './decisionBoundary';
import { Diagnosis } from './diagnosis';
import { DistributionMap } from './distributionMap';
import { DistributionNow } from './distributionNow';
import { el } from './dom';
import { EditList } from './editList';
import { emptyState } from './emptyState';
import { FilterGallery } from './filterGallery';
import { alarmsByLayer } from './findings';
import type { Marks } from './findingMarks';
import { Frames } from './frames';
import { Freeze } from './freeze';
import { GradientFlow } from './gradientFlow';
import { Header } from './header';
import { Host } from './host';
import { LayerStrip } from './layerStrip';
import { LossChart } from './lossChart';
import { ModelGraph } from './modelGraph';
import { NormalisationView } from './normalisationView';
import { PredictionChart } from './predictionChart';
import { RateChart } from './rateChart';
import { SampleGallery } from './sampleGallery';
import { ScoreChart } from './scoreChart';
import { Section } from './section';
import { type Place, SectionLinks } from './sectionLinks';
import { Store } from './store';
import { TensorChoice } from './tensorChoice';
import { onThemeChange } from './theme';
import { TimeBar } from './timeBar';
import type { TimeAxis } from './timeMarks';
import { runAt, TimeTravel } from './timeTravel';
import { Trials } from './trials';
import { UnitMap } from './unitMap';
import { UnitThumbnails } from './unitThumbnails';
import { UpdateChart } from './updateChart';
import type { Scene, View } from './view';
import { Watching } from './watching';

const host = new Host();
const store = new Store();
const connection = new Connection(() => frames.request());
const watching = new Watching((runId, layer) => host.send({ type: 'watch', runId, ...(layer !== undefined && { layer }) }));
const travel = new TimeTravel((runId, step) => host.send({ type: 'time', runId, step }));
const freeze = new Freeze();
const app = document.getElementById('app')!;

const header = new Header((command) => host.send({ type: 'command', command }));
const empty = emptyState(() => host.send({ type: 'command', command: 'train' }));
const loss = new LossChart(host.preferences.logLoss, setLogarithmic, selectEdit, goTo);
const score = new ScoreChart(selectEdit, goTo);
const compared = new ComparedLegend(() => host.send({ type: 'endComparison' }));
const time = new TimeBar(
  travel,
  () => frames.request(),
  (step) => tellOfRun((runId) => ({ type: 'branch', runId, step })),
  () => {
    freeze.toggle(store, watching.history);
    frames.request();
  },
);
const edits = new EditList(
  host.preferences.editsOpen,
  selectEdit,
  (type, edit) => tellOfRun((runId) => ({ type, runId, edit })),
  (editsOpen) => (host.preferences = { ...host.preferences, editsOpen }),
);
const diagnosis = new Diagnosis(
  {
    reveal: ({ rule }, layer) => revealFinding(rule, layer),
    explain: (rule) => host.send({ type: 'explain', rule }),
    applyFix: (rule, fix) => tellOfRun((runId) => ({ type: 'applyFix', runId, rule, fix })),
  },
  () => tellOfRun((runId) => ({ type: 'tryFixes', runId })),
);
const trials = new Trials(
  (trial) => tellOfRun((runId) => ({ type: 'applyTrial', runId, trial })),
  () => tellOfRun((runId) => ({ type: 'stopTrials', runId })),
);
const marks = { open: (rule: RuleId) => diagnosis.open(rule), point: (rule: RuleId | undefined) => diagnosis.point(rule) };
const flow = new GradientFlow(select, marks);
const strip = new LayerStrip(select, marks);
const rate = new RateChart(goTo);
const comparedStrips = new ComparedStrips();
const section = (name: string, title: string, views: readonly View[]) =>
  new Section(name, title, views, !host.preferences.closed.includes(name), keepSection);
const tensor = new TensorChoice(() => frames.request());
const layerSection = section('layer', 'Selected layer', [
  new DistributionMap(tensor, goTo),
  new DistributionNow(tensor),
  new UnitMap(goTo),
  new NormalisationView(),
]);
const samples = new SampleGallery();
/** In the order of use. */
const sections = [
  section('network', 'Network', [strip, flow, new ActivationLadder(select), new UpdateChart(select)]),
  layerSection,
  section('outcome', 'Data and predictions', [
    new DataCardView(),
    new DecisionBoundary(),
    new UnitThumbnails(select),
    new ConfusionMatrix((confusion) => samples.filter(confusion)),
    new PredictionChart(),
    samples,
    new FilterGallery(),
    new AttentionGallery(),
  ]),
  section('graph', 'Model', [new ModelGraph(select)]),
];
const curves = el(
  'section',
  { class: 'curves', 'aria-labelledby': 'curves-title' },
  el('h2', { id: 'curves-title', class: 'spoken' }, 'Curves'),
  loss.panel.element,
  score.panel.element,
  rate.element,
);
const links = new SectionLinks(
  [plain('Diagnosis', diagnosis.element), plain('Curves', curves), plain('Time', time.element), ...sections],
  header.element,
);
header.element.append(links.element);
const board = el(
  'main',
  { class: 'board', hidden: true },
  header.element,
  diagnosis.element,
  trials.element,
  curves,
  compared.element,
  time.element,
  edits.element,
  comparedStrips.element,
  ...sections.map(({ element }) => element),
);

let paints = 0;
let reveal = false;
/** The run on show: the host may hydrate it again, which is no reason to scroll. */
let shown: string | undefined;
/** Id of the edit that is looked at. */
let selectedEdit: number | undefined;

/** Of a time that is not judged. */
const NONE: Marks = new Map();
let judged: Health | undefined;
let found = NONE;

/** A part of the page that does not close. */
function plain(title: string, element: HTMLElement): Place {
  return { title, element, goTo: () => element.scrollIntoView({ block: 'start' }) };
}

function select(layer: string): void {
  store.selected = layer;
  host.send({ type: 'select', layer });
  frames.request();
}

/** Its line in the editor, its layer here. */
function revealFinding(rule: RuleId, layer: string | undefined): void {
  if (layer !== undefined) {
    store.selected = layer;
    reveal = true;
  }
  tellOfRun((runId) => ({ type: 'revealFinding', runId, rule, ...(layer !== undefined && { layer }) }));
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

/** A part of what is not in a section, painted of the newest state and of the one on show. */
function stage(paint: (newest: RunView, run: RunView, others: readonly ComparedRun[], axis: TimeAxis) => void): () => void {
  return () => {
    const { run, compared: others } = freeze.shown(store);
    if (store.run && run) paint(store.run, run, others, { edits: run.edits, selected: selectedEdit, moment: travel.step });
  };
}

function showBoard(): void {
  empty.hidden = store.run !== undefined;
  board.hidden = store.run === undefined;
  board.classList.toggle('past', travel.step !== undefined);
  board.classList.toggle('frozen', freeze.step !== undefined);
  if (store.run) app.dataset.run = store.run.runId;
}

/** What is looked at first is painted first. */
const paintLoss = stage((newest, run, others, axis) => {
  header.paint(newest, !connection.isLost);
  loss.paint(run, axis, others);
  time.paint(newest, freeze.step);
});

const paintFindings = stage((newest, run) => {
  diagnosis.paint(run, !connection.isLost);
  trials.paint(newest);
});

const paintScores = stage((_, run, others, axis) => {
  score.paint(run, axis, others);
  rate.paint(run, axis, loss.lastStep);
});

const paintOthers = stage((_, run, others) => {
  compared.paint(run, others);
  comparedStrips.paint(run, others);
  edits.paint(run.edits, selectedEdit);
});

/** Worked out once for every judgement: a frame is drawn far more often. */
function marksOf(health: Health | undefined): Marks {
  if (health !== judged) found = health ? alarmsByLayer(health.findings) : NONE;
  judged = health;
  return found;
}

/** What all views of this frame are painted from. */
function setScene(): void {
  const { selected } = store;
  const { run } = freeze.shown(store);
  if (!run) return;
  const moment = travel.answer?.step;
  const scene: Scene = {
    run: travel.answer ? runAt(run, travel.answer) : run,
    selected,
    history: freeze.history(watching.history),
    moment,
    marks: moment === undefined ? marksOf(run.health) : NONE,
  };
  for (const group of sections) group.show(scene);
  watching.follow(run, selected, layerSection.isOpen);
}

function endPaint(): void {
  if (reveal && store.run) strip.reveal(store.selected);
  reveal = false;
  app.dataset.paints = String(++paints);
}

const frames = new Frames(
  [showBoard, paintLoss, paintFindings, paintScores, paintOthers, setScene, ...sections.flatMap((group) => group.stages), endPaint],
  (draw) => requestAnimationFrame(draw),
);

function keepSection({ name, isOpen }: Section): void {
  const others = host.preferences.closed.filter((one) => one !== name);
  host.preferences = { ...host.preferences, closed: isOpen ? others : [...others, name] };
  frames.request();
}

host.onMessage((message) => {
  connection.hear();
  if (message.type === 'alive') return;
  if (message.type === 'past') travel.take(message);
  else if (message.type === 'layer') watching.take(message);
  else if (!store.apply(message)) return;
  travel.follow(store.run);
  const isOther = store.run?.runId !== shown;
  reveal ||= message.type === 'select' || isOther;
  if (isOther) selectedEdit = undefined;
  shown = store.run?.runId;
  if (message.type === 'hydrate' && !app.contains(board)) app.replaceChildren(empty, board);
  frames.request();
});

app.addEventListener(EXPORT_EVENT, (event) => host.send((event as CustomEvent<Export>).detail));

onThemeChange(() => {
  for (const chart of [diagnosis, trials, loss, score, rate, comparedStrips, ...sections]) chart.retheme();
  frames.request();
});

setInterval(() => connection.tick(), 1000);

host.send({ type: 'ready' });
