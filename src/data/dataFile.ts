import { fail, type SourceRange } from '../model/problem';

/** A data file's content, with its path as the model file writes it and the place where it does. */
export interface DataFile {
  path: string;
  bytes: Uint8Array;
  range: SourceRange;
}

/** Throws a problem of the file's content, at the place that names the file. */
export function failIn(file: DataFile, code: string, message: string): never {
  return fail(code, `${file.path}: ${message}`, { range: file.range });
}

/** A cell, name or value for a message: hostile files hold megabytes in one. */
export function quoted(text: string): string {
  const line = text.replace(/[\u0000-\u001f\u007f]/g, ' ');
  return `\`${line.length > 40 ? `${line.slice(0, 40)}…` : line}\``;
}

/** "`a`, `b`, `c`" with the tail left out when it is long. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 12).map(quoted).join(', ');
  return names.length > 12 ? `${shown} and ${names.length - 12} more` : shown;
}

/** The path of what lies in a folder. Slashes at the end of the folder's own do not count. */
export const pathIn = (folder: string, ...names: string[]): string => [folder.replace(/[\\/]+$/, ''), ...names].join('/');
