// npm run mutants [-- NAME...]: does a test notice when a part of the language does nothing? One by one, in a copy of the sources, a layer, loss,
// optimizer, scheduler, penalty or the like is made to hand its input on, and the tests that speak of it are run. Those that nothing notices are
// listed. `--list` tells what there is.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { root } from './packages.mjs';

/** Registries: where their records are, which of a record's functions does the work, and what it is when it does nothing. */
const RECORDS = [
  // Running statistics stay as they are: a state that is missing would be noticed without any number.
  {
    at: 'src/model/layers/',
    property: 'build',
    nothing: '({ g, buffers, update }: any, x: any) => (Object.entries(buffers).forEach(([key, value]) => update(key, value)), g.identity(x))',
  },
  { at: 'src/model/losses/', property: 'build', nothing: '(g: any, x: any) => g.mean(x)' },
  { at: 'src/model/optimizers/', property: 'update', nothing: '({ param, state }: any) => ({ param, state })' },
  { at: 'src/model/schedulers.ts', property: 'rate', nothing: '(_t: number, base: number) => base' },
];

/** Parts of the language that are a function of their own, and what it gives when it does nothing. */
const FUNCTIONS = [
  { name: 'weight_norm', at: 'src/model/weightArguments.ts', of: 'normed', nothing: 'return arguments[0].params.weight_v;' },
  {
    name: 'spectral_norm',
    at: 'src/model/weightArguments.ts',
    of: 'spectral',
    nothing:
      'for (const key of ["weight_u", "weight_v"]) arguments[0].update(key, arguments[0].buffers[key]); return arguments[0].params.weight_orig;',
  },
  { name: 'weight_standardization', at: 'src/model/weightArguments.ts', of: 'standardised', nothing: 'return arguments[1];' },
  { name: 'drop_connect', at: 'src/model/layers/noise.ts', of: 'dropped', nothing: 'return arguments[1];' },
  { name: 'dropout', at: 'src/model/layers/noise.ts', of: 'dropped', nothing: 'return arguments[1];' },
  { name: 'l1', at: 'src/train/', of: 'penalties', nothing: 'return [];' },
  { name: 'l2', at: 'src/train/', of: 'penalties', nothing: 'return [];' },
  { name: 'max_norm', at: 'src/train/', of: 'boundRows', nothing: 'return arguments[1];' },
  { name: 'clip_grad_norm', at: 'src/train/', of: 'clip', nothing: 'return arguments[1];' },
  { name: 'clip_grad_value', at: 'src/train/', of: 'clip', nothing: 'return arguments[1];' },
  { name: 'orthogonal', at: 'src/train/initialise.ts', of: 'orthogonal', nothing: '' },
  { name: 'trunc_normal', at: 'src/train/initialise.ts', of: 'truncatedNormal', nothing: '' },
];

/** Layers whose task is to hand their input on. */
const IDLE = ['Identity'];

/** What the tests need. */
const COPIED = ['src', 'webview', 'test', 'scripts', 'media', 'examples', 'esbuild.mjs', 'package.json', 'tsconfig.json', 'vitest.config.mts'];

const args = process.argv.slice(2);
const wanted = args.filter((word) => !word.startsWith('--'));
const sources = filesIn('src').filter((path) => path.endsWith('.ts'));
const tests = filesIn('test').filter((path) => /^test\/(model|train|data|graph)\/.*\.test\.ts$/.test(path));
const mutants = [...sources.flatMap(idleRecords), ...sources.flatMap(idleFunctions)].filter(
  ({ name }) => wanted.length === 0 || wanted.includes(name),
);
const missing = wanted.filter((name) => !mutants.some((mutant) => mutant.name === name));
if (missing.length > 0) throw new Error(`No record ${missing.join(', ')}.`);

if (args.includes('--list')) for (const { name, file } of mutants) console.log(`${name.padEnd(28)} ${file}`);
else process.exitCode = await hunt();

