import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { compete, type Entry, type Result } from './engines/compete';
import { CONTENDERS } from './engines/contenders';
import { commandOf } from './engines/prepare';
import { rowsOf, table } from './engines/report';

// The workloads on every engine that is there, beside other libraries, as ratios: README.md says how to read them.
const WORKLOADS = ['W1', 'W2', 'W3', 'W4'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' }, rounds: { type: 'string', default: '15' }, json: { type: 'string' } },
});
const workloads = positionals.length ? positionals : WORKLOADS;
const names = values.only?.split(',') ?? CONTENDERS.map(({ name }) => name);
const rounds = Number(values.rounds);
const known = CONTENDERS.map(({ name }) => name);
for (const name of workloads) if (!WORKLOADS.includes(name)) stop(`There is no workload ${name}, only ${WORKLOADS.join(', ')}.`);
for (const name of names) if (!known.includes(name)) stop(`There is no contender ${name}, only ${known.join(', ')}.`);
if (!(Number.isInteger(rounds) && rounds > 0)) stop('--rounds is a whole number above 0.');

function stop(why: string): never {
  console.error(why);
  process.exit(2);
}

const entries: Entry[] = [];
for (const contender of CONTENDERS.filter(({ name }) => names.includes(name))) {
  const command = await commandOf(contender);
  if (command) entries.push(...contender.statistics.map((statistics) => ({ contender, command, statistics })));
  else console.error(`${contender.title} is not on this machine and left out.`);
}

const tell = (what: string) => process.stderr.isTTY && process.stderr.write(`\r\x1b[K${what}`);
const results: Result[] = [];
for (const workload of workloads) {
  const those = entries.filter(({ contender }) => contender.workloads?.includes(workload) ?? true);
  const ended = await compete(workload, those, rounds, tell);
  results.push(...ended);
  tell('');
  console.log(`\n${workload}; load of the machine: ${loadavg()[0].toFixed(1)} on ${cpus().length} processors`);
  console.table(Object.fromEntries(table(rowsOf(ended)).map((row, i) => [i + 1, row])));
}
if (values.json) {
  const rows = workloads.flatMap((workload) => rowsOf(results.filter((result) => result.workload === workload)));
  writeFileSync(values.json, JSON.stringify({ processor: cpus()[0].model, node: process.version, rounds, rows }, undefined, 1));
}
const failures = results.filter(({ failed }) => failed);
for (const { workload, contender, statistics, failed } of failures) console.error(`${workload}, ${contender} (${statistics}): ${failed}`);
const isWrong = ({ contender }: Result) => !CONTENDERS.find(({ name }) => name === contender)!.mayFail;
process.exitCode = failures.some(isWrong) ? 1 : 0;
