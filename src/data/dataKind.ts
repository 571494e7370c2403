import { fail, type SourceRange } from '../model/problem';

/** What there is a reader for. */
export type DataKind = 'csv' | 'tsv' | 'npz' | 'npy' | 'idx' | 'images' | 'txt' | 'jsonl';

const BY_ENDING: Record<string, DataKind> = { csv: 'csv', tsv: 'tsv', npz: 'npz', npy: 'npy', txt: 'txt', jsonl: 'jsonl' };

/**
 * Which reader takes a file, by its name; undefined for one that none takes. A path that ends in a slash or has no ending is a folder of images.
 */
export function kindOf(path: string): DataKind | undefined {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1).toLowerCase();
  // MNIST's own: train-images-idx3-ubyte.gz.
  if (/[.-]idx(\d-ubyte)?(\.gz)?$/.test(name)) return 'idx';
  const dot = name.lastIndexOf('.');
  // `.` and `..` are folders, and so is `.cache`.
  if (dot <= 0 || /^\.+$/.test(name)) return 'images';
  const ending = name.slice(dot + 1);
  return Object.hasOwn(BY_ENDING, ending) ? BY_ENDING[ending] : undefined;
}

/** The same. @throws ProblemError for a file that no reader takes. */
export function dataKind(path: string, range: SourceRange): DataKind {
  const ending = path.slice(path.lastIndexOf('.'));
  return (
    kindOf(path) ??
    fail(
      'unsupported-data',
      `\`${ending.slice(0, 20)}\` is not a kind of data that is read here. Use .csv, .tsv, .npz, .npy, .idx, .idx.gz, .txt, .jsonl or a folder of class folders with images.`,
      { range },
    )
  );
}
