import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunEvent } from '../train/protocol';
import { fail } from '../model/problem';
import { writeWhole } from './files';

/** A run on disk, readable by others: `model.nn.yaml`, `events.jsonl` (one event a line), `run.json`, `last.safetensors`. */
export class RunFolder {
  private constructor(private readonly path: string) {}

  static async create(path: string, text: string): Promise<RunFolder> {
    await mkdir(path, { recursive: true }).catch((error: Error) => fail('unwritable', `The run folder cannot be made: ${error.message}`));
    await writeWhole(join(path, 'model.nn.yaml'), text);
    await writeFile(join(path, 'events.jsonl'), '');
    await writeWhole(join(path, 'run.json'), JSON.stringify({ state: 'running' }));
    return new RunFolder(path);
  }

  async append(events: readonly RunEvent[]): Promise<void> {
    await appendFile(join(this.path, 'events.jsonl'), events.map((e) => `${JSON.stringify(e)}\n`).join(''));
  }

  async finish(weights: Uint8Array): Promise<void> {
    await writeWhole(join(this.path, 'last.safetensors'), weights);
    await writeWhole(join(this.path, 'run.json'), JSON.stringify({ state: 'finished' }));
  }
}
