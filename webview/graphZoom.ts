import type { Spot } from './graphLevel';

const SMALLEST = 0.1;
const LARGEST = 2.5;

/** Moves and scales a drawing within its frame. */
export class GraphZoom {
  private scale = 1;
  private offset: Spot = { x: 0, y: 0 };
  private size = { width: 1, height: 1 };
  /** True once the reader has moved or scaled it: it is then left where it is. */
  isMoved = false;

  constructor(
    private readonly frame: SVGSVGElement,
    private readonly drawing: SVGGElement,
  ) {
    frame.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
    frame.addEventListener('pointerdown', (event) => this.grip(event));
    frame.addEventListener('pointermove', (event) => this.drag(event));
  }

  /** Shows the whole of a drawing of this size, no larger than it is. */
  fit(size: { width: number; height: number }): void {
    this.size = size;
    const { clientWidth: width, clientHeight: height } = this.frame;
    this.scale = Math.max(SMALLEST, Math.min(1, width / size.width, height / size.height));
    this.offset = { x: (width - size.width * this.scale) / 2, y: (height - size.height * this.scale) / 2 };
    this.isMoved = false;
    this.apply();
  }

  /** Scales around a point of the frame, its middle unless told. */
  zoom(factor: number, at?: Spot): void {
    const { x, y } = at ?? { x: this.frame.clientWidth / 2, y: this.frame.clientHeight / 2 };
    const scale = Math.max(SMALLEST, Math.min(LARGEST, this.scale * factor));
    const ratio = scale / this.scale;
    this.offset = { x: x - (x - this.offset.x) * ratio, y: y - (y - this.offset.y) * ratio };
    this.scale = scale;
    this.isMoved = true;
    this.apply();
  }

  /** Moves as little as brings a part of the drawing into the frame. */
  reveal({ x, y, width, height }: Spot & { width: number; height: number }): void {
    const margin = 12;
    const shift = (from: number, length: number, available: number) =>
      from < margin ? margin - from : Math.min(0, available - margin - (from + length));
    const left = this.offset.x + (x - width / 2) * this.scale;
    const top = this.offset.y + (y - height / 2) * this.scale;
    const by = {
      x: shift(left, width * this.scale, this.frame.clientWidth),
      y: shift(top, height * this.scale, this.frame.clientHeight),
    };
    if (by.x === 0 && by.y === 0) return;
    this.offset = { x: this.offset.x + by.x, y: this.offset.y + by.y };
    this.apply();
  }

  /** Where a point of the drawing is in the frame. */
  place({ x, y }: Spot): Spot {
    return { x: this.offset.x + x * this.scale, y: this.offset.y + y * this.scale };
  }

  /** Only with ctrl (so do the fingers of a touchpad): the wheel alone moves the page. */
  private wheel(event: WheelEvent): void {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.zoom(Math.exp(-event.deltaY / 300), { x: event.offsetX, y: event.offsetY });
  }

  private grip(event: PointerEvent): void {
    if (event.button === 0 && (event.target as Element).closest('.node, .box-title') === null) this.frame.setPointerCapture(event.pointerId);
  }

  private drag(event: PointerEvent): void {
    if (!this.frame.hasPointerCapture(event.pointerId)) return;
    this.offset = { x: this.offset.x + event.movementX, y: this.offset.y + event.movementY };
    this.isMoved = true;
    this.apply();
  }

  private apply(): void {
    // A corner of it always stays in sight.
    const keep = (offset: number, length: number, available: number) => Math.max(60 - length * this.scale, Math.min(available - 60, offset));
    this.offset = {
      x: keep(this.offset.x, this.size.width, this.frame.clientWidth),
      y: keep(this.offset.y, this.size.height, this.frame.clientHeight),
    };
    this.drawing.setAttribute('transform', `translate(${this.offset.x.toFixed(2)} ${this.offset.y.toFixed(2)}) scale(${this.scale.toFixed(4)})`);
  }
}
