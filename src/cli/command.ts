import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { namedFiles } from '../model/namedFiles';
import { applyOverrides } from '../model/overrides';
import { parseModel } from '../model/parse';
import { formatProblem, type Problem, ProblemError } from '../model/problem';
import type { EngineSources } from '../train/engines/engine';
import type { Plan } from '../train/protocol';
import { type Arguments, type ModelCommand, parseArguments, type RunCommand, USAGE, UsageError } from './arguments';
import { check } from './check';
import { compareRuns } from './compare';
import { diagnose } from './diagnose';
import { exportRun } from './export';
import { readNamed } from './files';
import { train } from './train';

/** Exit codes of the command line. */
export const EXIT = { done: 0, findings: 1, badInput: 2, engineFailure: 3 } as const;

/** Runs a command line; resolves with the exit code. Problems go to stderr, results to stdout. */
export async function runCommand(argv: readonly string[], sources: EngineSources): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    process.stdout.write(`${USAGE}\n`);
    return EXIT.done;
  }
  let args: Arguments;
  try {
    args = parseArguments(argv);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${USAGE}\n`);
    return EXIT.badInput;
  }
  return execute(args, sources);
}

async function execute(args: Arguments, sources: EngineSources): Promise<number> {
  let text: string | undefined;
  try {
    if (args.command === 'export' || args.command === 'compare') {
      await RUN_COMMANDS[args.command](args);
      return EXIT.done;
    }
    text = await modelText(args);
    const plan = await readPlan(args, text);
    return await MODEL_COMMANDS[args.command](plan, args, sources);
  } catch (error) {
    if (error instanceof ProblemError) {
      report([error.problem, ...(text === undefined ? [] : otherProblems(text, error.problem))], args, text ?? '');
      return EXIT.badInput;
    }
    process.stderr.write(`The engine failed: ${error instanceof Error ? error.message : String(error)}\n`);
    return EXIT.engineFailure;
  }
}

const RUN_COMMANDS: Record<RunCommand, (args: Arguments) => Promise<void>> = { export: exportRun, compare: compareRuns };

const MODEL_COMMANDS: Record<ModelCommand, (plan: Plan, args: Arguments, sources: EngineSources) => Promise<number>> = {
  train: async (plan, args, sources) => {
    await train(plan, args, sources);
    return EXIT.done;
  },
  check: async (plan, args) => ((await check(plan, args)) ? EXIT.findings : EXIT.done),
  diagnose: async (plan, args) => ((await diagnose(plan, args)) ? EXIT.findings : EXIT.done),
};

async function modelText({ files: [file], set }: Arguments): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ProblemError({
      code: 'unreadable-file',
      level: 'error',
      message: error.code === 'ENOENT' ? 'There is no such file' : `The file cannot be read: ${error.message}`,
    });
  });
  return set.length ? applyOverrides(text, set) : text;
}

/** The text with the contents of every file that it names. A file that is missing is told where it is used. */
async function readPlan(args: Arguments, text: string): Promise<Plan> {
  const { spec } = parseModel(text);
  const files: Record<string, Uint8Array> = {};
  for (const file of spec ? namedFiles(spec) : []) Object.assign(files, await readNamed(dirname(args.files[0]), file));
  return { text, files, seed: args.seed, steps: args.steps, statsEvery: args.statsEvery, engine: args.engine };
}

/** A text that does not parse has all of its errors told, not the first alone. */
function otherProblems(text: string, first: Problem): Problem[] {
  const { spec, problems } = parseModel(text);
  return spec ? [] : problems.filter((p) => p.message !== first.message || p.range?.start !== first.range?.start);
}

function report(problems: Problem[], args: Arguments, text: string): void {
  // Of several folders the message names the one.
  const line = (problem: Problem) => (args.command in RUN_COMMANDS ? problem.message : formatProblem(problem, args.files[0], text));
  for (const problem of problems) process.stderr.write(`${line(problem)}\n`);
}
