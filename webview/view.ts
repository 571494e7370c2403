import type { LayerMoment, NormalisationPoint, RunView } from '../src/view/protocol';
import type { Marks } from './findingMarks';

/** All that a view of the layers is painted from: the run as it stands or, where the reader is in the past, as it was. */
export interface Scene {
  /** `layers`, `now` and `profile` are of `moment`. */
  run: RunView;
  /** The layer that is looked at. */
  selected?: string;
  /** Its history; absent until it is there. */
  history?: LayerHistory;
  /** Step of the past that is looked at. */
  moment?: number;
  marks: Marks;
}

/** What is known of the selected layer over the steps, oldest first. */
export interface LayerHistory {
  layer: string;
  moments: readonly LayerMoment[];
  normalisation: readonly NormalisationPoint[];
}

/** A part of the page. It keeps nothing of the run: all is in the scene. */
export interface View {
  readonly element: HTMLElement;
  /** Only while it is open and on screen. */
  paint(scene: Scene): void;
  /** The colours have changed; a paint follows. */
  retheme(): void;
}
