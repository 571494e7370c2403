import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { EvalEvent } from '../src/train/protocol';

// Whether the first-ranked measured fix cures: every fixable case of a clinic is diagnosed with `--try-fixes`, and the score of the best
// candidate compared with that of the healthy model on the same data. npm run bench -- fixes CLINIC_DIR [filter]
const [clinic, filter = ''] = process.argv.slice(2);
const cli = resolve('dist/cli.js');

/** What an edit of the model file can put right; that data is noise or too little of it cannot. */
const FIXABLE =
  /^(vanishing-|exploding-init|lr-|symmetric-init|zero-init|dead-relu|input-not-normalized|target-not-normalized|saturated-inputs|sigmoid-on-regression|softmax-one-unit|output-|missing-nonlinearity|over-regularized|excess-dropout)/;

/** As near to the healthy model as this counts as cured: shares of right predictions, R². */
const NEAR = 0.05;

/** The engine takes one core. */
const PROCESSES = 2;

interface Trial {
  type: string;
  title: string;
  score?: number | null;
  relative_loss?: number | null;
  baseline?: { score?: number };
  rule?: string;
  cause?: string;
  level?: string;
}

interface Row {
  name: string;
  healthy: number;
  sick?: number;
  cured?: number;
  fix: string;
  causes: string;
  /** Best score of all candidates, where it is not that of the first. */
  best?: Trial;
  seconds: number;
}

const layerwise = (cwd: string, ...args: string[]): Promise<string> =>
  new Promise((done) =>
    execFile(process.execPath, [cli, ...args], { cwd, maxBuffer: 1 << 28, timeout: 400_000 }, (_, stdout, stderr) => {
      if (!stdout) console.error(stderr);
      done(stdout);
    }),
  );

const lines = <T>(text: string): T[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);

/** In a folder without a telling name. */
async function inCopy<T>(path: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'case-'));
  try {
    for (const file of readdirSync(path)) if (file !== 'expected.json') copyFileSync(join(path, file), join(folder, file));
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Trained by us for its own steps: score of its last evaluation. */
async function healthyScore(base: string): Promise<number> {
  const output = await inCopy(join(clinic, base, 'healthy'), (folder) => layerwise(folder, 'train', 'model.nn.yaml', '--json', '--no-stats'));
  const last = lines<EvalEvent | { type: 'end' }>(output)
    .filter((event) => event.type === 'eval')
    .at(-1)!;
  return last.val_accuracy ?? last.val_r2 ?? last.train_accuracy ?? last.train_r2 ?? NaN;
}

/** Of the healthy model, trained three times by PyTorch. */
function torchScores(base: string): string {
  const path = join(clinic, base, 'healthy', 'expected.json');
  if (!existsSync(path)) return '';
  const { pytorch } = JSON.parse(readFileSync(path, 'utf8')) as { pytorch?: { score: number }[] };
  return (pytorch ?? []).map(({ score }) => score.toFixed(3)).join(' ');
}

async function treat(base: string, name: string, healthy: number): Promise<Row> {
  const began = performance.now();
  const events = lines<Trial>(
    await inCopy(join(clinic, base, name), (folder) => layerwise(folder, 'diagnose', 'model.nn.yaml', '--try-fixes', '--json')),
  );
  const trials = events.filter(({ type }) => type === 'trial');
  const causes = events.filter(({ type, cause, level }) => type === 'finding' && !cause && level !== 'hint').map(({ rule }) => rule);
  const [first] = trials;
  const best = trials.reduce<Trial | undefined>((a, b) => ((b.score ?? -Infinity) > (a?.score ?? -Infinity) ? b : a), undefined);
  return {
    name: `${base}/${name}`,
    healthy,
    sick: first?.baseline?.score,
    cured: first?.score ?? undefined,
    fix: first?.title ?? 'none',
    causes: [...new Set(causes)].join(', '),
    ...(best !== first && { best }),
    seconds: (performance.now() - began) / 1000,
  };
}

const isCured = ({ healthy, cured }: Row): boolean => cured !== undefined && cured >= healthy - NEAR;
const number = (value: number | undefined): string => (value === undefined ? '–' : value.toFixed(3)).padStart(8);

const bases = readdirSync(clinic).filter((base) => existsSync(join(clinic, base, 'healthy', 'model.nn.yaml')));
const healthy = new Map<string, number>();
for (const base of bases) {
  healthy.set(base, await healthyScore(base));
  console.log(`${base}: healthy ${number(healthy.get(base))} (PyTorch ${torchScores(base)})`);
}
const cases = bases.flatMap((base) =>
  readdirSync(join(clinic, base))
    .filter((name) => FIXABLE.test(name) && `${base}/${name}`.includes(filter))
    .map((name) => ({ base, name })),
);
const rows: Row[] = [];
const queue = [...cases];
const workOff = async (): Promise<void> => {
  for (let next = queue.shift(); next; next = queue.shift()) {
    const row = await treat(next.base, next.name, healthy.get(next.base)!);
    rows.push(row);
    const better = row.best && !isCured(row) ? `  | best score ${number(row.best.score ?? undefined)}: ${row.best.title}` : '';
    const marks = `${isCured(row) ? '✓' : '✗'} ${row.name.padEnd(40)}`;
    console.log(
      `${marks}${number(row.sick)} →${number(row.cured)} of${number(row.healthy)}  ${row.seconds.toFixed(0)} s  [${row.causes}]  ${row.fix}${better}`,
    );
  }
};
await Promise.all(Array.from({ length: PROCESSES }, workOff));
const cured = rows.filter(isCured).length;
console.log(`cured by the first-ranked fix: ${cured} of ${rows.length} (${((100 * cured) / rows.length).toFixed(0)} %; to beat: 80 %)`);
