import { writeWhole } from '../run/wholeFile';
import { encodeTensors } from '../train/checkpoint';
import type { EvalEvent, Plan, RunEvent } from '../train/protocol';
import type { EngineSources } from '../train/engines/engine';
import { type Steered, Steering } from '../train/engines/steering';
import type { Arguments } from './arguments';
import { checkWritable } from './files';
import { SavedRun } from './runFolder';

/** Trains to the end; prints JSON lines, or a line for each evaluation. */
export async function train(plan: Plan, args: Arguments, sources: EngineSources): Promise<void> {
  if (args.save !== undefined) await checkWritable(args.save);
  const steering = new Steering(sources);
  const begun = await steering.begin(plan);
  let { trainer } = begun;
  const saved = args.runDir === undefined ? undefined : await SavedRun.create(args.runDir, trainer, args.files[0]);
  const print = args.json ? printJson : printEvaluations();
  const tell = async (events: readonly RunEvent[]) => {
    for (const event of events) print(event);
    await saved?.add(events);
  };
  const take = async (steered: Steered<RunEvent[]>) => {
    ({ trainer } = steered);
    saved?.follow(trainer);
    await tell([...steered.events, ...steered.result]);
  };
  try {
    await tell([trainer.start, ...begun.events]);
    while (!trainer.isFinished) await take(await steering.next(trainer));
    await take(await steering.attempt(trainer, (one) => one.end()));
  } catch (error) {
    await saved?.fail(error);
    throw error;
  }
  await saved?.finish();
  if (args.save !== undefined) await writeWhole(args.save, encodeTensors(await trainer.tensors()));
  await trainer.release();
}

const printJson = (event: RunEvent): void => void process.stdout.write(`${JSON.stringify(event)}\n`);

const number = (n: number | null | undefined): string => (n === null || n === undefined ? '—' : Number(n.toPrecision(4)).toString());

function score(event: EvalEvent, split: 'train' | 'val'): string {
  const accuracy = event[`${split}_accuracy`];
  return accuracy !== undefined ? `${(100 * accuracy).toFixed(1)} %` : `R² ${number(event[`${split}_r2`])}`;
}

/** For people: one line per evaluation. */
function printEvaluations(): (event: RunEvent) => void {
  const write = (line: string) => process.stdout.write(`${line}\n`);
  return (event) => {
    switch (event.type) {
      case 'start':
        write(
          `${event.name}: ${event.params.toLocaleString('en')} parameters, ${event.samples} samples, ${event.steps} steps of ${event.batch_size}`,
        );
        return;
      case 'engine':
        write(`on ${event.engine}: ${event.reason}`);
        return;
      case 'step':
      case 'edit':
      case 'resume':
      case 'observation':
        return;
      case 'eval': {
        const validation = event.val_loss === undefined ? '' : `   validation loss ${number(event.val_loss)}  ${score(event, 'val')}`;
        write(`step ${String(event.step).padStart(6)}   train loss ${number(event.train_loss)}  ${score(event, 'train')}${validation}`);
        return;
      }
      case 'end':
        write(`${event.steps} steps in ${event.seconds.toFixed(1)} s (${Math.round(event.steps / event.seconds)} steps/s)`);
        return;
    }
  };
}
