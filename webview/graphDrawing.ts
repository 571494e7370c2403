import { setAttribute, setText } from './dom';
import { fitText, textWidth } from './fitText';
import { type Drawn, type DrawnBox, type DrawnEdge, type DrawnNode, portOut } from './graphLayout';
import type { Spot } from './graphLevel';
import { shapeOf, type Status } from './graphStatus';
import { hasCopies, type Item, layersIn } from './graphTree';
import { SIGNS, ZERO } from './layerCell';
import { svg } from './svg';

/** The parts of a node that change while it trains. */
interface NodeView {
  group: SVGGElement;
  value: SVGTextElement;
  sign: SVGTextElement;
}

/** The drawing itself: made when the layers change, recoloured when their numbers do. */
export class GraphDrawing {
  readonly element = svg('g', { class: 'drawing' });
  private readonly views = new Map<string, NodeView>();
  private readonly edges: { edge: DrawnEdge; path: SVGPathElement }[] = [];

  constructor(
    drawn: Drawn,
    font: { family: string; size: number },
    private readonly describe: (item: Item) => string,
  ) {
    const boxes = [...drawn.boxes].reverse().map((box) => this.box(box, font));
    const edges = drawn.edges.map((edge) => this.edge(edge));
    const nodes = drawn.nodes.map((node) => this.node(node, font));
    this.element.append(...boxes, ...edges, ...nodes);
  }

  /** Shows a node's number and how it lies. */
  show(id: string, { text, level, outside, isZero }: Status): void {
    const view = this.views.get(id);
    if (!view) return;
    setAttribute(view.group, 'data-level', level);
    setText(view.value, text === '–' ? '' : text);
    setText(view.sign, `${outside ? `${outside} ` : ''}${(isZero ? ZERO : SIGNS[level]).sign}`);
  }

  /** What a screen reader says of a node. */
  label(id: string, label: string): void {
    const view = this.views.get(id);
    if (view) setAttribute(view.group, 'aria-description', label);
  }

  nodeOf(id: string): SVGGElement | undefined {
    return this.views.get(id)?.group;
  }

  /** Marks the node of the selected layer, or the closed block that hides it. */
  select(id: string | undefined): void {
    for (const [name, { group }] of this.views) setAttribute(group, 'aria-current', name === id ? 'true' : undefined);
  }

  /** Brings out the edges of a node. */
  point(id: string | undefined): void {
    for (const { edge, path } of this.edges) path.classList.toggle('pointed', id !== undefined && (edge.from === id || edge.to === id));
  }

  private node(node: DrawnNode, font: { family: string; size: number }): SVGGElement {
    const { item, kind, x, y, width, height } = node;
    const [left, top] = [-width / 2, -height / 2];
    const transform = `translate(${x.toFixed(1)} ${y.toFixed(1)})`;
    const frame = { x: left, y: top, width, height, rx: kind === 'layer' || kind === 'closed' ? 4 : height / 2 };
    if (!item) return svg('g', { class: 'end', transform }, svg('rect', { ...frame, class: 'face' }), svg('text', { class: 'end-name', y: 4 }, kind));
    const value = svg('text', { class: 'node-value', x: -left - 8, y: top + height - 9 });
    const sign = svg('text', { class: 'node-sign', x: kind === 'join' ? -left + 2 : -left - 8, y: kind === 'join' ? top + 4 : top + 17 });
    const parts: SVGElement[] = [svg('rect', { ...frame, class: 'face' })];
    if (kind === 'join') parts.push(svg('text', { class: 'join-sign', y: 5 }, joinSign(item)));
    else {
      const name = `600 ${font.size}px ${font.family}`;
      const detail = `${font.size - 2}px ${font.family}`;
      const inset = kind === 'closed' ? 26 : 8;
      if (kind === 'closed') parts.unshift(svg('rect', { ...frame, x: left + 4, y: top - 4, class: 'behind' }));
      if (kind === 'closed') parts.push(svg('path', { class: 'toggle', d: `M${left + 8} ${top + 13}h10m-5 -5v10` }));
      parts.push(
        svg('text', { class: 'node-name', x: left + inset, y: top + 18 }, fitText(nameOf(item), width - inset - (kind === 'closed' ? 48 : 24), name)),
        svg('text', { class: 'node-detail', x: left + 8, y: top + height - 9 }, fitDetail(item, width - 54, detail)),
        value,
      );
    }
    parts.push(sign);
    const group = svg(
      'g',
      { class: `node ${kind}`, role: 'button', tabindex: -1, 'data-node': item.id, 'aria-description': this.describe(item), transform },
      ...parts,
    );
    if (kind === 'closed') group.setAttribute('aria-expanded', 'false');
    this.views.set(node.id, { group, value, sign });
    return group;
  }

