import { randomUUID } from 'node:crypto';
import { readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { type Claim, type Folder, readText } from './folder';

const OWNER = 'owner.json';

const HEARTBEAT_MS = 5000;
/** An owner whose heart has not beaten for so long is gone. */
const SILENCE_MS = 20_000;

const record = z.object({ pid: z.int().min(1), host: z.string(), token: z.string().regex(/^[\w-]{1,64}$/) });
type Owner = z.infer<typeof record>;

/** Of a file that does not say whose it is: its maker may be about to. */
const UNKNOWN: Owner = { pid: 0, host: '', token: 'unknown' };

/**
 * owner.json: the process that writes a run's folder. Whoever makes the file owns it; its time of change is its owner's heartbeat, which needs no
 * space on a full disk. An owner that is gone has exactly one successor: who makes the file `owner.json.after-<token of the one before>`.
 * A process that stood still meanwhile finds another token than its own and has lost.
 */
export class Ownership implements Claim {
  private readonly path: string;
  private readonly token = randomUUID();
  private heart?: ReturnType<typeof setInterval>;

  constructor(
    private readonly folder: Folder,
    private readonly onLost: () => void,
  ) {
    this.path = join(folder.path, OWNER);
  }

  async claim(): Promise<boolean> {
    if (!(await this.take())) return false;
    await this.clean();
    this.live();
    return true;
  }

  async isTaken(): Promise<boolean> {
    const owner = await read(this.folder);
    return owner !== undefined && owner.token !== this.token && (await isAlive(this.path, owner));
  }

  async claimAgain(): Promise<boolean> {
    const owner = await read(this.folder);
    const isMine = owner ? owner.token === this.token : await this.create(this.path);
    if (!isMine) this.stop();
    else if (this.heart) await this.touch();
    else this.live();
    return isMine;
  }

  async release(): Promise<void> {
    this.stop();
    if ((await read(this.folder))?.token === this.token) await rm(this.path, { force: true });
  }

  /** No more heartbeats. */
  stop(): void {
    clearInterval(this.heart);
    this.heart = undefined;
  }

  private async take(): Promise<boolean> {
    // Every further round means that others came or went in the midst of it.
    for (let round = 0; round < 10; round++) {
      if (await this.create(this.path)) return true;
      const owner = await read(this.folder);
      if (!owner) continue;
      if (owner.token === this.token) return true;
      if (await isAlive(this.path, owner)) return false;
      const next = `${this.path}.after-${owner.token}`;
      if (!(await this.create(next))) {
        const silence = await silenceOf(next);
        if (silence !== undefined && silence < SILENCE_MS) return false;
        // Its maker is gone too: it becomes the owner, and the next round finds its successor. One that is in place by now must not be made up for.
        if (silence !== undefined) await rename(next, this.path).catch(() => undefined);
        continue;
      }
      // Who had it made before has put it in place by now, and so another owner.
      if ((await read(this.folder))?.token === owner.token) {
        await rename(next, this.path);
        return true;
      }
      await rm(next, { force: true });
    }
    return false;
  }

  /** Makes a file that says who this is; false where there is one. */
  private async create(path: string): Promise<boolean> {
    const me: Owner = { pid: process.pid, host: hostname(), token: this.token };
    try {
      await writeFile(path, JSON.stringify(me), { flag: 'wx' });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      // One that was made and could not be filled would be in everybody's way.
      if ((error as NodeJS.ErrnoException).syscall === 'write') await rm(path, { force: true });
      throw error;
    }
  }

  private live(): void {
    this.heart ??= setInterval(() => void this.beat(), HEARTBEAT_MS).unref();
  }

  private async beat(): Promise<void> {
    const owner = await read(this.folder).catch(() => UNKNOWN);
    if (owner?.token === this.token) return this.touch();
    if (!owner || owner === UNKNOWN || !this.heart) return;
    this.stop();
    this.onLost();
  }

  private async touch(): Promise<void> {
    const now = new Date();
    await utimes(this.path, now, now).catch(() => undefined);
  }

  /** Removes what successions left behind that were cut short. */
  private async clean(): Promise<void> {
    const paths = (await readdir(this.folder.path)).filter((name) => name.startsWith(`${OWNER}.after-`)).map((name) => join(this.folder.path, name));
    for (const path of paths) if (((await silenceOf(path)) ?? 0) >= SILENCE_MS) await rm(path, { force: true });
  }
}

/** Undefined where there is no such file. */
async function read(folder: Folder): Promise<Owner | undefined> {
  try {
    return record.parse(JSON.parse(await readText(folder, OWNER)));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code === undefined) return UNKNOWN;
    throw error;
  }
}

async function isAlive(path: string, { pid, host }: Owner): Promise<boolean> {
  if (((await silenceOf(path)) ?? Infinity) >= SILENCE_MS) return false;
  return host !== hostname() || isRunning(pid);
}

/** Milliseconds since the last heartbeat; undefined where there is no such file. */
async function silenceOf(path: string): Promise<number | undefined> {
  const made = await stat(path).catch(() => undefined);
  return made && Date.now() - made.mtimeMs;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
