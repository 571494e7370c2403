import { NodeFolder } from '../../src/run/nodeFolder';
import { Runs } from '../../src/run/runs';
import { startWorker } from '../../src/train/startWorker';
import { plan } from './models';

/** What the other process tells of its runs whenever something is new. */
export interface Seen {
  id: string;
  state: string;
  step: number;
  isElsewhere: boolean;
  canResume: boolean;
  failed?: string;
}

/** One window's runs in a process of its own, told what to do by the arguments: a folder, a trainer, and the text of a new run or nothing. */
const [root, trainer, text] = process.argv.slice(2);
const runs = new Runs(new NodeFolder(root), startWorker(trainer), { parallel: () => 8 });
runs.planner = (_, known) => Promise.resolve(plan(known));
const say = (message: Partial<Seen>): void => void process.send?.(message);
runs.onDidChange(({ id, state, summary: { step }, isElsewhere, canResume }) => say({ id, state, step, isElsewhere, canResume }));
runs.onDidFail(({ run, problem }) => say({ id: run.id, failed: problem.message }));
process.on('message', (message: 'save' | 'resume') => {
  if (message === 'resume') return runs.all.forEach((run) => run.resume());
  void runs.save().then(() => process.exit());
});
void runs.load().then(() => {
  if (text) runs.start({ runId: 'run', name: 'moons', file: 'moons.nn.yaml', uri: 'file:///moons.nn.yaml' }, plan(text));
});
