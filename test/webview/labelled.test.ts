import { expect, test } from 'vitest';
import { labelled } from '../../webview/labelled';

test('all where there is room', () => expect(labelled(4, -1, 10)).toEqual([0, 1, 2, 3]));

test.each([
  [50, -1, 10],
  [50, 23, 10],
  [50, 49, 10],
  [50, 1, 10],
  [100, 98, 12],
  [7, 3, 2],
])(
  'of %i layers, %i selected, room for %i: the first, the last, the selected and every k-th, none closer than its names are wide',
  (count, selected, most) => {
    const named = labelled(count, selected, most);
    expect(named).toEqual([...named].sort((a, b) => a - b));
    expect(named).toContain(0);
    expect(named).toContain(count - 1);
    if (selected >= 0) expect(named).toContain(selected);
    expect(named.length).toBeLessThanOrEqual(most + 1);
    const stride = Math.ceil((count - 1) / (most - 1));
    const others = named.filter((index) => index !== 0 && index !== count - 1 && index !== selected);
    for (const index of others) {
      expect(index % stride).toBe(0);
      if (selected >= 0) expect(Math.abs(index - selected)).toBeGreaterThanOrEqual(stride);
    }
  },
);

test('none of nothing', () => expect(labelled(0, -1, 10)).toEqual([]));
