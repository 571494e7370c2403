/**
 * Which of `count` layers are named on an axis that has room for `most` names: every k-th, the first and the last, and the selected one, which
 * takes the place of those beside it. Ascending.
 */
export function labelled(count: number, selected: number, most: number): number[] {
  if (count <= 0) return [];
  const stride = Math.max(1, Math.ceil((count - 1) / Math.max(1, most - 1)));
  const isEnd = (index: number) => index === 0 || index === count - 1;
  const isNear = (index: number, other: number) => other >= 0 && Math.abs(index - other) < stride;
  return Array.from({ length: count }, (_, index) => index).filter((index) => {
    if (isEnd(index) || index === selected) return true;
    return index % stride === 0 && !isNear(index, selected) && !isNear(index, count - 1);
  });
}
