import './graph.css';
import type { RunView } from '../src/view/protocol';
import { chartActions } from './chartActions';
import { el, setText } from './dom';
import { GraphCard } from './graphCard';
import { GraphDrawing, nameOf } from './graphDrawing';
import { pressKey } from './graphKeys';
import { type Drawn, layOut } from './graphLayout';
import { graphFrame, graphTools, statisticChoice } from './graphParts';
import { graphPicture } from './graphPicture';
import { factsOf, shapeOf, spokenStatus, statusOf } from './graphStatus';
import { GraphSteps } from './graphSteps';
import { graphTable } from './graphTable';
import { closedAtFirst, GraphTree, isCopied, type Item } from './graphTree';
import { GraphZoom } from './graphZoom';
import { HEADINGS } from './layerCell';
import { type Column, layerRows, rateShare, type Row } from './layerHealth';
import { svg } from './svg';
import type { Scene, View } from './view';

/** Height of the drawing in pixels. */
const HIGHEST = 1000;
const LOWEST = 150;

/** The model drawn as a graph, coloured by a statistic where that lies outside its usual range. */
export class ModelGraph implements View {
  readonly element: HTMLElement;
  private readonly note = el('p', { class: 'figures' });
  private readonly place = svg('g');
  private readonly frame = graphFrame(this.place);
  private readonly card = new GraphCard();
  private readonly choice: HTMLElement;
  private readonly stage = el('div', { class: 'graph-stage' }, this.frame, this.card.element);
  private readonly zoom = new GraphZoom(this.frame, this.place);
  private column: Column = 'gradient';
  private layers?: RunView['layers'];
  private tree = new GraphTree([]);
  private closed = new Set<string>();
  private drawn?: Drawn;
  private drawing?: GraphDrawing;
  private steps?: GraphSteps;
  private rows: ReadonlyMap<string, Row> = new Map();
  private scene?: Scene;
  private selected?: string;
  /** Id of the node that is pointed at or has the focus. */
  private pointed?: string;
  private width = 0;

  constructor(private readonly onSelect: (layer: string) => void) {
    this.choice = statisticChoice(this.column, (column) => {
      this.column = column;
      this.recolour();
    });
    const actions = chartActions(
      () => 'Model',
      () => graphTable(this.tree, this.rows),
      graphPicture(() => this.drawn && this.drawing && { ...this.drawn, drawing: this.drawing.element, title: this.title }),
    );
    const tools = graphTools(
      (factor) => this.zoom.zoom(factor),
      () => this.fit(),
      // Not the copies of a Repeat: there may be hundreds, all alike.
      () => this.closeOnly(this.blocks().filter((id) => isCopied(this.tree.find(id)!))),
      () => this.closeOnly(this.blocks()),
    );
    this.element = el(
      'section',
      { class: 'panel graph', 'aria-labelledby': 'graph-title' },
      el('div', { class: 'panel-head' }, el('h3', { id: 'graph-title' }, 'Graph'), tools, actions.buttons),
      this.choice,
      this.note,
      this.stage,
      el(
        'p',
        { class: 'figures', id: 'graph-hint' },
        'Arrow keys follow the edges, Enter leads to the line in the file, Space opens or closes a block. ▲ ▼ mark what is far outside its usual range, □ what is exactly 0.',
      ),
      actions.table,
    );
    this.listen();
    new ResizeObserver(() => this.resize()).observe(this.stage);
  }

  paint(scene: Scene): void {
    const { run, selected } = scene;
    const isNew = run.layers !== this.layers && JSON.stringify(run.layers) !== JSON.stringify(this.layers);
    const isRecoloured = isNew || this.scene?.run.now !== run.now || this.scene?.run.first !== run.first;
    this.scene = scene;
    if (isNew) this.adopt(run.layers);
    this.layers = run.layers;
    if (isRecoloured) this.recolour();
    if (selected !== this.selected) this.select(selected);
  }

  retheme(): void {
    // Sizes of letters may be others.
    this.redraw();
  }

