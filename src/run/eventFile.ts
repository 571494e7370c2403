import { concatenate } from '../base/bytes';
import type { Log } from './folder';
import { decodeEvent, type StoredEvent } from './storedEvent';

/** More than a history ever has, so that a file that is none of ours is not read for hours. */
const MOST = { lines: 20_000, line: 1 << 24, bytes: 1 << 28 };

/** events.jsonl: one event a line, added to at its end. A tail that was cut short is never read, and is gone before anything is added. */
export class EventFile {
  /** Bytes up to the end of the last whole event. */
  private length = 0;

  constructor(private readonly log: Log) {}

  /** Hands over the events up to the first one that is damaged or refused. */
  async read(take: (event: StoredEvent) => boolean): Promise<void> {
    this.length = 0;
    let count = 0;
    for await (const line of lines(this.log)) {
      const event = ++count > MOST.lines ? undefined : decodeEvent(new TextDecoder().decode(line));
      if (!event || !take(event)) return;
      this.length += line.length + 1;
    }
  }

  /** Throws what the system says; the next call then begins where this one did. */
  async append(events: readonly StoredEvent[]): Promise<void> {
    const bytes = encode(events);
    await this.log.put(this.length, bytes);
    this.length += bytes.length;
  }

  /** Puts other events in place of all there are. */
  async rewrite(events: readonly StoredEvent[]): Promise<void> {
    const bytes = encode(events);
    await this.log.replace(bytes);
    this.length = bytes.length;
  }
}

const encode = (events: readonly StoredEvent[]): Uint8Array => new TextEncoder().encode(events.map((event) => `${JSON.stringify(event)}\n`).join(''));

/** The whole lines of a file that may be of any size. */
async function* lines(log: Log): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of log.chunks(MOST.bytes)) {
    let from = 0;
    for (let to = chunk.indexOf(10); to >= 0; to = chunk.indexOf(10, from)) {
      yield concatenate([...parts, chunk.subarray(from, to)]);
      [parts, size, from] = [[], 0, to + 1];
    }
    parts.push(chunk.subarray(from));
    size += chunk.length - from;
    if (size > MOST.line) return;
  }
}
