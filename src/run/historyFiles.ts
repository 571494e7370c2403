import { EventFile } from './eventFile';
import type { Folder } from './folder';
import { History, type Written } from './history';
import { OutcomeFile } from './outcomeFile';
import { RunStore } from './runStore';
import { type RunSummary, summaryWithout } from './runSummary';
import { SummaryFile } from './summaryFile';
import { TextFiles } from './textFiles';

/** The files that a run's history is in: run.json, events.jsonl, outcome.json, the model file and its edits. Of each what is new is written. */
export class HistoryFiles {
  readonly summary: SummaryFile;
  private readonly events: EventFile;
  private readonly outcome: OutcomeFile;
  private readonly texts: TextFiles;
  /** How much of which run is in them. */
  private written?: { store: RunStore; written: Written };

  constructor(private readonly folder: Folder) {
    this.summary = new SummaryFile(folder);
    this.events = new EventFile(folder.log('events.jsonl'));
    this.outcome = new OutcomeFile(folder);
    this.texts = new TextFiles(folder);
  }

  /** Of a damaged run what can be told, as `interrupted` with a message. */
  async readSummary(): Promise<RunSummary> {
    return (await this.summary.read()) ?? (await this.readHistory()).summary;
  }

  /** Up to the last whole event, without its checkpoints. */
  async read(): Promise<RunStore> {
    const { summary, history } = await this.readHistory();
    const store = RunStore.restore(summary, history);
    const outcome = await this.outcome.read();
    // One of later steps is left from before training went back.
    if (outcome && outcome.step <= store.run.step) store.setOutcome(outcome);
    this.written = { store, written: store.unwritten(undefined).written };
    return store;
  }

  /** Throws what the system says; the next call then writes what this one did not. */
  async write(store: RunStore): Promise<void> {
    const before = this.written?.store === store ? this.written.written : undefined;
    const { lines, isWhole, written } = store.unwritten(before);
    if (isWhole) await this.events.rewrite(lines);
    else if (lines.length) await this.events.append(lines);
    this.written = { store, written };
    await this.texts.write(store.texts());
    await this.summary.write(store.summary());
    await this.outcome.write(store.run.outcome);
  }

  private async readHistory(): Promise<{ summary: RunSummary; history: History }> {
    const [summary, text] = [await this.summary.read(), await this.texts.readStart()];
    const history = new History(text);
    await this.events.read((event) => history.restore(event));
    return { summary: summary ?? summaryWithout(this.folder.name, history), history };
  }
}
