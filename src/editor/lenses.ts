import { ACTION_TITLES, ACTIONS, type RunAction } from '../run/actions';
import type { Run } from '../run/run';
import { waitingText } from '../view/runStates';

/** What stands above a model: something to do to its run, or only something to know. */
export interface Lens {
  title: string;
  action?: RunAction;
}

/** `ahead`: runs that have to end before a queued one begins. */
export function lensesOf(run: Pick<Run, 'state' | 'isActive' | 'isElsewhere' | 'canResume'> | undefined, ahead: number): Lens[] {
  if (!run) return [toLens('train')];
  if (run.isActive && run.isElsewhere) return [toLens('train'), { title: '$(multiple-windows)\u00a0trains in another window' }];
  const actions = ACTIONS[run.state].map(toLens);
  if (run.state === 'queued') return [{ title: `$(clock)\u00a0${waitingText(ahead)}` }, ...actions];
  return run.canResume ? [...actions, toLens('resume')] : actions;
}

const toLens = (action: RunAction): Lens => ({ title: ACTION_TITLES[action], action });
