import { type Folder, readText } from './folder';

/** The newest text. */
export const MODEL = 'model.nn.yaml';

/** `edits/000.nn.yaml`, the model file at the start, `edits/001.nn.yaml` from edit 1 on and so forth; `model.nn.yaml`, the newest. */
export class TextFiles {
  private readonly folder: Folder;
  /** Those on disk by file name; undefined: not looked at yet. */
  private written?: Map<string, string | undefined>;

  constructor(private readonly parent: Folder) {
    this.folder = parent.folder('edits');
  }

  /** The model file at the start; '' where it is lost. */
  async readStart(): Promise<string> {
    const start = await readText(this.folder, nameOf(0)).catch(() => undefined);
    return start ?? readText(this.parent, MODEL).catch(() => '');
  }

  /** @param texts of the start and of every edit, by its id, ascending. */
  async write(texts: ReadonlyMap<number, string>): Promise<void> {
    await this.folder.make();
    this.written ??= new Map((await this.folder.entries()).map(({ name }) => [name, undefined]));
    const wanted = new Map([...texts].map(([id, text]) => [nameOf(id), text]));
    for (const [name, text] of wanted) await this.put(this.folder, name, text);
    await this.put(this.parent, MODEL, [...texts.values()].at(-1) ?? '');
    for (const name of [...this.written.keys()].filter((one) => one !== MODEL && !wanted.has(one))) {
      await this.folder.remove(name);
      this.written.delete(name);
    }
  }

  private async put(folder: Folder, name: string, text: string): Promise<void> {
    if (this.written!.get(name) === text) return;
    await folder.write(name, text);
    this.written!.set(name, text);
  }
}

const nameOf = (id: number): string => `${String(id).padStart(3, '0')}.nn.yaml`;
