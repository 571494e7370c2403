import type { Problem, SourceRange } from './problem';

/** Nobody reads more, and a file of pure noise must not cost time. */
const MAX_PROBLEMS = 200;

/** Collects what is wrong with a text, so that one pass reports as much as possible. */
export class Problems {
  readonly list: Problem[] = [];

  constructor(private readonly text = '') {}

  /** `meant`: the known name that is nearest to what stands at `range`; it is added to the message and offered as a fix. */
  error(code: string, message: string, range: SourceRange, { layer, meant }: { layer?: string; meant?: string } = {}): void {
    if (this.list.length >= MAX_PROBLEMS) return;
    const full = meant === undefined ? message : `${message} Did you mean \`${meant}\`?`;
    if (this.list.some((p) => p.message === full && p.range?.start === range.start && p.range.end === range.end)) return;
    // What came by an alias cannot be mended at the alias.
    const mendable = meant !== undefined && this.text[range.start] !== '*';
    this.list.push({ code, level: 'error', message: full, range, ...(layer !== undefined && { layer }), ...(mendable && { replacement: meant }) });
  }

  get hasErrors(): boolean {
    return this.list.length > 0;
  }

  /** In the order of the text. */
  sorted(): Problem[] {
    return [...this.list].sort((a, b) => (a.range?.start ?? 0) - (b.range?.start ?? 0));
  }
}
