import { el, setAttribute } from './dom';

/** A place on the page that one can go to. */
export interface Place {
  title: string;
  element: HTMLElement;
  goTo(): void;
}

/** A row of links to the parts of the page, of which the one that is read is marked. It stands in what sticks to the top of the window. */
export class SectionLinks {
  readonly element = el('nav', { class: 'section-links', 'aria-label': 'Parts of the page' });
  private readonly links: { place: Place; link: HTMLElement }[];
  private isWaiting = false;

  constructor(
    places: readonly Place[],
    private readonly top: HTMLElement,
  ) {
    this.links = places.map((place) => {
      const link = el('button', { type: 'button', class: 'section-link' }, place.title);
      link.addEventListener('click', () => place.goTo());
      return { place, link };
    });
    this.element.append(...this.links.map(({ link }) => link));
    addEventListener('scroll', () => this.follow(), { passive: true });
    // What is scrolled to comes to stand below what sticks, however high that is.
    new ResizeObserver(() => {
      document.documentElement.style.scrollPaddingTop = `${this.top.offsetHeight + 2}px`;
      this.follow();
    }).observe(top);
  }

  private follow(): void {
    if (this.isWaiting) return;
    this.isWaiting = true;
    requestAnimationFrame(() => {
      this.isWaiting = false;
      this.mark();
    });
  }

  /** The last part that begins in the upper quarter of what is seen. */
  private mark(): void {
    const from = this.top.getBoundingClientRect().bottom;
    const line = from + (innerHeight - from) / 4;
    const isAtEnd = Math.ceil(scrollY + innerHeight) >= document.documentElement.scrollHeight && scrollY > 0;
    const begun = this.links.filter(({ place }) => scrollY > 0 && place.element.getBoundingClientRect().top <= line);
    const current = isAtEnd ? this.links.at(-1) : (begun.at(-1) ?? this.links[0]);
    for (const one of this.links) setAttribute(one.link, 'aria-current', one === current ? 'location' : undefined);
  }
}
