import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { decodeEvent, type StoredEvent } from './storedEvent';
import { writeWhole } from './wholeFile';

/** More than a history ever has, so that a file that is none of ours is not read for hours. */
const MOST = { lines: 20_000, line: 1 << 24, bytes: 1 << 28 };

/** events.jsonl: one event a line, added to at its end. A tail that was cut short is never read, and is gone before anything is added. */
export class EventFile {
  /** Bytes up to the end of the last whole event. */
  private length = 0;

  constructor(private readonly path: string) {}

  /** Hands over the events up to the first one that is damaged or refused. */
  async read(take: (event: StoredEvent) => boolean): Promise<void> {
    this.length = 0;
    let count = 0;
    for await (const line of lines(this.path)) {
      const event = ++count > MOST.lines ? undefined : decodeEvent(line.toString());
      if (!event || !take(event)) return;
      this.length += line.length + 1;
    }
  }

  /** Throws what the system says; the next call then begins where this one did. */
  async append(events: readonly StoredEvent[]): Promise<void> {
    const file = await open(this.path, 'a+');
    try {
      if ((await file.stat()).size !== this.length) await file.truncate(this.length);
      const bytes = encode(events);
      await file.appendFile(bytes);
      await file.sync();
      this.length += bytes.length;
    } catch (error) {
      await file.truncate(this.length).catch(() => undefined);
      throw error;
    } finally {
      await file.close();
    }
  }

  /** Puts other events in place of all there are. */
  async rewrite(events: readonly StoredEvent[]): Promise<void> {
    const bytes = encode(events);
    await writeWhole(this.path, bytes);
    this.length = bytes.length;
  }
}

const encode = (events: readonly StoredEvent[]): Buffer => Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(''));

/** The whole lines of a file that may be of any size; none where there is no file. */
async function* lines(path: string): AsyncGenerator<Buffer> {
  if (!(await stat(path).catch(() => undefined))?.isFile()) return;
  let parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of createReadStream(path, { end: MOST.bytes }) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let to = chunk.indexOf(10); to >= 0; to = chunk.indexOf(10, from)) {
      yield Buffer.concat([...parts, chunk.subarray(from, to)]);
      [parts, size, from] = [[], 0, to + 1];
    }
    parts.push(chunk.subarray(from));
    size += chunk.length - from;
    if (size > MOST.line) return;
  }
}
