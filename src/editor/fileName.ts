/** Longer than anybody reads, and short enough for every disk with an ending after it. */
const LONGEST = 80;

/** A name that people or models gave, as part of a file's: no separators, no control characters, nothing that Windows keeps for itself. */
export function fileNameOf(name: string): string {
  const plain = name
    .replace(/[\\/:*?"<>|\u0000-\u001f\u007f]+/g, '-')
    .replace(/\s+/g, ' ')
    .slice(0, LONGEST)
    .replace(/^[. ]+|[. ]+$/g, '');
  return /^(con|prn|aux|nul|com\d|lpt\d)?$/i.test(plain) ? `${plain || 'unnamed'}_` : plain;
}
