import type { SourceRange } from '../model/problem';

/** The shortest stretch of `before` whose replacement makes it `after`: cursors, folds and marks outside of it stay where they are. */
export function smallestChange(before: string, after: string): SourceRange & { text: string } {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  return { start: head, end: before.length - tail, text: after.slice(head, after.length - tail) };
}
