import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { record } from './recording';

// Trains the models of bench/recordings for the page to play: npm run record [-- NAME…]
const RUNS = ['healthy', 'vanishing', 'exploding', 'dead-relu', 'overfitting', 'tiny-batch'];
/** So that one run does not wait for another's turn on a small machine. */
const AT_ONCE = 2;

const folder = join('dist', 'recordings');
mkdirSync(folder, { recursive: true });
const waiting = process.argv.length > 2 ? process.argv.slice(2) : [...RUNS];
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (let name = waiting.shift(); name; name = waiting.shift()) {
      const recording = await record(name, join('bench', 'recordings', `${name}.nn.yaml`));
      const json = JSON.stringify(recording);
      writeFileSync(join(folder, `${name}.json`), json);
      const seconds = (recording.messages.at(-1)!.at / 1000).toFixed(1);
      console.log(`${name.padEnd(12)} ${seconds.padStart(6)} s ${(json.length / 1e6).toFixed(2).padStart(8)} MB`);
    }
  }),
);
process.exit(0);
