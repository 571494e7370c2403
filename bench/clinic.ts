import { fork } from 'node:child_process';
import { casesIn, judge, type Verdict } from './clinic/judge';
import { make } from './clinic/make';
import { report } from './clinic/tables';

// A clinic of our own: sound models and sick ones on other data and of other families than those that thresholds were found on.
// npm run bench -- clinic make DIR [filter]     npm run bench -- clinic judge DIR [filter]
const [command, folder, filter = '', part] = process.argv.slice(2);

/** The engine takes one core; two processes share the work. */
const PROCESSES = 2;

/** What each process sends, all together. */
async function share(): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const processes = Array.from({ length: PROCESSES }, (_, i) => {
    const child = fork(process.argv[1], [command, folder, filter, String(i)]);
    child.on('message', (verdict) => verdicts.push(verdict as Verdict));
    return new Promise<number | null>((done) => child.on('exit', done));
  });
  const codes = await Promise.all(processes);
  if (codes.some((code) => code !== 0)) process.exitCode = 1;
  return verdicts.sort((a, b) => (a.name < b.name ? -1 : 1));
}

switch (command) {
  case 'make':
    if (part === undefined) await share();
    else await make(folder, filter, Number(part), PROCESSES);
    break;
  case 'judge':
    if (part === undefined) console.log(report(await share()));
    else for (const [i, name] of casesIn(folder, filter).entries()) if (i % PROCESSES === Number(part)) process.send!(await judge(folder, name));
    break;
  default:
    console.error('clinic make DIR [filter] | clinic judge DIR [filter]');
    process.exitCode = 2;
}
