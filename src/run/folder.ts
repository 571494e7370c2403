/** More than any text of a run comes to. */
const MOST_BYTES = 16 * 2 ** 20;

/** What lies in a folder. */
export interface Entry {
  name: string;
  isFolder: boolean;
}

/**
 * A folder that runs are kept in, on a disk or in a browser's storage. Names are those of what lies directly in it. Every call throws what the system
 * says, with its code: `ENOENT` where there is no such file, `ENOSPC` where there is no room.
 */
export interface Folder {
  readonly name: string;
  /** As the user knows it. */
  readonly path: string;
  /** One that lies in it, or will. */
  folder(name: string): Folder;
  /** Makes it, with all that it lies in. */
  make(): Promise<void>;
  /** Nothing where the folder is not there. */
  entries(): Promise<Entry[]>;
  /** Of a file, in bytes; undefined where there is none. */
  size(name: string): Promise<number | undefined>;
  read(name: string): Promise<Uint8Array>;
  /** Writes a file as a whole or not at all, whatever happens meanwhile. */
  write(name: string, content: Uint8Array | string): Promise<void>;
  /** Another one after every `write` of another content, be it by somebody else; undefined where there is no such file. */
  stamp(name: string): Promise<string | undefined>;
  /** Removes a file, or a folder with all in it, if it is there. */
  remove(name: string): Promise<void>;
  /** Removes the folder itself, with all in it. */
  removeAll(): Promise<void>;
  /** Removes what was half written when a process ended. */
  removeDrafts(): Promise<void>;
  /** A file that is added to. */
  log(name: string): Log;
  /** For the one who writes here. `onLost`: somebody else took it over while this one stood still. */
  claim(onLost: () => void): Claim;
}

/** A file that grows at its end. One whose writer was cut short may end anywhere; nothing before its last `put` is ever lost. */
export interface Log {
  /** Its bytes from the start, up to about `most` of them; none where there is no file. */
  chunks(most: number): AsyncIterable<Uint8Array>;
  /** Puts bytes in place of all that there is from byte `at` on. */
  put(at: number, bytes: Uint8Array): Promise<void>;
  /** Puts other bytes in place of all there are, as a whole or not at all. */
  replace(bytes: Uint8Array): Promise<void>;
}

/** The right to write a folder, which one at a time has. */
export interface Claim {
  /** Whether this object has it now. Throws what the system says where that cannot be told. */
  claim(): Promise<boolean>;
  /** Whether somebody else who is alive has it. */
  isTaken(): Promise<boolean>;
  /** For just before writing: false where it went to somebody else. One that nobody has is claimed. */
  claimAgain(): Promise<boolean>;
  release(): Promise<void>;
  /** Does nothing more for it; it runs out by itself. */
  stop(): void;
}

/** A text of a run's folder; throws also for a file so large that it is none of ours. */
export async function readText(folder: Folder, name: string): Promise<string> {
  const size = (await folder.size(name)) ?? 0;
  if (size > MOST_BYTES) throw new Error(`${folder.path} has a ${name} of ${size} bytes; no text of a run has more than ${MOST_BYTES}.`);
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await folder.read(name));
}
