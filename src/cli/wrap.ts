/** Lines of at most `width` characters, broken between words; a longer word has a line of its own. */
export function wrap(text: string, width: number, indent = '', hanging = ''): string[] {
  const lines: string[] = [];
  let line = '';
  const start = () => indent + (lines.length ? hanging : '');
  for (const word of text.split(/\s+/)) {
    if (line && `${start()}${line} ${word}`.length > width) {
      lines.push(start() + line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return [...lines, start() + line];
}