  private box({ item, x, y, width, height }: DrawnBox, font: { family: string; size: number }): SVGGElement {
    const text = `− ${nameOf(item)}${item.layer ? ` · ${item.layer.type}` : ''}`;
    const title = svg(
      'text',
      { class: 'box-title', x: x + 8, y: y + 15, 'data-close': item.id },
      fitText(text, width - 16, `${font.size - 1}px ${font.family}`),
    );
    return svg('g', {}, svg('rect', { class: 'box', x, y, width, height, rx: 5 }), title);
  }

  private edge(edge: DrawnEdge): SVGPathElement {
    // A frame is gone through without an arrow: that one stands at the layer behind it.
    const isThrough = edge.to.endsWith(':in') || (edge.to.endsWith(':out') && edge.to !== portOut(''));
    const path = svg('path', {
      class: edge.isLeap ? 'edge leap' : 'edge',
      d: curve(edge.points),
      'marker-end': isThrough ? undefined : 'url(#graph-arrow)',
    });
    this.edges.push({ edge, path });
    return path;
  }
}

/** How the ways meet. Of a Parallel the run does not tell; where the channels of all ways are side by side it concatenates. */
function joinSign({ layer, children }: Item): string {
  if (layer?.type === 'DenseBlock') return '‖';
  if (layer && layer.type !== 'Parallel') return '+';
  const channels = (one: Item | undefined) => one?.layer?.output[1] ?? 0;
  const ends = (layer?.inputs ?? []).map((name) => channels(children.find(({ id }) => id === name)));
  return layer && ends.reduce((sum, count) => sum + count, 0) === layer.output[1] ? '‖' : '∗';
}

/** A copy of a Repeat is called by its number. */
export function nameOf({ id, layer }: Item): string {
  return layer?.name ?? `copy ${Number(id.slice(id.lastIndexOf('.') + 1)) + 1}`;
}

/** The shape in full: where there is not enough room, the type is cut. */
function fitDetail(item: Item, width: number, font: string): string {
  const { layer, children } = item;
  if (layer && hasCopies(item)) return `${layer.type} ×${children.length}`;
  if (children.length > 0) return fitText(`${layer?.type ?? ''} ${layersIn(item).length - (layer ? 1 : 0)} layers`.trim(), width, font);
  if (!layer) return '';
  const shape = ` ${shapeOf(layer)}`;
  return fitText(layer.type, width - textWidth(shape, font), font) + shape;
}

/** Of the corners of an edge that goes back to the start of a line. */
const CORNER = 12;

/** From the first point to the last, bent around those between. */
function curve(points: readonly Spot[]): string {
  const at = ({ x, y }: Spot) => `${x.toFixed(1)} ${y.toFixed(1)}`;
  const between = (a: Spot, b: Spot, share: number) => ({ x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y) });
  const isStraight = (a: Spot, b: Spot) => Math.abs(a.x - b.x) < 1 || Math.abs(a.y - b.y) < 1;
  const bends = points.slice(1, -1).map((bend, i) => {
    const [before, after] = [points[i], points[i + 2]];
    const isCorner = isStraight(before, bend) && isStraight(bend, after);
    const reach = (other: Spot) => (isCorner ? Math.min(0.5, CORNER / (Math.hypot(other.x - bend.x, other.y - bend.y) || 1)) : 0.5);
    return `L${at(between(bend, before, reach(before)))}Q${at(bend)} ${at(between(bend, after, reach(after)))}`;
  });
  return `M${at(points[0])}${bends.join('')}L${at(points[points.length - 1])}`;
}
