import { formatShape } from '../graph/shape';
import { prepare } from '../train/prepare';
import type { Plan } from '../train/protocol';
import type { Arguments } from './arguments';
import { table } from './table';

/** Parses, loads the data and infers every shape: prints the layers, or throws the first ProblemError. */
export async function check(plan: Plan, { json }: Arguments): Promise<void> {
  const { start } = await prepare(plan);
  if (json) {
    process.stdout.write(`${JSON.stringify(start)}\n`);
    return;
  }
  const rows = start.layers.map((l) => [
    String(l.line),
    l.name,
    l.type,
    formatShape(l.output.slice(1)),
    l.params ? l.params.toLocaleString('en') : '',
  ]);
  process.stdout.write(`${table(['line', 'layer', 'type', 'output', 'parameters'], rows)}\n`);
  process.stdout.write(
    `${start.params.toLocaleString('en')} parameters; ${start.samples} training and ${start.validation_samples} validation samples; ${start.steps} steps of ${start.batch_size}\n`,
  );
}