async function hunt() {
  const copy = mkdtempSync(join(tmpdir(), 'mutants-'));
  for (const name of COPIED) cpSync(join(root, name), join(copy, name), { recursive: true, filter: (path) => !/node_modules|test.e2e/.test(path) });
  symlinkSync(realpathSync(join(root, 'node_modules')), join(copy, 'node_modules'));
  const survivors = [];
  for (const mutant of mutants) {
    const startedAt = Date.now();
    const fate = await fateOf(mutant, copy);
    if (fate !== 'noticed') survivors.push(mutant.name);
    console.log(`${fate.padEnd(10)} ${mutant.name.padEnd(28)} ${((Date.now() - startedAt) / 1000).toFixed(1).padStart(6)} s`);
  }
  rmSync(copy, { recursive: true, force: true });
  console.log(survivors.length > 0 ? `\nNothing notices: ${survivors.join(', ')}` : `\nAll ${mutants.length} are noticed.`);
  return survivors.length > 0 ? 1 : 0;
}

/** Whether one of the tests that speak of it fails; the copy is as before afterwards. */
async function fateOf({ name, file, text }, copy) {
  const path = join(copy, file);
  const original = readFileSync(path, 'utf8');
  writeFileSync(path, text);
  let isNoticed = false;
  for (const check of checksOf(name)) isNoticed ||= (await check(copy)) !== 0;
  writeFileSync(path, original);
  return isNoticed ? 'noticed' : 'survives';
}

/** Test files with its name, the nearest first, and one case of PyTorch's figures whose model has it. `test/vocabulary` proves life, not sense. */
function checksOf(name) {
  const speaks = (path) => new RegExp(`(?<!\\w)${name}(?!\\w)`).test(readFileSync(join(root, path), 'utf8'));
  const near = ['test/model/layers/', 'test/model/losses/', 'test/data/', 'test/train/', 'test/model/'];
  const nearness = (path) => near.findIndex((folder) => path.startsWith(folder)) >>> 0;
  const speaking = tests.filter(speaks).sort((a, b) => nearness(a) - nearness(b));
  const figures = readdirSync(join(root, 'test', 'torch')).filter((one) => speaks(join('test', 'torch', one, 'model.nn.yaml')));
  return [...speaking.slice(0, 2).map(unit), ...figures.slice(0, 1).map(figure), ...speaking.slice(2, 5).map(unit)];
}

function unit(path) {
  return (copy) => run(copy, 'node_modules/vitest/vitest.mjs', 'run', '--bail=1', '--maxWorkers=1', path);
}

/** Through the command line, which has to be built. */
function figure(name) {
  return async (copy) => {
    const built = await run(copy, 'esbuild.mjs', '--dev');
    if (built !== 0) return built;
    const cases = mkdtempSync(join(copy, 'figure-'));
    symlinkSync(join(root, 'test', 'torch', name), join(cases, name));
    const code = await run(copy, 'test/tools/check-torch.mjs', 'dist/cli.js', cases);
    rmSync(cases, { recursive: true });
    return code;
  };
}

function run(cwd, ...command) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, command, { cwd, stdio: 'ignore' });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** One for every record of a registry: the object that a file exports, with the record's function replaced. */
function idleRecords(file) {
  const registry = RECORDS.find(({ at }) => file.startsWith(at));
  if (!registry) return [];
  const { source, text } = parsed(file);
  return source.statements
    .filter((statement) => ts.isVariableStatement(statement) && statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword))
    .flatMap(({ declarationList }) => [...declarationList.declarations])
    .map(({ initializer }) => (initializer && ts.isSatisfiesExpression(initializer) ? initializer.expression : initializer))
    .filter((initializer) => initializer && ts.isObjectLiteralExpression(initializer))
    .flatMap(({ properties }) => [...properties])
    .filter((property) => ts.isPropertyAssignment(property) && /^[A-Z]/.test(property.name.getText()) && !IDLE.includes(property.name.getText()))
    .map(({ name, initializer }) => {
      const idle = `({ ...(${initializer.getText()}), ${registry.property}: ${registry.nothing} } as any)`;
      return { name: name.getText(), file, text: text.slice(0, initializer.getStart()) + idle + text.slice(initializer.end) };
    });
}

function idleFunctions(file) {
  const inFile = FUNCTIONS.filter(({ at }) => file.startsWith(at));
  if (inFile.length === 0) return [];
  const { source, text } = parsed(file);
  return inFile.flatMap(({ name, of, nothing }) => {
    const found = source.statements.find((statement) => ts.isFunctionDeclaration(statement) && statement.name?.text === of);
    return found ? [{ name, file, text: `${text.slice(0, found.body.getStart())}{ ${nothing} }${text.slice(found.body.end)}` }] : [];
  });
}

function parsed(file) {
  const text = readFileSync(join(root, file), 'utf8');
  return { text, source: ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true) };
}

function filesIn(folder) {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
}
