import { expect, test } from 'vitest';
import { native } from './realEngines';
import { expectSameCase, torchCases } from './torchCases';

test.each(torchCases)('native: %s comes out as on WASM over 50 steps', async (name) => {
  await expectSameCase(name, await native(), 50);
});

test('all of them are there', () => {
  expect(torchCases.length).toBe(131);
});
