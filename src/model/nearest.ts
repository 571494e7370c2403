/** Edits (insert, delete, replace, swap neighbours) that turn `a` into `b`: Damerau-Levenshtein, optimal string alignment. */
export function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = rows[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(replaced, rows[i - 1][j] + 1, row[j - 1] + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], rows[i - 2][j - 2] + 1);
    }
    rows.push(row);
  }
  return rows[a.length][b.length];
}

const plain = (word: string) => word.toLowerCase().replace(/[-_.\s]/g, '');

/** A third of the word may be wrong; a few letters may be missing at its end (`BatchNorm`, `mse`). */
function tolerated(word: string, name: string): number {
  const wrong = Math.max(1, Math.floor(Math.min(word.length, name.length) / 3));
  return word.length >= 3 && name.startsWith(word) ? Math.max(wrong, 4) : wrong;
}

/** The known name a person most likely meant, or undefined when none is near. Case and separators do not count: `batchnorm_2d`. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  // No name of the language is longer; a pasted paragraph must not cost time.
  if (word.length > 64) return undefined;
  let best: { name: string; distance: number; spelling: number } | undefined;
  for (const name of known) {
    const distance = editDistance(plain(word), plain(name));
    const spelling = editDistance(word, name);
    if (distance > tolerated(plain(word), plain(name))) continue;
    if (!best || distance < best.distance || (distance === best.distance && spelling < best.spelling)) best = { name, distance, spelling };
  }
  return best?.name;
}

/** ` Did you mean …?` with a leading space, or nothing. */
export function suggestion(word: string, known: Iterable<string>): string {
  const name = nearest(word, known);
  return name === undefined ? '' : ` Did you mean \`${name}\`?`;
}