  private adopt(layers: RunView['layers']): void {
    const isKnown = this.layers !== undefined && this.layers.length > 0;
    const before = this.closed;
    const known = new Set(this.blocks());
    this.tree = new GraphTree(layers);
    this.closed = closedAtFirst(this.tree);
    // An edit leaves open what the reader has opened.
    if (isKnown) for (const id of this.blocks()) if (known.has(id)) this.setClosed(id, before.has(id));
    const isOld = layers.some(({ inputs }) => inputs === undefined);
    this.note.hidden = layers.length > 0 && !isOld;
    setText(
      this.note,
      layers.length === 0 ? 'Building the layers…' : 'This run does not tell what its layers take: they are shown in the order of the file.',
    );
    this.stage.hidden = this.choice.hidden = layers.length === 0;
    this.redraw();
  }

  /** Lays out and draws anew; `keep`: the node that has the focus. */
  private redraw(keep?: string): void {
    this.width = this.stage.clientWidth;
    if (this.width === 0 || this.tree.root.children.length === 0) {
      this.place.replaceChildren();
      return;
    }
    this.drawn = layOut(this.tree, (id) => this.closed.has(id), { width: this.width, height: HIGHEST });
    const { fontFamily, fontSize } = getComputedStyle(this.element);
    this.drawing = new GraphDrawing(this.drawn, { family: fontFamily, size: Number.parseFloat(fontSize) }, (item) => this.describe(item));
    this.steps = new GraphSteps(this.drawn);
    this.place.replaceChildren(this.drawing.element);
    const scale = Math.min(1, this.width / this.drawn.width);
    this.frame.style.height = `${Math.max(LOWEST, Math.min(HIGHEST, this.drawn.height * scale))}px`;
    this.zoom.fit(this.drawn);
    this.point(undefined);
    this.recolour();
    this.select(this.scene?.selected);
    if (keep !== undefined) this.focus(keep);
  }

  private recolour(): void {
    const { run } = this.scene ?? {};
    if (!run || !this.drawing) return;
    const rows = layerRows(run.layers, run.now ?? run.first, rateShare(run.losses));
    this.rows = new Map(run.layers.map(({ name }, index) => [name, rows[index]]));
    for (const { id, item, kind } of this.drawn!.nodes) if (item) this.drawing.show(id, statusOf(item, kind === 'closed', this.rows, this.column));
    if (this.pointed !== undefined) this.card.say(this.verdict(this.tree.find(this.pointed)!));
  }

  private select(layer: string | undefined): void {
    this.selected = layer;
    const node = this.nodeOf(layer);
    this.drawing?.select(node);
    this.makeTabStop(node ?? this.drawn?.nodes.find(({ item }) => item)?.id);
  }

  /** The node of a layer, or of the closed block that hides it. */
  private nodeOf(layer: string | undefined): string | undefined {
    let found: string | undefined;
    for (let item = layer === undefined ? undefined : this.tree.find(layer); item; item = item.parent)
      if (this.drawing?.nodeOf(item.id)) found = item.id;
    return found;
  }

  private listen(): void {
    this.frame.addEventListener('click', ({ target }) => {
      const close = (target as Element).closest<SVGElement>('[data-close]')?.dataset.close;
      if (close !== undefined) return this.toggle(close);
      const id = idOf(target);
      if (id === undefined) return;
      if ((target as Element).classList.contains('toggle')) this.toggle(id);
      else this.choose(id);
    });
    this.frame.addEventListener('dblclick', ({ target }) => {
      const id = idOf(target);
      if (id !== undefined && this.closed.has(id)) this.toggle(id);
    });
    const actions = {
      next: (id: string, key: string) => this.steps?.step(id, key),
      focus: (id: string) => this.focus(id),
      choose: (id: string) => this.choose(id),
      fold: (id: string) => this.fold(id),
      zoom: (factor: number) => this.zoom.zoom(factor),
      fit: () => this.fit(),
    };
    this.frame.addEventListener('keydown', (event) => pressKey(event, idOf(event.target), actions));
    for (const [type, leave] of [
      ['pointerover', false],
      ['focusin', false],
      ['pointerout', true],
      ['focusout', true],
    ] as const)
      this.frame.addEventListener(type, ({ target }) => this.point(leave ? idOf(document.activeElement) : idOf(target)));
  }

