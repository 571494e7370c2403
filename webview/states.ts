import { isActive } from '../src/run/actions';
import type { RunState, RunView } from '../src/view/protocol';
import type { IconName } from './icons';
import { type Skill, skillOf } from './skill';

/** Every state has a word and a shape of its own; colour only comes on top. */
const STATES: Record<RunState, { label: string; icon: IconName }> = {
  queued: { label: 'queued', icon: 'queue' },
  starting: { label: 'starting…', icon: 'ring' },
  running: { label: 'running', icon: 'dot' },
  paused: { label: 'paused', icon: 'pause' },
  stopped: { label: 'stopped', icon: 'stop' },
  finished: { label: 'finished', icon: 'check' },
  interrupted: { label: 'interrupted', icon: 'gap' },
  failed: { label: 'failed', icon: 'cross' },
};

/** Of a run that trained when its extension was last heard. */
export const LOST = { label: 'no connection', icon: 'gap' } as const;

/** Of a run that got to its end, and to nothing. */
const ENDINGS: Partial<Record<Skill, { label: string; icon: IconName }>> = {
  diverged: { label: 'diverged', icon: 'error' },
  none: { label: 'learned nothing', icon: 'warning' },
};

/** How the state of a run is shown; `ending`: what it came to, where that is no good end. */
export function stateFace(run: RunView): { label: string; icon: IconName; ending?: Skill } {
  const face = STATES[run.state];
  const skill = run.state === 'finished' || run.state === 'stopped' ? skillOf(run) : undefined;
  const ending = skill && ENDINGS[skill];
  return ending ? { label: `${face.label}: ${ending.label}`, icon: ending.icon, ending: skill } : face;
}

/** Whether nothing trains it any more, nor is about to. */
export const isOver = (state: RunState): boolean => !isActive(state);
