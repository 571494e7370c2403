import { color } from 'chart.js/helpers';

/** Of the font's size, from where text stands to its baseline. SVG has a name for it, which half of its readers do not know. */
const BASELINES: Record<string, number> = { top: 0.8, hanging: 0.8, middle: 0.35, bottom: -0.2, ideographic: -0.2 };
const ANCHORS: Record<string, string> = { center: 'middle', right: 'end', end: 'end' };

/** As of a canvas: x' = a·x + c·y + e, y' = b·x + d·y + f. */
type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];
const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0];

/** What `save` keeps; names and defaults are those of CanvasRenderingContext2D. */
class Style {
  fillStyle: unknown = '#000000';
  strokeStyle: unknown = '#000000';
  lineWidth = 1;
  lineCap = 'butt';
  lineJoin = 'miter';
  lineDashOffset = 0;
  globalAlpha = 1;
  font = '10px sans-serif';
  textAlign = 'start';
  textBaseline = 'alphabetic';
}

/**
 * What Chart.js and its plugins use of a canvas, written down as SVG: lines as paths, text as text.
 * No DOM: the page's rules allow no style attributes, not even in a document that is never shown.
 */
export class SvgContext extends Style {
  /** What a chart asks the size of. */
  readonly canvas: { width: number; height: number };
  private dash: readonly number[] = [];
  private matrix = IDENTITY;
  /** Open groups that clip, since the last `save`. */
  private groups = 0;
  private readonly saved: { style: Style; dash: readonly number[]; matrix: Matrix; groups: number }[] = [];
  private clips: string[] = [];
  private parts: string[] = [];
  private path = '';

  /** `measure`: how wide a text is in a font. */
  constructor(
    width: number,
    height: number,
    private readonly measure: (text: string, font: string) => TextMetrics,
  ) {
    super();
    this.canvas = { width, height };
  }

