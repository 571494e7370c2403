/** Rows that are brought up to date in one go while the page has nothing else to do. */
const ROWS_AT_ONCE = 16;

/**
 * Brings rows of a long list up to date: those in sight at once and whenever they come into sight, the rest a few at a time while the page is idle, so that
 * no frame has to touch hundreds of cells.
 */
export class InSight<Item extends { row: HTMLElement }> {
  private readonly stale = new Set<Item>();
  private idle?: number;

  constructor(
    private readonly scroller: HTMLElement,
    private readonly refresh: (item: Item) => void,
  ) {
    scroller.addEventListener('scroll', () => this.showInSight(), { passive: true });
  }

  /** These items are to be refreshed, from top to bottom. */
  request(items: readonly Item[]): void {
    this.stale.clear();
    for (const item of items) this.stale.add(item);
    this.showInSight();
    this.idle ??= requestIdleCallback(() => this.catchUp(), { timeout: 1000 });
  }

  private showInSight(): void {
    if (this.stale.size === 0) return;
    const { scrollTop, clientHeight } = this.scroller;
    // Read before anything is written, or every row would lay the table out anew.
    const seen = [...this.stale].filter(({ row }) => row.offsetTop + row.offsetHeight > scrollTop && row.offsetTop < scrollTop + clientHeight);
    for (const item of seen) this.take(item);
  }

  private catchUp(): void {
    this.idle = undefined;
    for (const item of [...this.stale].slice(0, ROWS_AT_ONCE)) this.take(item);
    if (this.stale.size > 0) this.idle = requestIdleCallback(() => this.catchUp(), { timeout: 1000 });
  }

  private take(item: Item): void {
    this.stale.delete(item);
    this.refresh(item);
  }
}
