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

/** Parts of the language that are a function of their own, and what it does when it does nothing. */
const FUNCTIONS = [
  { name: 'weight_norm', at: 'src/model/weightArguments.ts', of: 'normed', nothing: 'return arguments[0].params.weight_v;' },
  {
    name: 'spectral_norm',
    at: 'src/model/weightArguments.ts',
    of: 'spectral',
    nothing:
      "for (const key of ['weight_u', 'weight_v']) arguments[0].update(key, arguments[0].buffers[key]); return arguments[0].params.weight_orig;",
  },
  { name: 'weight_standardization', at: 'src/model/weightArguments.ts', of: 'standardised', nothing: 'return arguments[1];' },
  { name: 'drop_connect', at: 'src/model/layers/noise.ts', of: 'dropped', nothing: 'return arguments[1];' },
  { name: 'dropout', at: 'src/model/layers/noise.ts', of: 'dropped', nothing: 'return arguments[1];' },
  { name: 'orthogonal', at: 'src/train/initialise.ts', of: 'orthogonal', nothing: '' },
  { name: 'trunc_normal', at: 'src/train/initialise.ts', of: 'truncatedNormal', nothing: '' },
  { name: 'l1', at: 'src/train/objective/penalties.ts', of: 'penalties', nothing: 'return [];' },
  { name: 'l2', at: 'src/train/objective/penalties.ts', of: 'penalties', nothing: 'return [];' },
  { name: 'mixup', at: 'src/train/objective/mixedLoss.ts', of: 'ofPartners', nothing: 'return arguments[1];' },
  { name: 'cutmix', at: 'src/train/objective/mixedLoss.ts', of: 'ofPartners', nothing: 'return arguments[1];' },
  { name: 'manifold_mixup', at: 'src/train/objective/mixedLoss.ts', of: 'ofPartners', nothing: 'return arguments[1];' },
  { name: 'adversarial', at: 'src/train/objective/adversarial.ts', of: 'withAdversaries', nothing: 'return arguments[2];' },
  { name: 'vat', at: 'src/train/objective/virtualAdversarial.ts', of: 'virtualAdversarialLoss', nothing: 'return arguments[0].g.constant(0);' },
  { name: 'jacobian', at: 'src/train/objective/jacobian.ts', of: 'jacobianPenalty', nothing: 'return arguments[0].g.constant(0);' },
  { name: 'distill', at: 'src/train/objective/distillation.ts', of: 'withTeacher', nothing: 'return arguments[3];' },
  { name: 'weight_noise', at: 'src/train/objective/weightNoise.ts', of: 'withWeightNoise', nothing: 'return arguments[2];' },
  { name: 'gradient_noise', at: 'src/train/update/gradient.ts', of: 'gradientNoiseAt', nothing: 'return 0;' },
  { name: 'clip_grad_norm', at: 'src/train/update/gradient.ts', of: 'clip', nothing: 'return arguments[1].gradient;' },
  { name: 'clip_grad_value', at: 'src/train/update/gradient.ts', of: 'clip', nothing: 'return arguments[1].gradient;' },
  { name: 'max_norm', at: 'src/train/update.ts', of: 'boundRows', nothing: 'return arguments[1];' },
  { name: 'Lookahead', at: 'src/train/update/averages.ts', of: 'lookAhead', nothing: 'return arguments[1];' },
  { name: 'ema', at: 'src/train/update/averages.ts', of: 'movingAverage', nothing: 'return arguments[2];' },
  { name: 'prune', at: 'src/train/update/pruning.ts', of: 'pruneSmallest', nothing: 'return arguments[2];' },
  { name: 'SAM', at: 'src/train/update/sharpness.ts', of: 'gradientNearby', nothing: 'return arguments[3];' },
  { name: 'RandomCrop', at: 'src/data/augment/geometry.ts', of: 'randomCrop', nothing: '' },
  { name: 'HorizontalFlip', at: 'src/data/augment/geometry.ts', of: 'horizontalFlip', nothing: '' },
  { name: 'Rotation', at: 'src/data/augment/geometry.ts', of: 'rotation', nothing: '' },
  { name: 'Scale', at: 'src/data/augment/geometry.ts', of: 'scale', nothing: '' },
  { name: 'Cutout', at: 'src/data/augment/geometry.ts', of: 'cutout', nothing: '' },
  { name: 'ColorJitter', at: 'src/data/augment/colour.ts', of: 'colorJitter', nothing: '' },
  { name: 'RandAugment', at: 'src/data/augment/randAugment.ts', of: 'randAugment', nothing: '' },
  { name: 'GaussianNoise', at: 'src/data/augment/augment.ts', of: 'gaussianNoise', nothing: '' },
  { name: 'TokenDropout', at: 'src/data/augment/augment.ts', of: 'tokenDropout', nothing: '' },
];

/** Layers whose task is to hand their input on. */
const IDLE = ['Identity'];

/** Test files that are asked at most where none is an entry's own. */
const MOST = 6;

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

/** Test files with its name: where it has its own, then a case of PyTorch's figures, then others. `test/vocabulary` proves life, not sense. */
function checksOf(name) {
  const speaks = (path) => new RegExp(`(?<!\\w)${name}(?!\\w)`).test(readFileSync(join(root, path), 'utf8'));
  const speaking = tests.filter(speaks);
  const own = speaking.filter((path) => /^test\/(model\/(layers|losses)|data\/augment|train\/objective)\//.test(path));
  const others = speaking.filter((path) => !own.includes(path));
  const figures = readdirSync(join(root, 'test', 'torch')).filter((one) => speaks(join('test', 'torch', one, 'model.nn.yaml')));
  return [...own.map(unit), ...figures.slice(0, 1).map(figure), ...others.slice(0, MOST).map(unit)];
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
    .filter(({ initializer }) => has(initializer, registry.property))
    .map(({ name, initializer }) => {
      const idle = `({ ...(${initializer.getText()}), ${registry.property}: ${registry.nothing} } as any)`;
      return { name: name.getText(), file, text: text.slice(0, initializer.getStart()) + idle + text.slice(initializer.end) };
    });
}

/** What a function makes a record of (`convolution(2)`) has all that a record needs; of one that is written out it is seen. */
function has(record, property) {
  const literal = ts.isCallExpression(record) ? record.arguments[0] : record;
  return !literal || !ts.isObjectLiteralExpression(literal) || literal.properties.some((own) => own.name?.getText() === property);
}

function idleFunctions(file) {
  const here = FUNCTIONS.filter(({ at }) => file === at);
  if (here.length === 0) return [];
  const { source, text } = parsed(file);
  const declared = source.statements.flatMap((statement) =>
    ts.isVariableStatement(statement) ? [...statement.declarationList.declarations] : [statement],
  );
  return here.map(({ name, of, nothing }) => {
    const found = declared.find((one) => one.name?.text === of);
    if (!found) throw new Error(`No function ${of} in ${file}, which stands for ${name}.`);
    const replaced = found.body ?? found.initializer;
    const idle = found.body ? `{ ${nothing} }` : `function (..._: any[]): any { ${nothing} }`;
    return { name, file, text: text.slice(0, replaced.getStart()) + idle + text.slice(replaced.end) };
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
