import { concatenate, fingerprint } from '../base/bytes';
import type { Folder, Log } from './folder';

/** A segment takes no more once it has so many bytes. Each `put` writes one of at most about that size. */
const FULL = 1 << 17;

const FIRST = '0';

interface Segment {
  name: string;
  start: number;
  length: number;
}

/**
 * A log in a storage that only writes whole files: a folder of segments, of which `put` writes the last one. Each but the first is named by where it
 * begins and by what the one before it holds: what is left of other days follows nothing.
 */
export class SegmentedLog implements Log {
  /** Those that are known, from the first on. */
  private segments: Segment[] = [];
  /** What the last of them holds. */
  private tail?: Uint8Array;

  constructor(private readonly folder: Folder) {}

  async *chunks(most: number): AsyncGenerator<Uint8Array> {
    this.segments = [];
    let [name, start] = [FIRST, 0];
    while (start <= most && (await this.folder.size(name)) !== undefined) {
      const bytes = await this.folder.read(name);
      this.segments.push({ name, start, length: bytes.length });
      this.tail = bytes;
      yield bytes;
      start += bytes.length;
      name = nameAfter(start, bytes);
    }
  }

  async put(at: number, bytes: Uint8Array): Promise<void> {
    const kept = this.segments.filter(({ start }) => start < at);
    const last = kept.pop();
    const content = last ? (await this.contentOf(last)).subarray(0, at - last.start) : new Uint8Array();
    if (last && content.length >= FULL) await this.write([...kept, last], nameAfter(at, content), at, bytes);
    else await this.write(kept, last?.name ?? FIRST, last?.start ?? 0, concatenate([content, bytes]));
  }

  async replace(bytes: Uint8Array): Promise<void> {
    await this.write([], FIRST, 0, bytes);
    for (const { name } of await this.folder.entries()) if (name !== FIRST) await this.folder.remove(name);
  }

  private async write(before: readonly Segment[], name: string, start: number, content: Uint8Array): Promise<void> {
    if (this.segments.length === 0) await this.folder.make();
    await this.folder.write(name, content);
    const gone = this.segments.filter((segment) => segment.start > start);
    this.segments = [...before, { name, start, length: content.length }];
    this.tail = content;
    for (const segment of gone) await this.folder.remove(segment.name);
  }

  private async contentOf(segment: Segment): Promise<Uint8Array> {
    return segment === this.segments.at(-1) && this.tail ? this.tail : this.folder.read(segment.name);
  }
}

const nameAfter = (start: number, before: Uint8Array): string => `${start}-${fingerprint(before).toString(16)}`;
