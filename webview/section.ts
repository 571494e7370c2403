import { el } from './dom';
import type { Scene, View } from './view';

/** A group of views under a heading that opens and closes. What is closed or off screen is not painted. */
export class Section {
  readonly element: HTMLDetailsElement;
  private readonly onScreen = new Set<View>();
  private scene?: Scene;
  /** What each view was last painted with. */
  private readonly painted = new WeakMap<View, Scene>();

  constructor(
    readonly name: string,
    title: string,
    private readonly views: readonly View[],
    isOpen: boolean,
    onToggle: (section: Section) => void,
  ) {
    const heading = el('h2', {}, title);
    this.element = el(
      'details',
      { class: `section ${name}`, 'data-section': name, open: isOpen },
      el('summary', {}, heading),
      el('div', { class: 'views' }, ...views.map(({ element }) => element)),
    );
    this.element.addEventListener('toggle', () => onToggle(this));
    const observer = new IntersectionObserver((entries) => this.see(entries), { rootMargin: '200px' });
    for (const { element } of views) observer.observe(element);
  }

  get isOpen(): boolean {
    return this.element.open;
  }

  show(scene: Scene): void {
    this.scene = scene;
  }

  /** Paints its views of the scene, each by itself. */
  get stages(): (() => void)[] {
    return this.views.map((view) => () => this.scene && this.isOpen && this.paintView(view, this.scene));
  }

  retheme(): void {
    for (const view of this.views) {
      view.retheme();
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
    this.painted.set(view, scene);
    view.paint(scene);
  }
}