  /** The drawing so far. */
  get svg(): string {
    const { width, height } = this.canvas;
    const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
    const clips = this.clips.map((d, index) => `<clipPath id="clip${index}"><path d="${d}"/></clipPath>`);
    const open = this.groups + this.saved.reduce((sum, { groups }) => sum + groups, 0);
    return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${size}>\n<defs>${clips.join('')}</defs>\n${this.parts.join('\n')}${'</g>'.repeat(open)}\n</svg>\n`;
  }

  save(): void {
    this.saved.push({ style: Object.assign(new Style(), pickStyle(this)), dash: this.dash, matrix: this.matrix, groups: this.groups });
    this.groups = 0;
  }

  restore(): void {
    const state = this.saved.pop();
    if (!state) return;
    if (this.groups > 0) this.parts.push('</g>'.repeat(this.groups));
    const { style, ...rest } = state;
    Object.assign(this, style, rest);
  }

  translate(x: number, y: number): void {
    this.transform(1, 0, 0, 1, x, y);
  }

  scale(x: number, y: number): void {
    this.transform(x, 0, 0, y, 0, 0);
  }

  rotate(angle: number): void {
    this.transform(Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle), 0, 0);
  }

  transform(...[a, b, c, d, e, f]: Matrix): void {
    const [A, B, C, D, E, F] = this.matrix;
    this.matrix = [A * a + C * b, B * a + D * b, A * c + C * d, B * c + D * d, A * e + C * f + E, B * e + D * f + F];
  }

  setTransform(...matrix: Matrix): void {
    this.matrix = matrix;
  }

  resetTransform(): void {
    this.matrix = IDENTITY;
  }

  beginPath(): void {
    this.path = '';
  }

  moveTo(x: number, y: number): void {
    this.path += `M${this.at(x, y)}`;
  }

  lineTo(x: number, y: number): void {
    this.path += `${this.path ? 'L' : 'M'}${this.at(x, y)}`;
  }

  bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void {
    this.path += `C${this.at(x1, y1)} ${this.at(x2, y2)} ${this.at(x, y)}`;
  }

  quadraticCurveTo(x1: number, y1: number, x: number, y: number): void {
    this.path += `Q${this.at(x1, y1)} ${this.at(x, y)}`;
  }

  closePath(): void {
    this.path += 'Z';
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.path += this.rectangle(x, y, width, height);
  }

  arc(x: number, y: number, radius: number, start: number, end: number, counterClockwise = false): void {
    this.ellipse(x, y, radius, radius, 0, start, end, counterClockwise);
  }

  ellipse(x: number, y: number, rx: number, ry: number, rotation: number, start: number, end: number, counterClockwise = false): void {
    const point = (angle: number) => {
      const [u, v] = [rx * Math.cos(angle), ry * Math.sin(angle)];
      return [x + u * Math.cos(rotation) - v * Math.sin(rotation), y + u * Math.sin(rotation) + v * Math.cos(rotation)] as const;
    };
    const turn = 2 * Math.PI;
    const way = counterClockwise ? start - end : end - start;
    const sweep = way >= turn ? turn : ((way % turn) + turn) % turn;
    const [a, b] = this.matrix;
    const size = Math.hypot(a, b);
    const degrees = ((rotation + Math.atan2(b, a)) * 180) / Math.PI;
    const direction = counterClockwise ? -1 : 1;
    this.lineTo(...point(start));
    // In two halves: of a full turn SVG sees no arc, as it ends where it starts.
    for (const part of [0.5, 1])
      this.path += `A${short(rx * size)} ${short(ry * size)} ${short(degrees)} 0 ${counterClockwise ? 0 : 1} ${this.at(...point(start + direction * sweep * part))}`;
  }

  stroke(): void {
    this.add(`<path d="${this.path}" fill="none" ${this.outline}/>`, this.path);
  }

  fill(): void {
    this.add(`<path d="${this.path}" ${this.paint('fill', this.fillStyle)}/>`, this.path);
  }

  /** Until the state is restored: groups in groups, which clip to what all of them have in common. */
  clip(): void {
    const known = this.clips.indexOf(this.path);
    const index = known < 0 ? this.clips.push(this.path) - 1 : known;
    this.parts.push(`<g clip-path="url(#clip${index})">`);
    this.groups++;
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    this.add(`<path d="${this.rectangle(x, y, width, height)}" ${this.paint('fill', this.fillStyle)}/>`);
  }

  strokeRect(x: number, y: number, width: number, height: number): void {
    this.add(`<path d="${this.rectangle(x, y, width, height)}" fill="none" ${this.outline}/>`);
  }

  /** Only ever of everything. */
  clearRect(): void {
    this.parts = [];
  }

  setLineDash(dash: readonly number[]): void {
    this.dash = dash;
  }

  getLineDash(): readonly number[] {
    return this.dash;
  }

  measureText(text: string): TextMetrics {
    return this.measure(text, this.font);
  }

  fillText(text: string, x: number, y: number): void {
    this.text(text, x, y, this.paint('fill', this.fillStyle));
  }

  strokeText(text: string, x: number, y: number): void {
    this.text(text, x, y, `fill="none" ${this.outline}`);
  }

  drawImage(image: HTMLCanvasElement, x: number, y: number, width = image.width, height = image.height): void {
    const place = `x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}"`;
    this.add(`<image ${place} preserveAspectRatio="none" ${this.moved} xlink:href="${image.toDataURL('image/png')}"/>`);
  }

  private text(text: string, x: number, y: number, paint: string): void {
    const [, style, weight, size, family] = /^(italic )?(bold |bolder |lighter |normal |\d00 )*([\d.]+)px(?:\/\S+)? (.+)$/.exec(this.font) ?? [];
    const shift = (BASELINES[this.textBaseline] ?? 0) * Number(size ?? 10);
    const font = `font-family="${escape(family ?? 'sans-serif')}" font-size="${size ?? 10}"${weight ? ` font-weight="${weight.trim()}"` : ''}${style ? ' font-style="italic"' : ''}`;
    const place = `x="${short(x)}" y="${short(y + shift)}" text-anchor="${ANCHORS[this.textAlign] ?? 'start'}"`;
    this.add(`<text ${place} ${font} ${paint} ${this.moved}>${escape(text)}</text>`);
  }

  private add(element: string, path = 'M'): void {
    // An empty path draws nothing.
    if (path !== '') this.parts.push(element);
  }

  private rectangle(x: number, y: number, width: number, height: number): string {
    return `M${this.at(x, y)}L${this.at(x + width, y)}L${this.at(x + width, y + height)}L${this.at(x, y + height)}Z`;
  }

  private get outline(): string {
    const dash =
      this.dash.length > 0 ? ` stroke-dasharray="${this.dash.map(short).join(' ')}" stroke-dashoffset="${short(this.lineDashOffset)}"` : '';
    return `${this.paint('stroke', this.strokeStyle)} stroke-width="${short(this.lineWidth)}" stroke-linecap="${this.lineCap}" stroke-linejoin="${this.lineJoin}"${dash}`;
  }

  /** Colour and opacity apart: not every reader knows a colour with both. */
  private paint(what: 'fill' | 'stroke', css: unknown): string {
    const { valid, rgb } = color(typeof css === 'string' ? css : 'transparent');
    if (!valid) return `${what}="none"`;
    const { r, g, b, a } = rgb;
    const opacity = a * this.globalAlpha;
    return `${what}="${opacity === 0 ? 'none' : `rgb(${r},${g},${b})`}"${opacity < 1 ? ` ${what}-opacity="${short(opacity)}"` : ''}`;
  }

  private get moved(): string {
    return this.matrix === IDENTITY ? '' : `transform="matrix(${this.matrix.map(short).join(' ')})"`;
  }

  private at(x: number, y: number): string {
    const [a, b, c, d, e, f] = this.matrix;
    return `${short(a * x + c * y + e)} ${short(b * x + d * y + f)}`;
  }
}

function pickStyle(context: Style): Style {
  const keys = Object.keys(new Style()) as (keyof Style)[];
  return Object.fromEntries(keys.map((key) => [key, context[key]])) as unknown as Style;
}

/** A hundredth of a pixel is never seen. */
const short = (value: number): string => String(Math.round(value * 100) / 100);

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** What is no character of XML is left out. */
const escape = (text: string): string => text.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\u{10FFFF}]/gu, '').replace(/[&<>"]/g, (sign) => ENTITIES[sign]);
