import { expect, test } from 'vitest';
import { TrainerPool } from '../../src/run/trainerPool';
import type { ToTrainer } from '../../src/train/protocol';
import type { TrainerListener } from '../../src/train/startWorker';

/** A pool over threads that only note what they are sent. */
function poolOfNotes(idle?: number) {
  const threads: { sent: ToTrainer[]; listener: TrainerListener; isEnded: boolean }[] = [];
  const pool = new TrainerPool((listener) => {
    const thread = { sent: [] as ToTrainer[], listener, isEnded: false };
    threads.push(thread);
    return { send: (message) => thread.sent.push(message), dispose: () => (thread.isEnded = true) };
  }, idle);
  const heard: string[] = [];
  const take = (who: string, threads?: number) =>
    pool.take({ message: ({ type }) => heard.push(`${who} ${type}`), gone: (reason) => heard.push(`${who} ${reason}`) }, threads);
  return { pool, threads, heard, take };
}

test('a thread that was given back trains the next run; one that was ended does not', () => {
  const { threads, heard, take } = poolOfNotes();
  const first = take('first');
  first.giveBack();
  const second = take('second');
  second.send({ type: 'pause' });
  expect(threads.map(({ sent }) => sent)).toEqual([[{ type: 'pause' }]]);
  threads[0].listener.message({ type: 'state', state: 'paused' });
  expect(heard).toEqual(['second state']);
  second.end();
  take('third');
  expect(threads.map(({ isEnded }) => isEnded)).toEqual([true, false]);
});

test('a thread that dies is told to its run only, and not lent again', () => {
  const { threads, heard, take } = poolOfNotes();
  take('first').giveBack();
  threads[0].listener.gone('Idle.');
  const second = take('second');
  threads[1].listener.gone('Lost.');
  expect(heard).toEqual(['second Lost.']);
  second.end();
  take('third');
  expect(threads).toHaveLength(3);
});

test('only so many threads wait; a pool that is disposed ends all', () => {
  const { pool, threads, take } = poolOfNotes(1);
  const loans = ['a', 'b', 'c'].map((who) => take(who));
  loans[0].giveBack();
  loans[1].giveBack();
  expect(threads.map(({ isEnded }) => isEnded)).toEqual([false, true, false]);
  pool.dispose();
  expect(threads.map(({ isEnded }) => isEnded)).toEqual([true, true, true]);
});

test('a thread gets ready once, and trains the run that comes; one with another number of engine threads is not it', () => {
  const { pool, threads, take } = poolOfNotes();
  pool.warm(1);
  pool.warm(1);
  take('first').send({ type: 'pause' });
  expect(threads.map(({ sent }) => sent)).toEqual([[{ type: 'warm', threads: 1 }, { type: 'pause' }]]);
  pool.warm(1);
  take('two threads', 2);
  expect(threads).toHaveLength(3);
});
