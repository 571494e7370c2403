import { el } from './dom';

/** Text with the file's own words set apart, which stand between backquotes: `lr`. */
export function codeParts(text: string): { text: string; isCode: boolean }[] {
  return text.split(/(`[^`]+`)/).flatMap((part) => {
    const isCode = part.length > 2 && part.startsWith('`');
    return part === '' ? [] : [{ text: isCode ? part.slice(1, -1) : part, isCode }];
  });
}

/** Writes a text with its code set as code, only where it changed. Never markup: every part is a text of its own. */
export function setCodeText(element: Element, text: string): void {
  const parts = codeParts(text);
  if (element.textContent === parts.map((part) => part.text).join('')) return;
  element.replaceChildren(...parts.map((part) => (part.isCode ? el('code', {}, part.text) : part.text)));
}
