import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { namedFiles } from '../src/model/namedFiles';
import { parseModel } from '../src/model/parse';
import type { FromTrainer, Plan } from '../src/train/protocol';
import { startWorker } from '../src/train/startWorker';

/** What a trainer says of its model, without the weights. */
export type Heard = Extract<FromTrainer, { type: 'events' | 'state' | 'outcome' }>;

/** A run as its host heard it: the history and the pages of any moment follow from it. */
export interface Recording {
  name: string;
  /** The model file. */
  text: string;
  /** In order; `at`: milliseconds since training began. */
  messages: { at: number; message: Heard }[];
}

/** Trains a model file in the trainer's own thread, looked at as from VS Code. Runs dist/trainer.js. */
export function record(name: string, file: string): Promise<Recording> {
  const plan = planOf(file);
  const recording: Recording = { name, text: plan.text, messages: [] };
  return new Promise((done, fail) => {
    let began: number | undefined;
    const trainer = startWorker(resolve('dist/trainer.js'))({
      message: (message) => {
        began ??= performance.now();
        if (message.type === 'failed') fail(new Error(`${file}: ${message.problem.message}`));
        if (message.type === 'events' || message.type === 'state' || message.type === 'outcome')
          recording.messages.push({ at: Math.round(performance.now() - began), message });
        if (message.type !== 'done' && message.type !== 'failed') return;
        trainer.dispose();
        done(recording);
      },
      gone: (reason) => fail(new Error(`${file}: ${reason}`)),
    });
    trainer.send({ type: 'start', plan });
  });
}

/** As the extension makes it from a file and its default settings. */
function planOf(file: string): Plan {
  const text = readFileSync(file, 'utf8');
  const { spec, problems } = parseModel(text);
  if (!spec) throw new Error(`${file}: ${problems[0].message}`);
  const read = ({ path }: { path: string }) => [path, new Uint8Array(readFileSync(resolve(dirname(file), path)))] as const;
  return { text, files: Object.fromEntries(namedFiles(spec).map(read)), statsEvery: 10, statsShare: 0.05, observe: true };
}
