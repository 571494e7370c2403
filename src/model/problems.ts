import type { Problem, SourceRange } from './problem';

/** Nobody reads more, and a file of pure noise must not cost time. */
const MAX_PROBLEMS = 200;

/** Collects what is wrong with a file, so that one pass reports as much as possible. */
export class Problems {
  readonly list: Problem[] = [];

  error(code: string, message: string, range: SourceRange, layer?: string): void {
    if (this.list.length >= MAX_PROBLEMS) return;
    const repeated = this.list.some((p) => p.message === message && p.range?.start === range.start && p.range.end === range.end);
    if (!repeated) this.list.push({ code, level: 'error', message, range, ...(layer === undefined ? {} : { layer }) });
  }

  get hasErrors(): boolean {
    return this.list.length > 0;
  }

  /** In the order of the text. */
  sorted(): Problem[] {
    return [...this.list].sort((a, b) => (a.range?.start ?? 0) - (b.range?.start ?? 0));
  }
}
