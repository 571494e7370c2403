import { fail, type SourceRange } from '../model/problem';

export type DataKind = 'csv' | 'tsv' | 'npz';

/** Endings that the language has but this build does not read yet. */
const PLANNED: Record<string, string> = {
  npy: "`.npy` pairs are not supported yet. Put both arrays in one file: numpy.savez('data.npz', x=…, y=…).",
  idx: '`.idx` files are not supported yet. Convert them to .npz.',
  gz: '`.gz` files are not supported yet. Unpack the file, or convert it to .npz.',
  jsonl: '`.jsonl` files are not supported yet.',
  txt: '`.txt` files are not supported yet. A table with a header row reads as .csv or .tsv.',
};

/** Which reader takes a data file, by its ending. @throws ProblemError for one that none takes. */
export function dataKind(path: string, range: SourceRange): DataKind {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const dot = name.lastIndexOf('.');
  const ending = name.slice(dot + 1);
  if (dot > 0 && (ending === 'csv' || ending === 'tsv' || ending === 'npz')) return ending;
  if (dot <= 0)
    fail('unsupported-data', `${path} has no ending that names its kind, and folders of images are not supported yet. Use .csv, .tsv or .npz.`, {
      range,
    });
  fail('unsupported-data', PLANNED[ending] ?? `\`.${ending}\` is not a kind of data that is read here. Use .csv, .tsv or .npz.`, { range });
}
