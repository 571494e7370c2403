/** Outlines on a 16 × 16 grid, filled with the colour of the text. Shapes, not font glyphs: those turn into colour emoji on some systems. */
const PATHS = {
  play: 'M4 2.5v11l9.5-5.5z',
  pause: 'M3.5 2.5h3.2v11H3.5zM9.3 2.5h3.2v11H9.3z',
  step: 'M2.5 2.5v11l8-5.5zM11.5 2.5h2v11h-2z',
  stop: 'M3 3h10v10H3z',
  dot: 'M8 3a5 5 0 1 1 0 10A5 5 0 0 1 8 3z',
  ring: 'M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zm0 1.8a3.7 3.7 0 1 0 0 7.4 3.7 3.7 0 0 0 0-7.4z',
  check: 'M6.3 13.2 1.6 8.6 3.1 7l3.2 3.1L13 3.3l1.5 1.5z',
  cross: 'M3.9 2.5 8 6.6l4.1-4.1 1.4 1.4L9.4 8l4.1 4.1-1.4 1.4L8 9.4l-4.1 4.1-1.4-1.4L6.6 8 2.5 3.9z',
  layers: 'M8 1 1 4.6l7 3.6 7-3.6zM2.6 7.1 1 8l7 3.6L15 8l-1.6-.9L8 9.9zM2.6 10.5l-1.6.9L8 15l7-3.6-1.6-.9L8 13.3z',
} as const;

export type IconName = keyof typeof PATHS;

const SVG = 'http://www.w3.org/2000/svg';

/** A decorative icon; the text beside it says the same. */
export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  for (const [attribute, value] of Object.entries({ viewBox: '0 0 16 16', width: '16', height: '16', 'aria-hidden': 'true' }))
    svg.setAttribute(attribute, value);
  svg.append(document.createElementNS(SVG, 'path'));
  setIcon(svg, name);
  return svg;
}

/** Changes the shape of an icon in place. */
export function setIcon(svg: SVGSVGElement, name: IconName): void {
  if (svg.dataset.icon === name) return;
  svg.dataset.icon = name;
  svg.firstElementChild!.setAttribute('d', PATHS[name]);
}
