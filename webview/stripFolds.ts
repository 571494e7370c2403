import type { StartedLayer } from '../src/train/protocol';
import type { Marks } from './findingMarks';
import { blocksOf, type StripRow } from './stripRows';

/** Up to this many layers all blocks are open at first: such a strip is looked through as it is. */
const FEW_LAYERS = 30;

/**
 * Which blocks of the layer strip are closed, while a run is on show. The reader opens and closes them; a layer that is selected, or of which something
 * is found, opens those that it is in, once.
 */
export class StripFolds {
  private runId?: string;
  private readonly closed = new Set<string>();
  /** Blocks that were looked at before: a new one follows the rule. */
  private readonly known = new Set<string>();
  private readonly found = new Set<string>();

  /** The rows of a run, also when an edit changed them. */
  adopt(runId: string, layers: readonly StartedLayer[], rows: readonly StripRow[]): void {
    if (runId !== this.runId) for (const set of [this.closed, this.known, this.found]) set.clear();
    this.runId = runId;
    for (const { id, isBlock } of rows) {
      if (isBlock && !this.known.has(id) && layers.length > FEW_LAYERS) this.closed.add(id);
      this.known.add(id);
    }
  }

  isClosed({ id, isBlock }: StripRow): boolean {
    return isBlock && this.closed.has(id);
  }

  isHidden(row: StripRow): boolean {
    return blocksOf(row).some((block) => this.isClosed(block));
  }

  set(row: StripRow, isOpen: boolean): void {
    if (isOpen) this.closed.delete(row.id);
    else this.closed.add(row.id);
  }

  /** Opens what a row is in; tells whether anything was closed. */
  reveal(row: StripRow | undefined): boolean {
    const closed = row ? blocksOf(row).filter((block) => this.isClosed(block)) : [];
    for (const block of closed) this.set(block, true);
    return closed.length > 0;
  }

  /** Opens the blocks of layers of which something new is found; tells whether any was closed. */
  revealFound(rows: readonly StripRow[], marks: Marks): boolean {
    const fresh = rows.filter(({ layer }) => (marks.get(layer?.name ?? '') ?? []).some(({ rule }) => !this.found.has(`${rule} ${layer!.name}`)));
    for (const { layer } of fresh) for (const { rule } of marks.get(layer!.name)!) this.found.add(`${rule} ${layer!.name}`);
    return fresh.map((row) => this.reveal(row)).includes(true);
  }
}
