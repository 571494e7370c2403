let context: CanvasRenderingContext2D | undefined;

/** In pixels. */
export function textWidth(text: string, font: string): number {
  context ??= document.createElement('canvas').getContext('2d')!;
  context.font = font;
  return context.measureText(text).width;
}

/** The text in at most `width` pixels of a font: what is too long loses its middle, as generated names differ at their ends. */
export function fitText(text: string, width: number, font: string): string {
  const fits = (candidate: string) => textWidth(candidate, font) <= width;
  if (fits(text)) return text;
  let [low, high] = [1, text.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (fits(shortened(text, middle))) low = middle;
    else high = middle;
  }
  return shortened(text, low);
}

function shortened(text: string, length: number): string {
  const head = Math.ceil(length * 0.6);
  return `${text.slice(0, head)}…${text.slice(text.length - (length - head))}`;
}
