/** What the keys do to the node that has the focus. */
export interface GraphActions {
  /** The node that an arrow key, Home or End leads to. */
  next: (id: string, key: string) => string | undefined;
  focus: (id: string) => void;
  choose: (id: string) => void;
  /** Opens or closes a block; of a layer the block that it is in. */
  fold: (id: string) => void;
  zoom: (factor: number) => void;
  fit: () => void;
}

/** How much larger the drawing gets with `+`, and smaller with `-`. */
export const ZOOM = { in: 1.25, out: 0.8 };

/** Arrows follow the edges, Enter selects, Space opens and closes, + − 0 scale. */
export function pressKey(event: KeyboardEvent, id: string | undefined, actions: GraphActions): void {
  if (id === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
  const goal = actions.next(id, event.key);
  if (goal !== undefined) actions.focus(goal);
  else if (event.key === 'Enter') actions.choose(id);
  else if (event.key === ' ') actions.fold(id);
  else if (event.key === '+' || event.key === '=') actions.zoom(ZOOM.in);
  else if (event.key === '-') actions.zoom(ZOOM.out);
  else if (event.key === '0') actions.fit();
  else if (!event.key.startsWith('Arrow')) return;
  event.preventDefault();
}
