import { stream } from '../base/random';
import { takeRows } from './batches';
import type { PlainSamples, Split } from './dataset';

/**
 * Splits off a validation share at random: round(share × count) samples. With one class label for each sample it is stratified: every class
 * gives its share, to within one sample, and keeps at least one sample for training. Both parts keep the order of the data.
 */
export function splitOff(all: Split, share: number, seed: number): { train: Split; validation: Split } {
  const random = stream(seed, 'validation-split');
  const groups =
    all.y.data instanceof Int32Array && all.y.sampleShape.length === 0 ? byLabel(all.y) : [Int32Array.from({ length: all.count }, (_, i) => i)];
  const sizes = shareOut(
    groups.map((group) => group.length),
    share,
  );
  const held = new Uint8Array(all.count);
  groups.forEach((group, i) => {
    for (const index of random.shuffle(group).subarray(0, sizes[i])) held[index] = 1;
  });
  const every = Int32Array.from({ length: all.count }, (_, i) => i);
  return {
    train: take(
      all,
      every.filter((i) => !held[i]),
    ),
    validation: take(
      all,
      every.filter((i) => held[i]),
    ),
  };
}

function byLabel(y: PlainSamples): Int32Array[] {
  const groups = new Map<number, number[]>();
  y.data.forEach((label, i) => {
    const group = groups.get(label);
    if (group) group.push(i);
    else groups.set(label, [i]);
  });
  return [...groups.keys()].sort((a, b) => a - b).map((label) => Int32Array.from(groups.get(label)!));
}

/** Whole numbers next to share × size whose sum is round(share × total) if each group can keep one: largest remainders get the rest. */
function shareOut(groupSizes: readonly number[], share: number): number[] {
  const sizes = groupSizes.map((size) => Math.floor(size * share));
  let left = Math.round(groupSizes.reduce((a, b) => a + b, 0) * share) - sizes.reduce((a, b) => a + b, 0);
  const remainder = (i: number) => groupSizes[i] * share - Math.floor(groupSizes[i] * share);
  for (const i of [...sizes.keys()].sort((a, b) => remainder(b) - remainder(a) || a - b)) {
    if (left <= 0) break;
    if (remainder(i) === 0 || sizes[i] + 1 >= groupSizes[i]) continue;
    sizes[i]++;
    left--;
  }
  return sizes;
}

function take(all: Split, indices: Int32Array): Split {
  const difficulty = all.difficulty && Float32Array.from(indices, (row) => all.difficulty![row]);
  return { count: indices.length, x: takeRows(all.x, indices), y: takeRows(all.y, indices), ...(difficulty && { difficulty }) };
}
