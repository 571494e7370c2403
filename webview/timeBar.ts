import type { RunView } from '../src/view/protocol';
import { formatCount } from '../src/base/format';
import { el, setAttribute, setText } from './dom';
import { icon } from './icons';
import { checkpointBefore, type TimeTravel } from './timeTravel';
import { button } from './ui';

const SVG = 'http://www.w3.org/2000/svg';

/** The slider over the run's steps, what moment it is, and the pause of the view. Everything keeps its place when the moment changes. */
export class TimeBar {
  readonly element: HTMLElement;
  private readonly slider = el('input', { type: 'range', min: 0, max: 1, value: 1, 'data-role': 'time', 'aria-label': 'Step of the run' });
  private readonly ticks = document.createElementNS(SVG, 'path');
  private readonly end = el('span', { class: 'time-end' });
  private readonly moment = el('p', { class: 'moment', role: 'status' });
  private readonly detail = el('p', { class: 'moment-detail' });
  private readonly banner;
  private readonly now;
  private readonly branch;
  private readonly freeze;

  constructor(
    private readonly travel: TimeTravel,
    private readonly onMove: () => void,
    onBranch: (step: number) => void,
    onFreeze: () => void,
  ) {
    this.now = button('primary', () => this.move(Infinity));
    this.branch = button('secondary', () => travel.step !== undefined && onBranch(travel.step));
    this.freeze = button('secondary', onFreeze);
    this.banner = el(
      'div',
      { class: 'banner' },
      icon('history'),
      el('div', { class: 'moment-text' }, this.moment, this.detail),
      el('div', { class: 'toolbar' }, this.now.element, this.branch.element),
    );
    const svg = document.createElementNS(SVG, 'svg');
    for (const [name, value] of Object.entries({ viewBox: '0 0 1000 1', preserveAspectRatio: 'none', class: 'ticks', 'aria-hidden': 'true' }))
      svg.setAttribute(name, value);
    this.ticks.setAttribute('vector-effect', 'non-scaling-stroke');
    svg.append(this.ticks);
    this.element = el(
      'section',
      { class: 'panel time', 'aria-label': 'Time travel' },
      el('div', { class: 'time-line' }, el('h2', {}, 'Time'), el('div', { class: 'slider' }, this.slider, svg), this.end, this.freeze.element),
      this.banner,
    );
    this.slider.addEventListener('input', () => this.move(this.slider.valueAsNumber));
    this.slider.addEventListener('keydown', (event) => this.stride(event));
  }

  /** `frozen`: the step at which the view is held. */
  paint(run: RunView, frozen: number | undefined): void {
    const { step, answer } = this.travel;
    const isEmpty = run.step < 1;
    this.slider.disabled = isEmpty;
    setAttribute(this.slider, 'max', String(Math.max(1, run.step)));
    const place = step ?? Math.max(1, run.step);
    if (this.slider.valueAsNumber !== place) this.slider.valueAsNumber = place;
    setAttribute(this.slider, 'aria-valuetext', step === undefined ? 'now' : `step ${formatCount(step)}`);
    setText(this.end, isEmpty ? 'step –' : `step ${formatCount(run.step)}`);
    this.paintTicks(run);
    const checkpoint = step === undefined ? undefined : checkpointBefore(run.checkpoints, step);
    this.paintMoment(run, step, frozen);
    const note = step === undefined ? hint(run) : statisticsNote(step, answer, checkpoint !== undefined);
    setText(this.detail, frozen === undefined ? note : frozenNote(run, frozen, step));
    setAttribute(this.detail, 'title', this.detail.textContent);
    this.now.show({ label: 'Back to Now', icon: 'forward', command: 'now', disabled: step === undefined });
    this.branch.show({
      label: checkpoint === undefined ? 'Resume From Here' : `Resume From Here (checkpoint of step ${formatCount(checkpoint)})`,
      icon: 'branch',
      command: 'branch',
      disabled: checkpoint === undefined,
      title: step !== undefined && checkpoint === undefined ? noCheckpoint(run) : undefined,
    });
  }

  private paintMoment(run: RunView, step: number | undefined, frozen: number | undefined): void {
    setAttribute(this.banner, 'data-role', step !== undefined ? 'past-banner' : frozen !== undefined ? 'frozen-banner' : undefined);
    const past = `Step ${formatCount(step ?? 0)} of ${formatCount(run.steps || run.step)}: the past`;
    const present = frozen === undefined ? 'Now' : `The view is paused at step ${formatCount(frozen)}`;
    setText(this.moment, step === undefined ? present : past);
    this.freeze.show(
      frozen === undefined
        ? { label: 'Pause View', icon: 'pause', command: 'freeze', disabled: run.step < 1, title: 'Keeps what is shown; training goes on.' }
        : { label: 'Resume View', icon: 'play', command: 'thaw', title: 'Shows the newest again.' },
    );
  }

  private paintTicks(run: RunView): void {
    const path = run.checkpoints.map((step) => `M${((1000 * step) / Math.max(1, run.step)).toFixed(1)} 0v1`).join('');
    setAttribute(this.ticks, 'd', path);
  }

  private move(step: number): void {
    this.travel.go(step);
    this.onMove();
  }

  /** The arrow keys move by a hundredth of the run, with Shift by one step: statistics are not kept of every step. */
  private stride(event: KeyboardEvent): void {
    const directions: Record<string, number> = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };
    if (!(event.key in directions)) return;
    event.preventDefault();
    const stride = event.shiftKey ? 1 : Math.max(1, Math.round(Number(this.slider.max) / 100));
    this.move((this.travel.step ?? Number(this.slider.max)) + directions[event.key] * stride);
  }
}

function statisticsNote(step: number, answer: TimeTravel['answer'], canResume: boolean): string {
  const end = canResume ? '.' : '; no checkpoint to resume from.';
  if (!answer) return 'Looking it up…';
  if (!answer.snapshot) return `No statistics are kept of this time${end}`;
  const nearest = answer.snapshot.step;
  return nearest === step ? `Statistics of that step${end}` : `Statistics of step ${formatCount(nearest)}, the nearest kept${end}`;
}

const noCheckpoint = ({ checkpoints }: RunView): string =>
  checkpoints.length === 0 ? 'The run has no checkpoint.' : `The first checkpoint is that of step ${checkpoints[0]}.`;

const hint = ({ checkpoints }: RunView): string => `Drag to see every layer as it was.${checkpoints.length > 0 ? ' Ticks: checkpoints.' : ''}`;

/** Training goes on behind a view that is paused. */
function frozenNote({ step }: RunView, frozen: number, past: number | undefined): string {
  const behind = step > frozen ? `Training goes on: it is at step ${formatCount(step)}.` : 'Nothing has come since.';
  return past === undefined ? behind : `The view is paused at step ${formatCount(frozen)}. ${behind}`;
}
