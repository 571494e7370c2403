/** A half-open range of character offsets in the model file's text. */
export interface SourceRange {
  start: number;
  end: number;
}

export type ProblemLevel = 'error' | 'warning' | 'hint';

/** Something the user has to know, said in the user's words: never a stack trace. Structured-cloneable. */
export interface Problem {
  /** A stable kebab-case id, e.g. `unknown-layer`, `shape-mismatch`, `missing-value`. */
  code: string;
  level: ProblemLevel;
  message: string;
  /** Where in the model file; absent when the trouble is not in its text. */
  range?: SourceRange;
  /** The layer's name, when one is to blame. */
  layer?: string;
  /** What the text at `range` was probably meant to be: a fix that an editor can offer. */
  replacement?: string;
  /** How many outputs the data asks for, where the model has another number of them. */
  outputs?: number;
}

/** Carries a problem out of deep code; everything that can fail because of the user's input throws this. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
    this.name = 'ProblemError';
  }
}

/** Throws an error-level problem. */
export function fail(code: string, message: string, where: Pick<Problem, 'range' | 'layer' | 'outputs'> = {}): never {
  throw new ProblemError({ code, level: 'error', message, ...where });
}

/** 1-based line and column of an offset in a text, for terminals. */
export function positionAt(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const lastBreak = before.lastIndexOf('\n');
  return { line: before.split('\n').length, column: offset - lastBreak };
}

/** `file:line:column  message`, as compilers print it. */
export function formatProblem(problem: Problem, file: string, text: string): string {
  if (!problem.range) return `${file}  ${problem.message}`;
  const { line, column } = positionAt(text, problem.range.start);
  return `${file}:${line}:${column}  ${problem.message}`;
}
