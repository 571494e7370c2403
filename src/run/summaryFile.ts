import { type Folder, readText } from './folder';
import { decodeSummary, encodeSummary, type RunSummary } from './runSummary';

const SUMMARY = 'run.json';

/** run.json: what a list of runs shows. */
export class SummaryFile {
  /** What the file holds, where this is who wrote it last. */
  private kept?: string;

  constructor(private readonly folder: Folder) {}

  /** Undefined where it is missing or damaged. */
  async read(): Promise<RunSummary | undefined> {
    this.kept = undefined;
    const text = await readText(this.folder, SUMMARY).catch(() => undefined);
    const summary = text === undefined ? undefined : decodeSummary(text);
    // A folder that was copied by hand is a run of its own.
    return summary && { ...summary, runId: this.folder.name };
  }

  /** Stands for the file as it is now. */
  stamp(): Promise<string | undefined> {
    return this.folder.stamp(SUMMARY);
  }

  /** Writes one that is another than the file holds; throws what the system says. */
  async write(summary: RunSummary): Promise<void> {
    const text = encodeSummary(summary);
    if (text === this.kept) return;
    await this.folder.write(SUMMARY, text);
    this.kept = text;
  }
}
