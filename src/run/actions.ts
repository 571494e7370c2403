import type { RunState } from '../view/protocol';

/** Whether a trainer is at work on it, or will be by itself. */
export const isActive = (state: RunState): boolean => state === 'queued' || state === 'starting' || state === 'running' || state === 'paused';

/** What a user can do to a run. */
export type RunAction = 'train' | 'pause' | 'resume' | 'stop' | 'step';

/** Codicons, because many a font lacks the signs for pause, stop and step. */
export const ACTION_TITLES: Record<RunAction, string> = {
  train: '▷ Train',
  pause: '$(debug-pause)\u00a0Pause',
  resume: '$(debug-continue)\u00a0Resume',
  stop: '$(debug-stop)\u00a0Stop',
  step: '$(debug-step-over)\u00a0Step',
};

/** What can be done in which state; one that is over can also be resumed where it `canResume`. Stop and Step keep their places, so that a second click does not hit something else. */
export const ACTIONS: Record<RunState, readonly RunAction[]> = {
  queued: ['stop'],
  starting: ['stop'],
  running: ['pause', 'stop', 'step'],
  paused: ['resume', 'stop', 'step'],
  finished: ['train'],
  stopped: ['train'],
  interrupted: ['train'],
  failed: ['train'],
};

/** Line (from 0) of the key `model:`, which the lenses stand above; 0 in a text that has none. Found in a text that does not parse too. */
export function modelLine(text: string): number {
  const line = text.split(/\r?\n/).findIndex((content) => /^model\s*:/.test(content));
  return Math.max(0, line);
}
