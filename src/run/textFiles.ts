import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readText, writeWhole } from './wholeFile';

/** The newest text. */
export const MODEL = 'model.nn.yaml';

/** `edits/000.nn.yaml`, the model file at the start, `edits/001.nn.yaml` from edit 1 on and so forth; `model.nn.yaml`, the newest. */
export class TextFiles {
  private readonly folder: string;
  /** Those on disk by file name; undefined: not looked at yet. */
  private written?: Map<string, string | undefined>;

  constructor(private readonly parent: string) {
    this.folder = join(parent, 'edits');
  }

  /** The model file at the start; '' where it is lost. */
  async readStart(): Promise<string> {
    const paths = [join(this.folder, nameOf(0)), join(this.parent, MODEL)];
    for (const path of paths) {
      const text = await readText(path).catch(() => undefined);
      if (text !== undefined) return text;
    }
    return '';
  }

  /** @param texts of the start and of every edit, by its id, ascending. */
  async write(texts: ReadonlyMap<number, string>): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    this.written ??= new Map((await readdir(this.folder)).map((name) => [name, undefined]));
    const wanted = new Map([...texts].map(([id, text]) => [nameOf(id), text]));
    for (const [name, text] of wanted) await this.put(join(this.folder, name), name, text);
    await this.put(join(this.parent, MODEL), MODEL, [...texts.values()].at(-1) ?? '');
    for (const name of [...this.written.keys()].filter((one) => one !== MODEL && !wanted.has(one))) {
      await rm(join(this.folder, name), { force: true });
      this.written.delete(name);
    }
  }

  private async put(path: string, name: string, text: string): Promise<void> {
    if (this.written!.get(name) === text) return;
    await writeWhole(path, text);
    this.written!.set(name, text);
  }
}

const nameOf = (id: number): string => `${String(id).padStart(3, '0')}.nn.yaml`;
