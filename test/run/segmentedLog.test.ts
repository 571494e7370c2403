import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { concatenate } from '../../src/base/bytes';
import { stream } from '../../src/base/random';
import { NodeFolder } from '../../src/run/nodeFolder';
import { RunFolder } from '../../src/run/runFolder';
import { RunStore } from '../../src/run/runStore';
import { SegmentedLog } from '../../src/run/segmentedLog';
import { edit, identity, start, steps } from './events';

let root: string;
beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), 'layerwise-log-'))));
afterEach(() => rm(root, { recursive: true, force: true }));

const folder = () => new NodeFolder(join(root, 'log'));

async function contentOf(log: SegmentedLog): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of log.chunks(Infinity)) parts.push(chunk);
  return concatenate(parts);
}

/** What somebody finds who comes later. */
const found = (): Promise<Uint8Array> => contentOf(new SegmentedLog(folder()));

const filled = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);

/** As if the writer ended before it came to remove anything. */
class Cut extends NodeFolder {
  override remove(): Promise<void> {
    return Promise.reject(new Error('cut short'));
  }
}

test('it holds what one file would hold, whatever is put where, and whoever goes on with it', async () => {
  const random = stream(3, 'puts');
  let log = new SegmentedLog(folder());
  let expected: Uint8Array = new Uint8Array();
  for (let n = 0; n < 120; n++) {
    const bytes = filled(1 + random.integer(60_000), n);
    const kind = random.integer(10);
    if (kind === 0) {
      await log.replace(bytes);
      expected = bytes;
    } else {
      const at = kind === 1 ? random.integer(expected.length + 1) : expected.length;
      await log.put(at, bytes);
      expected = concatenate([expected.subarray(0, at), bytes]);
    }
    if (kind === 2) {
      log = new SegmentedLog(folder());
      expect(Buffer.compare(await contentOf(log), expected)).toBe(0);
    }
    expect(Buffer.compare(await found(), expected), `after put ${n}`).toBe(0);
  }
});

test('a put writes little, however long the log is', async () => {
  const written: number[] = [];
  class Counting extends NodeFolder {
    override write(name: string, content: Uint8Array): Promise<void> {
      written.push(content.length);
      return super.write(name, content);
    }
  }
  const log = new SegmentedLog(new Counting(join(root, 'log')));
  for (let at = 0; at < 1 << 20; at += 10_000) await log.put(at, filled(10_000, 1));
  expect(Math.max(...written)).toBeLessThan(200_000);
});

test('a replacement that was cut short before it removed the old segments is whole all the same', async () => {
  const log = new SegmentedLog(folder());
  for (let at = 0; at < 400_000; at += 100_000) await log.put(at, filled(100_000, 1));
  const first = (await folder().size('0'))!;
  const cut = new SegmentedLog(new Cut(join(root, 'log')));
  // As long as the first segment: the ones that followed that one begin where this one ends.
  await expect(cut.replace(filled(first, 2))).rejects.toThrow('cut short');
  expect((await folder().entries()).length).toBeGreaterThan(1);
  expect(Buffer.compare(await found(), filled(first, 2))).toBe(0);
});

test('a run whose history is kept in segments is what it was in memory', async () => {
  class Segmented extends NodeFolder {
    override folder(name: string): NodeFolder {
      return new Segmented(join(this.path, name));
    }
    override log(name: string): SegmentedLog {
      return new SegmentedLog(this.folder(name));
    }
  }
  const place = new Segmented(root);
  const store = RunStore.create(identity);
  const run = await RunFolder.create(place, store);
  run.onProblem((message) => expect.fail(message));
  store.apply([start], 0);
  for (let n = 0; n < 1500; n += 50) {
    store.apply(steps(n + 1, n + 50), 100);
    if (n % 500 === 100) store.apply([edit(n, n + 50)], 100);
    await run.save(store);
  }
  expect((await place.folder('a').folder('events.jsonl').entries()).length).toBeGreaterThan(1);
  const other = await RunFolder.open(place, 'a');
  const back = await other.readStore();
  expect(back.unwritten(undefined).lines).toEqual(JSON.parse(JSON.stringify(store.unwritten(undefined).lines)));
  await run.remove();
  expect(await place.entries()).toEqual([]);
  [run, other].forEach((one) => one.dispose());
});
