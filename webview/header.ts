import type { FromView, RunState, RunView } from '../src/view/protocol';
import { formatCompact, formatCount, formatRate } from '../src/base/format';
import { el, setAttribute, setText } from './dom';
import { icon, type IconName, setIcon } from './icons';
import { button, type ButtonFace } from './ui';

export type Command = Extract<FromView, { type: 'command' }>['command'];

/** Every state has a word and a shape of its own; colour only comes on top. */
const STATES: Record<RunState, { label: string; icon: IconName }> = {
  starting: { label: 'starting…', icon: 'ring' },
  running: { label: 'running', icon: 'dot' },
  paused: { label: 'paused', icon: 'pause' },
  stopped: { label: 'stopped', icon: 'stop' },
  finished: { label: 'finished', icon: 'check' },
  failed: { label: 'failed', icon: 'cross' },
};

const PRIMARY: Record<RunState, ButtonFace> = {
  starting: { label: 'Pause', icon: 'pause', command: 'pause', disabled: true },
  running: { label: 'Pause', icon: 'pause', command: 'pause' },
  paused: { label: 'Resume', icon: 'play', command: 'resume' },
  stopped: { label: 'Train', icon: 'play', command: 'train' },
  finished: { label: 'Train', icon: 'play', command: 'train' },
  failed: { label: 'Train', icon: 'play', command: 'train' },
};

/** What is being trained, how far it is, and the buttons that fit; the buttons keep their places in every state. */
export class Header {
  readonly element: HTMLElement;
  private readonly name = el('h1', { 'data-role': 'name' });
  private readonly file = el('span', { class: 'file', 'data-role': 'file' });
  private readonly stateIcon = icon('ring');
  private readonly stateText = el('span');
  private readonly state = el('span', { class: 'state', 'data-role': 'state', role: 'status' }, this.stateIcon, this.stateText);
  private readonly step = el('b', { 'data-role': 'step' });
  private readonly steps = el('span', { 'data-role': 'steps' });
  private readonly progress = el('progress', { 'aria-label': 'Steps done', max: 1, value: 0 });
  private readonly rate = el('b', { 'data-role': 'rate' });
  private readonly engine = el('b', { 'data-role': 'engine' });
  private readonly params = el('b', { 'data-role': 'params' });
  private readonly message = el('p', { class: 'message', role: 'alert', hidden: true });
  private readonly primary;
  private readonly stepButton;
  private readonly stopButton;

  constructor(onCommand: (command: Command) => void) {
    const send = (command: string) => onCommand(command as Command);
    this.primary = button('primary', send);
    this.stepButton = button('secondary', send);
    this.stopButton = button('secondary', send);
    this.element = el(
      'header',
      {},
      el('div', { class: 'title' }, this.name, this.file),
      el(
        'div',
        { class: 'toolbar', role: 'toolbar', 'aria-label': 'Training' },
        this.primary.element,
        this.stepButton.element,
        this.stopButton.element,
      ),
      el(
        'div',
        { class: 'facts' },
        this.state,
        el('span', {}, 'step ', this.step, this.steps),
        el('span', {}, this.rate),
        el('span', {}, this.params, ' parameters'),
        el('span', {}, 'on ', this.engine),
      ),
      this.progress,
      this.message,
    );
  }

  paint(run: RunView): void {
    setText(this.name, run.name);
    setAttribute(this.name, 'title', run.name);
    setText(this.file, run.file);
    setAttribute(this.file, 'title', run.file);
    this.paintState(run);
    setText(this.step, formatCount(run.step));
    setAttribute(this.step, 'data-value', String(run.step));
    setText(this.steps, run.steps > 0 ? ` of ${formatCount(run.steps)}` : '');
    this.progress.value = run.steps > 0 ? Math.min(1, run.step / run.steps) : 0;
    setText(this.rate, formatRate(run.stepsPerSecond));
    setText(this.params, run.layers.length > 0 ? formatCompact(run.params) : '–');
    setText(this.engine, run.engine || '–');
    this.primary.show(PRIMARY[run.state]);
    this.stepButton.show({ label: 'Step', icon: 'step', command: 'step', disabled: run.state !== 'paused' && run.state !== 'running' });
    this.stopButton.show({ label: 'Stop', icon: 'stop', command: 'stop', disabled: !['starting', 'running', 'paused'].includes(run.state) });
  }

  private paintState(run: RunView): void {
    const { label, icon: shape } = STATES[run.state];
    setAttribute(this.state, 'data-state', run.state);
    setIcon(this.stateIcon, shape);
    setText(this.stateText, label);
    const message = run.message ?? (run.state === 'failed' ? 'Training failed; the last figures stay below.' : '');
    this.message.hidden = message === '';
    setAttribute(this.message, 'data-role', run.state === 'failed' ? 'failure' : 'notice');
    setText(this.message, message);
  }
}
