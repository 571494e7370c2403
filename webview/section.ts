import './section.css';
import { el } from './dom';
import type { Scene, View } from './view';

/** A group of views under a heading that opens and closes. What is closed or off screen is not painted. */
export class Section {
  readonly element: HTMLDetailsElement;
  private readonly summary: HTMLElement;
  private readonly onScreen = new Set<View>();
  private scene?: Scene;
  /** What each view was last painted with. */
  private readonly painted = new WeakMap<View, Scene>();
  /** Painted in colours that are no longer the editor's. */
  private readonly faded = new Set<View>();

  constructor(
    readonly name: string,
    readonly title: string,
    private readonly views: readonly View[],
    isOpen: boolean,
    onToggle: (section: Section) => void,
  ) {
    this.summary = el('summary', {}, el('h2', { id: `${name}-section` }, title));
    this.element = el(
      'details',
      { class: `section ${name}`, 'data-section': name, open: isOpen },
      this.summary,
      el(
        'div',
        { class: 'views', role: 'group', 'aria-labelledby': `${name}-section` },
        ...views.map(({ element }) => element),
        el('p', { class: 'nothing' }, 'Nothing here to show for this model so far.'),
      ),
    );
    this.element.addEventListener('toggle', () => onToggle(this));
    // The page is a frame within VS Code: without a root of its own it has no margin.
    const observer = new IntersectionObserver((entries) => this.see(entries), { root: document, rootMargin: '200px' });
    for (const { element } of views) observer.observe(element);
  }

  get isOpen(): boolean {
    return this.element.open;
  }

  /** Opens it and brings it to the top of the window. */
  goTo(): void {
    this.element.open = true;
    this.element.scrollIntoView({ block: 'start' });
    this.summary.focus({ preventScroll: true });
  }

  show(scene: Scene): void {
    this.scene = scene;
  }

  /** Paints its views of the scene, each by itself. */
  get stages(): (() => void)[] {
    return this.views.map((view) => () => this.scene && this.isOpen && this.paintView(view, this.scene));
  }

  /** The views that are not looked at wait until they are. */
  retheme(): void {
    for (const view of this.views) {
      this.faded.add(view);
      this.painted.delete(view);
    }
  }

  private see(entries: IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      const view = this.views.find(({ element }) => element === target)!;
      if (isIntersecting) this.onScreen.add(view);
      else this.onScreen.delete(view);
      if (this.scene && this.isOpen) this.paintView(view, this.scene);
    }
  }

  /** One that has nothing to show hides itself, and is never on screen: it is always asked. */
  private paintView(view: View, scene: Scene): void {
    if (!this.onScreen.has(view) && !view.element.hidden) return;
    if (this.painted.get(view) === scene) return;
    if (this.faded.delete(view)) view.retheme();
    this.painted.set(view, scene);
    view.paint(scene);
  }
}
