import type { RunState } from './protocol';

/** How a state is shown: never by colour or shape alone. */
interface StateLook {
  /** A codicon. */
  icon: string;
  word: string;
  /** A theme colour for the icon where there is room for one. */
  color: string;
}

export const STATES: Record<RunState, StateLook> = {
  queued: { icon: 'clock', word: 'waits', color: 'descriptionForeground' },
  starting: { icon: 'loading~spin', word: 'starting', color: 'charts.blue' },
  running: { icon: 'pulse', word: 'training', color: 'charts.blue' },
  paused: { icon: 'debug-pause', word: 'paused', color: 'charts.yellow' },
  finished: { icon: 'check', word: 'finished', color: 'charts.green' },
  stopped: { icon: 'debug-stop', word: 'stopped', color: 'descriptionForeground' },
  interrupted: { icon: 'debug-disconnect', word: 'interrupted', color: 'charts.orange' },
  failed: { icon: 'error', word: 'failed', color: 'charts.red' },
};

/** `waits for 1 run`: how many have to end before a queued one begins. */
export const waitingText = (ahead: number): string => `waits for ${ahead} ${ahead === 1 ? 'run' : 'runs'}`;
