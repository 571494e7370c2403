import { positionAt, type Problem } from '../model/problem';

/** When an edited text takes over from the one that trains. */
export type SwapMoment = 'onEdit' | 'onSave' | 'never';

/** All of a model file that training depends on. */
export interface Version {
  text: string;
  /** Differs when another file is named, or the content of a named one changed. */
  files: string;
}

/** What to do about the text in the editor while its run is active. */
export type Reaction =
  /** It is what trains. */
  | { type: 'none' }
  /** It differs, and takes over only later: at the next save, or with the next run. */
  | { type: 'wait' }
  /** It cannot train. */
  | { type: 'refuse'; notice: string }
  | { type: 'swap' };

/** `trained` is what trains, or what was sent last to take over; `problems` are those of the edited text. */
export function afterAnalysis(edited: Version, isSaved: boolean, problems: readonly Problem[], trained: Version, moment: SwapMoment): Reaction {
  const isSameText = edited.text === trained.text;
  if (isSameText && edited.files === trained.files) return { type: 'none' };
  // A data file has no unsaved state: its change counts at once.
  if (moment === 'never' || (moment === 'onSave' && !isSaved && !isSameText)) return { type: 'wait' };
  const error = problems.find(({ level }) => level === 'error');
  return error ? { type: 'refuse', notice: noticeOf(error, edited.text) } : { type: 'swap' };
}

/** Why the text in the editor is not what trains: `Line 12: Unknown layer ‘Lineer’. Training goes on with the last valid text.` */
export function noticeOf({ message, range }: Problem, text: string): string {
  const place = range ? `Line ${positionAt(text, range.start).line}: ` : '';
  return `${place}${/[.?!]$/.test(message) ? message : `${message}.`} Training goes on with the last valid text.`;
}
