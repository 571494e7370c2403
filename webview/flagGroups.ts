/** Neighbouring marks of the time axis under one flag: those with the indices `from` to `to`. */
export interface FlagGroup {
  from: number;
  to: number;
  /** Middle and width of the flag in pixels. */
  x: number;
  width: number;
}

const DIGIT_WIDTH = 6.5;
const PADDING = 9;
const GAP = 2;

/** What stands on the flag: `7`, or `3–7` for several. */
export function flagText({ from, to }: Pick<FlagGroup, 'from' | 'to'>): string {
  return from === to ? String(from + 1) : `${from + 1}–${to + 1}`;
}

/** Flags for marks at these pixels (ascending) between `left` and `right`: those that would overlap become one. */
export function groupFlags(pixels: readonly number[], left: number, right: number): FlagGroup[] {
  const groups: FlagGroup[] = [];
  const place = (from: number, to: number): FlagGroup => {
    const width = Math.ceil(flagText({ from, to }).length * DIGIT_WIDTH + PADDING);
    const middle = (pixels[from] + pixels[to]) / 2;
    return { from, to, width, x: Math.max(left + width / 2, Math.min(right - width / 2, middle)) };
  };
  for (let index = 0; index < pixels.length; index++) {
    let group = place(index, index);
    for (let before = groups.at(-1); before && group.x - before.x < (group.width + before.width) / 2 + GAP; before = groups.at(-1)) {
      groups.pop();
      group = place(before.from, group.to);
    }
    groups.push(group);
  }
  return groups;
}
