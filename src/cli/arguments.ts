import { parseArgs } from 'node:util';
import { ENGINE_NAMES, type EngineWish } from '../train/engines/engine';

/** What is done with a model file, and with the folders of runs. */
export type ModelCommand = 'train' | 'check' | 'diagnose';
export type RunCommand = 'export' | 'compare';

export interface Arguments {
  command: ModelCommand | RunCommand;
  /** The model file, or the folders of runs. */
  files: string[];
  steps?: number;
  seed?: number;
  engine: EngineWish;
  set: string[];
  json: boolean;
  save?: string;
  runDir?: string;
  statsEvery: number;
  tryFixes: boolean;
  /** Folder to write to. */
  tensorBoard?: string;
  /** File to write. */
  csv?: string;
}

export const USAGE = `Usage:
  layerwise train FILE [--steps N] [--seed N] [--engine wasm|webgpu|native|auto] [--threads N]
                       [--set path=value]... [--json] [--save FILE.safetensors] [--run-dir DIR] [--no-stats | --stats-every K]
  layerwise check FILE [--json]
  layerwise diagnose FILE [--steps N] [--seed N] [--set path=value]... [--try-fixes] [--json]
  layerwise export RUN_FOLDER [--tensorboard DIR] [--csv FILE]
  layerwise compare RUN_FOLDER RUN_FOLDER... [--json]

Engine: wasm, unless told; native is the onnxruntime-node that is installed where the command runs; auto measures which is fastest.
Exit code: 0 done, 1 findings, 2 bad input, 3 engine failure.`;

/** Wrong use of the command line, said in one line. */
export class UsageError extends Error {}

/** Sampled steps cost most of a second step; at every tenth they are hardly noticed. */
const DEFAULT_STATS_EVERY = 10;

const MODEL_FILE = { what: 'a model file', least: 1, most: 1 };
const OPERANDS: Record<Arguments['command'], { what: string; least: number; most: number }> = {
  train: MODEL_FILE,
  check: MODEL_FILE,
  diagnose: MODEL_FILE,
  export: { what: 'the folder of a run', least: 1, most: 1 },
  compare: { what: 'the folders of two runs or more', least: 2, most: Infinity },
};

const isCommand = (word: string | undefined): word is Arguments['command'] => word !== undefined && Object.hasOwn(OPERANDS, word);

/** Throws a UsageError. */
export function parseArguments(argv: readonly string[]): Arguments {
  const { values, positionals } = parse(argv);
  const [command, ...files] = positionals;
  if (!isCommand(command)) throw new UsageError(command ? `Unknown command \`${command}\`` : 'No command given');
  const { what, least, most } = OPERANDS[command];
  if (files.length < least) throw new UsageError(`\`${command}\` needs ${what}`);
  if (files.length > most) throw new UsageError(`\`${files[most]}\` is one argument too many`);
  if (command === 'export' && values.tensorboard === undefined && values.csv === undefined)
    throw new UsageError('`export` needs `--tensorboard DIR`, `--csv FILE`, or both');
  return {
    command,
    files,
    steps: whole('steps', values.steps, 1),
    seed: whole('seed', values.seed, 0),
    engine: { use: engineOf(values.engine), threads: whole('threads', values.threads, 1), nativeFolder: process.cwd() },
    set: values.set ?? [],
    json: values.json ?? false,
    save: values.save,
    runDir: values['run-dir'],
    statsEvery: values['no-stats'] ? 0 : (whole('stats-every', values['stats-every'], 1) ?? DEFAULT_STATS_EVERY),
    tryFixes: values['try-fixes'] ?? false,
    tensorBoard: values.tensorboard,
    csv: values.csv,
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
        tensorboard: { type: 'string' },
        csv: { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

const ENGINES: readonly string[] = [...ENGINE_NAMES, 'auto'];
const isEngine = (name: string): name is EngineWish['use'] => ENGINES.includes(name);

function engineOf(name = 'wasm'): EngineWish['use'] {
  if (!isEngine(name)) throw new UsageError(`There is no engine \`${name}\`; \`--engine\` is one of ${ENGINES.join(', ')}`);
  return name;
}

function whole(name: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const n = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(n) || n < least)
    throw new UsageError(`\`--${name} ${text}\` is not a whole number of at least ${least}`);
  return n;
}
