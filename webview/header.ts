import { ACTIONS, type RunAction } from '../src/run/actions';
import type { FromView, RunView } from '../src/view/protocol';
import { formatBytes, formatCompact, formatCount, formatRate } from '../src/base/format';
import { el, setAttribute, setText } from './dom';
import { verdictOf, type Verdict } from './findings';
import { icon, type IconName, setIcon } from './icons';
import { isOver, LOST, stateFace } from './states';
import { button, type ButtonFace } from './ui';

export type Command = Extract<FromView, { type: 'command' }>['command'];

const FACES: Record<RunAction, ButtonFace> = {
  train: { label: 'Train', icon: 'play', command: 'train' },
  pause: { label: 'Pause', icon: 'pause', command: 'pause' },
  resume: { label: 'Resume', icon: 'play', command: 'resume' },
  step: { label: 'Step', icon: 'step', command: 'step' },
  stop: { label: 'Stop', icon: 'stop', command: 'stop' },
};

const LOST_MESSAGE = 'The extension no longer answers: this is how the run stood then. If it stays so, reload the window; the run is kept on disk.';

const VERDICT_ICONS: Record<Verdict, IconName> = { unknown: 'ring', healthy: 'check', warning: 'warning', error: 'error' };

/** What is being trained, how far it is, and the buttons that fit; the buttons keep their places in every state. */
export class Header {
  readonly element: HTMLElement;
  private readonly name = el('h1', { 'data-role': 'name' });
  private readonly file = el('span', { class: 'file', 'data-role': 'file' });
  private readonly parent = el('span', { class: 'parent', 'data-role': 'parent', hidden: true });
  private readonly noticeText = el('span');
  private readonly notice = el('p', { class: 'notice', role: 'status', hidden: true }, icon('warning'), this.noticeText);
  private readonly recipe = el('p', { class: 'recipe', 'data-role': 'recipe', hidden: true });
  private readonly origin = el('div', { class: 'origin' }, this.file, this.parent, this.notice);
  private readonly stateIcon = icon('ring');
  private readonly stateText = el('span');
  private readonly state = el('span', { class: 'state', 'data-role': 'state', role: 'status' }, this.stateIcon, this.stateText);
  private readonly step = el('b', { 'data-role': 'step' });
  private readonly steps = el('span', { 'data-role': 'steps' });
  private readonly healthIcon = icon('ring');
  private readonly healthText = el('b');
  private readonly health = el('span', { class: 'health', 'data-role': 'health', role: 'status' }, this.healthIcon, this.healthText);
  private readonly progress = el('progress', { 'aria-label': 'Steps done', max: 1, value: 0 });
  private readonly rate = el('b', { 'data-role': 'rate' });
  private readonly engine = el('b', { 'data-role': 'engine' });
  private readonly memory = el('span', {
    'data-role': 'memory',
    title: 'What training takes at most, reckoned before it began; engine and data come on top',
  });
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
      this.name,
      el(
        'div',
        { class: 'toolbar', role: 'toolbar', 'aria-label': 'Training' },
        this.primary.element,
        this.stepButton.element,
        this.stopButton.element,
      ),
      this.origin,
      el(
        'div',
        { class: 'facts' },
        this.state,
        this.health,
        el('span', {}, 'step ', this.step, this.steps),
        el('span', {}, this.rate),
        el('span', {}, this.params, ' parameters'),
        this.memory,
        el('span', {}, 'on ', this.engine),
      ),
      this.recipe,
      this.progress,
      this.message,
    );
  }

  /** `isConnected`: the extension was heard lately. */
  paint(run: RunView, isConnected: boolean): void {
    const isLost = !isConnected && !isOver(run.state);
    setText(this.name, run.name);
    setAttribute(this.name, 'title', run.name);
    this.paintState(run, isLost);
    this.paintHealth(run);
    setText(this.step, formatCount(run.step));
    setAttribute(this.step, 'data-value', String(run.step));
    setText(this.steps, run.steps > 0 ? ` of ${formatCount(run.steps)}` : '');
    this.progress.value = run.steps > 0 ? Math.min(1, run.step / run.steps) : 0;
    setText(this.rate, formatRate(run.stepsPerSecond));
    setText(this.params, run.layers.length > 0 ? formatCompact(run.params) : '–');
    setText(this.memory, run.memory ? `about ${formatBytes(run.memory)} of memory` : '');
    this.memory.hidden = !run.memory;
    setText(this.engine, run.engine || '–');
    setAttribute(this.engine, 'title', run.engineReason);
    setText(this.recipe, run.recipe ?? '');
    setAttribute(this.recipe, 'title', run.recipe);
    this.recipe.hidden = !run.recipe;
    this.paintButtons(run, isLost);
  }

  private paintButtons(run: RunView, isLost: boolean): void {
    const canResume = isOver(run.state) && run.checkpoints.length > 0 && run.step < run.steps;
    const actions: readonly RunAction[] = [...ACTIONS[run.state], ...(canResume ? (['resume'] as const) : [])];
    const face = (action: RunAction): ButtonFace => ({ ...FACES[action], disabled: isLost || !actions.includes(action) });
    const order: RunAction[] = run.state === 'interrupted' ? ['resume', 'train'] : ['train', 'resume', 'pause'];
    const [first = 'pause', second] = order.filter((action) => actions.includes(action));
    this.primary.show(face(first));
    // Where a run can go on or begin anew, the other of both takes the place of Step.
    this.stepButton.show(face(second ?? 'step'));
    this.stopButton.show(face('stop'));
  }

  private paintState(run: RunView, isLost: boolean): void {
    const { label, icon: shape, ending } = isLost ? { ...LOST, ending: undefined } : stateFace(run);
    const isDone = isLost || isOver(run.state);
    setAttribute(this.state, 'data-state', isLost ? 'lost' : run.state);
    setAttribute(this.state, 'data-ending', ending);
    setIcon(this.stateIcon, shape);
    setText(this.stateText, label);
    const message = isLost ? LOST_MESSAGE : (run.message ?? (run.state === 'failed' ? 'Training failed; the last figures stay below.' : ''));
    this.message.hidden = message === '' || !isDone;
    setAttribute(this.message, 'data-role', run.state === 'failed' ? 'failure' : 'ending');
    setText(this.message, message);
    this.paintOrigin(run, isDone ? '' : message);
  }

  private paintHealth({ health }: RunView): void {
    const { verdict, text } = verdictOf(health);
    setAttribute(this.health, 'data-verdict', verdict);
    setIcon(this.healthIcon, VERDICT_ICONS[verdict]);
    setText(this.healthText, text);
  }

  /** Where the run comes from; while there is a notice that stands there, so that nothing moves when it comes and goes. */
  private paintOrigin({ file, parent }: RunView, notice: string): void {
    setText(this.file, file);
    setAttribute(this.file, 'title', file);
    const origin = parent ? `branched from ${parent.name} at step ${formatCount(parent.step)}` : '';
    setText(this.parent, origin);
    setAttribute(this.parent, 'title', origin || undefined);
    this.origin.classList.toggle('two-lines', parent !== undefined);
    this.notice.hidden = notice === '';
    this.file.hidden = notice !== '';
    this.parent.hidden = !parent || notice !== '';
    setText(this.noticeText, notice);
    setAttribute(this.notice, 'title', notice || undefined);
    setAttribute(this.notice, 'data-role', notice === '' ? undefined : 'notice');
  }
}
