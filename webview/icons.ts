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
  history: 'M8 1.5a6.5 6.5 0 1 1-6.3 8l1.5-.4A5 5 0 1 0 4.3 4.6L6 6.2H1.2V1.4l2 2.1A6.5 6.5 0 0 1 8 1.5zm-.7 3h1.4v3.2l2.6 1.6-.7 1.2-3.3-2z',
  forward: 'M2.5 2.5v11l5.2-5.5zM8 2.5v11l5.2-5.5zM13 2.5h1.5v11H13z',
  back: 'M6.5 2 1.5 7l5 5V8.6c4 0 6 1.2 8 4.4-.4-4.6-3-7.6-8-7.7z',
  branch:
    'M4 1.5a2 2 0 0 1 .8 3.8v5.4A2 2 0 1 1 3.2 10.700V5.300A2 2 0 0 1 4 1.500zM12 3.500a2 2 0 0 1 .8 3.800c0 2.4-1.6 3.4-4.2 3.700l-.8-1.500c2.5-.2 3.4-.7 3.4-2.200A2 2 0 0 1 12 3.500z',
  diff: 'M7.2 1.500h1.600v3h3v1.600h-3v3H7.200v-3h-3V4.500h3zM4.2 11.500h7.600v1.600H4.200z',
  warning: 'M8 1.5 15.2 14H.8zM7.2 6v4h1.600V6zm0 5v1.600h1.600V11z',
  error:
    'M8 1.500a6.500 6.500 0 1 1 0 13 6.500 6.500 0 0 1 0-13zM5.800 4.700 4.700 5.800 6.900 8l-2.200 2.200 1.100 1.100L8 9.100l2.200 2.200 1.100-1.100L9.100 8l2.200-2.200-1.100-1.100L8 6.900z',
  hint: 'M8 1.500a6.500 6.500 0 1 1 0 13 6.500 6.500 0 0 1 0-13zm0 1.500a5 5 0 1 0 0 10A5 5 0 0 0 8 3zM7.200 4.700h1.600v1.600H7.200zm0 2.500h1.600v4.100H7.200z',
  flask:
    'M5.500 1.500h5V3h-.8v3.300l3.600 6.200c.5.900-.1 2-1.200 2H3.900c-1.100 0-1.700-1.100-1.200-2l3.600-6.200V3h-.8zM7.800 3v3.700L6.300 9.300h3.400L8.200 6.700V3z',
  queue: 'M3 1.500h10V3l-3.6 5 3.6 5v1.500H3V13l3.6-5L3 3zM5 3l3 4.100L11 3z',
  gap: 'M6.8 2.600A5.5 5.5 0 0 0 6.8 13.400V11.400A3.6 3.6 0 0 1 6.8 4.600zM9.2 2.600V4.600A3.6 3.6 0 0 1 9.2 11.400V13.400A5.5 5.5 0 0 0 9.2 2.600z',
  table: 'M1.500 2.500h13v11h-13zM3 6v1.700h2.800V6zm4.300 0v1.700h6.200V6zM3 9.200v2.800h2.800V9.200zm4.300 0v2.800h6.200V9.200z',
  image:
    'M1.500 2.500h13v11h-13zM3 4v6.300l3-3.300 2.600 2.900 1.900-1.900 3 2.800V4zm0 8.500V12l3-3.200 3.200 3.200.5.500zM10.800 5a1.200 1.200 0 1 1 0 2.400 1.200 1.200 0 0 1 0-2.400z',
  vector:
    'M1.500 10.500h4v1.100c3.600-.4 5-2.500 5.100-6.100H9.500v-4h5v4h-2.400c-.1 4.500-2.300 7.200-6.600 7.600v1.400h-4zM3 12v1h1v-1zM11 3v1h2V3z',
  download: 'M7.200 1.500h1.600v6.600l2.500-2.500 1.100 1.100L8 11.200 3.600 6.700l1.100-1.100 2.500 2.500zM2 12.500h12V14H2z',
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