  /** Of a picture. */
  private get title(): string {
    const { name, unit } = HEADINGS[this.column];
    return `Model: ${name} (${unit})`;
  }

  /** The block itself, or the one that a layer is in. */
  private fold(id: string): void {
    const item = this.tree.find(id);
    if (item) this.toggle(this.closed.has(id) || item.children.length > 0 ? id : item.parent?.id);
  }

  private choose(id: string): void {
    const item = this.tree.find(id);
    this.makeTabStop(id);
    if (item?.layer) this.onSelect(item.layer.name);
    else if (item) this.toggle(id);
  }

  private toggle(id: string | undefined): void {
    if (!id) return;
    this.setClosed(id, !this.closed.has(id));
    const item = this.tree.find(id)!;
    // The focus goes to the block that has closed, or to the first layer of the one that has opened.
    this.redraw(this.closed.has(id) ? id : firstShown(item, this.closed));
  }

  private setClosed(id: string, isClosed: boolean): void {
    if (isClosed) this.closed.add(id);
    else this.closed.delete(id);
  }

  private closeOnly(ids: readonly string[]): void {
    this.closed = new Set(ids);
    this.redraw();
  }

  private blocks(): string[] {
    const inside = (item: Item): string[] => item.children.flatMap((child) => [...(child.children.length > 0 ? [child.id] : []), ...inside(child)]);
    return inside(this.tree.root);
  }

  private fit(): void {
    if (this.drawn) this.zoom.fit(this.drawn);
  }

  private focus(id: string): void {
    this.makeTabStop(id);
    const node = this.drawn?.nodes.find((one) => one.id === id);
    if (!node) return;
    this.zoom.reveal(node);
    this.drawing!.nodeOf(id)!.focus();
  }

  /** One node at a time is in the tab order. */
  private makeTabStop(id: string | undefined): void {
    if (!this.drawing || id === undefined) return;
    for (const node of this.place.querySelectorAll<SVGGElement>('[tabindex="0"]')) node.setAttribute('tabindex', '-1');
    this.drawing.nodeOf(id)?.setAttribute('tabindex', '0');
  }

  private point(id: string | undefined): void {
    if (id === this.pointed && id !== undefined) return;
    this.pointed = id;
    this.drawing?.point(id);
    const node = this.drawn?.nodes.find((one) => one.id === id);
    if (!node?.item) return this.card.hide();
    this.card.show(nameOf(node.item), this.facts(node.item), this.verdict(node.item));
    const top = this.zoom.place({ x: node.x, y: node.y - node.height / 2 });
    const bottom = this.zoom.place({ x: node.x, y: node.y + node.height / 2 });
    this.card.place(top.x, top.y, bottom.y);
    this.drawing!.label(
      node.id,
      `${this.describe(node.item)}, ${spokenStatus(statusOf(node.item, node.kind === 'closed', this.rows, this.column), this.column)}`,
    );
  }

  private facts(item: Item): [string, string][] {
    const names = item.layer?.inputs && item.children.length === 0 ? item.layer.inputs : item.takes;
    return factsOf(item, names.flatMap((name) => this.tree.find(name)?.layer ?? []).map(shapeOf));
  }

  private describe(item: Item): string {
    return [nameOf(item), ...this.facts(item).map(([name, value]) => `${name} ${value}`)].join(', ');
  }

  private verdict(item: Item): string {
    const cell = item.layer && this.rows.get(item.layer.name)?.[this.column];
    return cell && cell.text !== '–' ? cell.explain() : '';
  }

  private resize(): void {
    const { clientWidth } = this.stage;
    if (clientWidth === 0 || clientWidth === this.width) return;
    if (this.width === 0 || Math.abs(clientWidth / this.width - 1) > 0.1) this.redraw();
    else if (!this.zoom.isMoved) this.fit();
  }
}

const idOf = (target: EventTarget | null): string | undefined =>
  target instanceof Element ? target.closest<SVGElement>('[data-node]')?.dataset.node : undefined;

/** The first node to see in an open block. */
function firstShown(item: Item, closed: ReadonlySet<string>): string {
  const [first] = item.children;
  return first === undefined || closed.has(item.id) ? item.id : firstShown(first, closed);
}
