import { isActive } from '../src/run/actions';
import type { RunState } from '../src/view/protocol';
import type { IconName } from './icons';

/** Every state has a word and a shape of its own; colour only comes on top. */
export const STATES: Record<RunState, { label: string; icon: IconName }> = {
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

/** Whether nothing trains it any more, nor is about to. */
export const isOver = (state: RunState): boolean => !isActive(state);
