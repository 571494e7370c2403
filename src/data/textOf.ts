import { failIn, type DataFile } from './dataFile';

/**
 * The text of a file in UTF-8, its line breaks as \n.
 * @param limits how many bytes it may have, what it should be saved as, and what is to be done with a larger one.
 * @throws ProblemError for more bytes than that, and for what is no text.
 */
export function textOf(file: DataFile, { most, kind, remedy }: { most: number; kind: string; remedy: string }): string {
  const { bytes } = file;
  if (bytes.length > most)
    failIn(
      file,
      'file-too-large',
      `${Math.round(bytes.length / 2 ** 20)} MiB of text is more than the ${most / 2 ** 20} MiB that can be read. ${remedy}`,
    );
  if (bytes.subarray(0, 4096).includes(0)) failIn(file, 'not-text', `this is not a text file. Save it as ${kind} in UTF-8.`);
  return new TextDecoder().decode(bytes).replace(/\r\n?/g, '\n');
}
