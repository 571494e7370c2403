import { color } from 'chart.js/helpers';

/** Variables of the colours of compared runs: one after the other, then again. As `.series-…` in timeline.css. */
export const COMPARED_COLOURS = ['charts-purple', 'charts-green', 'charts-yellow', 'foreground', 'charts-red'] as const;

/** The editor's colours as a canvas needs them: resolved. */
export interface Theme {
  background: string;
  foreground: string;
  muted: string;
  grid: string;
  hoverBackground: string;
  hoverForeground: string;
  border: string;
  focus: string;
  train: string;
  validation: string;
  error: string;
  warn: string;
  /** Of bands where healthy numbers lie. */
  healthy: string;
  /** Of compared runs, in the order of `COMPARED_COLOURS`. */
  compared: string[];
  fontFamily: string;
  fontSize: number;
}

/** Reads the theme from the variables that VS Code sets on the document. */
export function readTheme(): Theme {
  const styles = getComputedStyle(document.body);
  const pick = (...names: string[]) =>
    names.map((name) => styles.getPropertyValue(`--vscode-${name}`).trim()).find((value) => value !== '') ?? styles.color;
  const kind = document.body.dataset.vscodeThemeKind ?? document.body.className;
  const foreground = pick('foreground');
  return {
    background: pick('editor-background'),
    foreground,
    muted: pick('descriptionForeground', 'foreground'),
    grid: fade(foreground, kind.includes('high-contrast') ? 0.25 : 0.12),
    hoverBackground: pick('editorHoverWidget-background', 'editor-background'),
    hoverForeground: pick('editorHoverWidget-foreground', 'foreground'),
    border: pick('contrastBorder', 'editorHoverWidget-border', 'foreground'),
    focus: pick('focusBorder', 'foreground'),
    train: pick('charts-blue'),
    validation: pick(validationColour(kind)),
    error: pick('charts-red', 'errorForeground'),
    healthy: pick('charts-green'),
    warn: pick(kind.includes('high-contrast') ? 'charts-yellow' : 'charts-orange'),
    compared: COMPARED_COLOURS.map((name) => pick(name)),
    fontFamily: pick('font-family'),
    fontSize: Math.max(10, Number.parseFloat(pick('font-size')) - 2 || 11),
  };
}

/** `charts-orange`, but in high contrast that is a dark blue beside a blue (light) or dim on black (dark). As `--validation` in style.css. */
function validationColour(kind: string): string {
  if (kind.includes('high-contrast-light')) return 'charts-green';
  return kind.includes('high-contrast') ? 'charts-yellow' : 'charts-orange';
}

/** The colour with `alpha` as its opacity. */
export function fade(css: string, alpha: number): string {
  return color(css).alpha(alpha).rgbString();
}

/** Calls back when the user changes the colour theme: VS Code then rewrites the body's class and the document's variables. */
export function onThemeChange(listener: () => void): void {
  const observer = new MutationObserver(listener);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id', 'data-vscode-theme-kind'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
}
