/** A text with `|` for the caret. */
export function atCaret(marked: string): [text: string, offset: number] {
  const offset = marked.indexOf('|');
  return [marked.slice(0, offset) + marked.slice(offset + 1), offset];
}

/** What a snippet writes when its placeholders are left as they are. */
export const withoutPlaceholders = (snippet: string): string => snippet.replace(/\$\{\d+:([^}]*)\}|\$\{\d+\|([^,|]*)[^}]*\}|\$\d+/g, '$1$2');

/** Keys that a model file needs, for texts that are only about the model. */
export const REST = 'data: {source: moons}\nloss: CrossEntropyLoss\n';
