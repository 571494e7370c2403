import { parseArgs } from 'node:util';

export interface Arguments {
  command: 'train' | 'check' | 'diagnose';
  file: string;
  steps?: number;
  seed?: number;
  threads: number;
  set: string[];
  json: boolean;
  save?: string;
  runDir?: string;
  statsEvery: number;
  tryFixes: boolean;
}

export const USAGE = `Usage:
  layerwise train FILE [--steps N] [--seed N] [--engine wasm] [--threads N] [--set path=value]...
                       [--json] [--save FILE.safetensors] [--run-dir DIR] [--no-stats | --stats-every K]
  layerwise check FILE [--json]
  layerwise diagnose FILE [--steps N] [--seed N] [--set path=value]... [--try-fixes] [--json]

Exit code: 0 done, 1 findings, 2 bad input, 3 engine failure.`;

/** Wrong use of the command line, said in one line. */
export class UsageError extends Error {}

/** Sampled steps cost most of a second step; at every tenth they are hardly noticed. */
const DEFAULT_STATS_EVERY = 10;

/** Throws a UsageError. */
export function parseArguments(argv: readonly string[]): Arguments {
  const { values, positionals } = parse(argv);
  const [command, file, ...surplus] = positionals;
  if (command !== 'train' && command !== 'check' && command !== 'diagnose')
    throw new UsageError(command ? `Unknown command \`${command}\`` : 'No command given');
  if (!file) throw new UsageError(`\`${command}\` needs a model file`);
  if (surplus.length) throw new UsageError(`\`${surplus[0]}\` is one argument too many`);
  if (values.engine !== undefined && values.engine !== 'wasm')
    throw new UsageError(`\`--engine ${values.engine}\` is not supported yet; there is \`wasm\``);
  return {
    command,
    file,
    steps: whole('steps', values.steps, 1),
    seed: whole('seed', values.seed, 0),
    threads: whole('threads', values.threads, 1) ?? 1,
    set: values.set ?? [],
    json: values.json ?? false,
    save: values.save,
    runDir: values['run-dir'],
    statsEvery: values['no-stats'] ? 0 : (whole('stats-every', values['stats-every'], 1) ?? DEFAULT_STATS_EVERY),
    tryFixes: values['try-fixes'] ?? false,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        steps: { type: 'string' },
        seed: { type: 'string' },
        engine: { type: 'string' },
        threads: { type: 'string' },
        set: { type: 'string', multiple: true },
        json: { type: 'boolean' },
        save: { type: 'string' },
        'run-dir': { type: 'string' },
        'no-stats': { type: 'boolean' },
        'stats-every': { type: 'string' },
        'try-fixes': { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function whole(name: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const n = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(n) || n < least)
    throw new UsageError(`\`--${name} ${text}\` is not a whole number of at least ${least}`);
  return n;
}
