import { expect, test } from 'vitest';
import { makeUuid } from '../../src/base/uuid';

test('a UUID is of version 4 and its variant, and no other is like it', () => {
  const all = Array.from({ length: 1000 }, makeUuid);
  for (const one of all) expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(all).size).toBe(1000);
});
