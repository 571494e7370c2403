/** Names of files and layers are shown as they are. */
export const escapeMarkdown = (text: string): string => text.replace(/[\\`*_{}[\]()#+!|<>~&$-]/g, '\\$&').replace(/\s*\n\s*/g, ' ');

/** A sentence with names in backquotes, as messages have them: those become code, all else is shown as it is. */
export const sentenceMarkdown = (text: string): string =>
  text
    .split(/(`[^`\n]+`)/)
    .map((part, i) => (i % 2 ? part.replaceAll('|', '\\|') : escapeMarkdown(part)))
    .join('');
