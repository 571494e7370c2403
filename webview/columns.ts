/** Where the columns of a map over the steps begin and end: halfway to their neighbours, one more than there are. */
export function columnEdges(steps: readonly number[]): number[] {
  if (steps.length === 0) return [];
  if (steps.length === 1) return [steps[0] - 0.5, steps[0] + 0.5];
  const between = steps.slice(1).map((step, index) => (steps[index] + step) / 2);
  return [steps[0], ...between, steps[steps.length - 1]];
}

/** The index nearest to a step; −1 where there is none. `undefined`: the newest. */
export function nearestIndex(steps: readonly number[], step: number | undefined): number {
  if (step === undefined) return steps.length - 1;
  let nearest = -1;
  steps.forEach((one, index) => {
    if (nearest < 0 || Math.abs(one - step) < Math.abs(steps[nearest] - step)) nearest = index;
  });
  return nearest;
}
