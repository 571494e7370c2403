type Attributes = Record<string, string | number | boolean | undefined>;

/** Builds an element; strings become text, never markup. */
export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children);
  return element;
}

/** Writes text only where it changed: an untouched node costs no layout. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Sets an attribute only where it changed; undefined removes it. */
export function setAttribute(element: Element, name: string, value: string | undefined): void {
  if (value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** One item for each line; items that stay are not touched. */
export function fillList(list: HTMLElement, lines: readonly string[]): void {
  while (list.children.length > lines.length) list.lastElementChild!.remove();
  lines.forEach((text, index) => setText(list.children[index] ?? list.appendChild(el('li')), text));
}
