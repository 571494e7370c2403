/**
 * A process that trains nothing but keeps a run's folder, for tests of what several processes do to one. Told over the channel what to do:
 * every message is answered by what the deed gave, in order.
 */
import { NodeFolder } from '../../src/run/nodeFolder';
import { RunFolder } from '../../src/run/runFolder';
import { RunStore } from '../../src/run/runStore';
import { checkpoint, edit, identity, start, steps } from './events';

export type Deed =
  | { type: 'create'; root: string }
  /** At the same moment as other processes. */
  | { type: 'claim'; root: string; runId: string; at: number }
  | { type: 'release' }
  /** Takes steps until that one and saves. */
  | { type: 'train'; to: number }
  | { type: 'checkpoint'; bytes: number };

/** What `train` and `checkpoint` answer. */
export interface Told {
  problems: string[];
  lost: number;
  step: number;
}

let folder: RunFolder;
let store: RunStore;
const problems: string[] = [];
let lost = 0;

async function act(deed: Deed): Promise<boolean | Told> {
  switch (deed.type) {
    case 'create':
      store = RunStore.create(identity);
      store.apply([start], 0);
      folder = await RunFolder.create(new NodeFolder(deed.root), store);
      folder.onProblem((message) => problems.push(message));
      folder.onLost(() => lost++);
      return true;
    case 'claim':
      folder = await RunFolder.open(new NodeFolder(deed.root), deed.runId);
      while (Date.now() < deed.at);
      return folder.claim();
    case 'release':
      await folder.release();
      folder.dispose();
      return true;
    case 'train':
      store.apply(steps(store.run.step + 1, deed.to), 1);
      if (deed.to % 100 === 0) store.apply([edit(deed.to, deed.to)], 1);
      await folder.save(store);
      break;
    case 'checkpoint': {
      const tensors = { 'linear1.weight': { shape: [deed.bytes / 4], data: new Float32Array(deed.bytes / 4).fill(store.run.step) } };
      await folder.saveCheckpoint(checkpoint(store.run.step, { tensors, optimizer: {} }));
      break;
    }
  }
  return { problems, lost, step: store.run.step };
}

let work: Promise<unknown> = Promise.resolve();
process.on('message', (deed: Deed) => {
  work = work.then(async () => process.send!(await act(deed)));
});
