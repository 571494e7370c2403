import { expect, test } from 'vitest';
import { Graph } from '../../src/graph/graph';
import { lower } from '../../src/graph/lower';
import { LOSSES } from '../../src/model/losses';
import { createSession, numbers } from '../../src/train/session';

test('BCELoss does not let its logarithms below −100, as PyTorch', async () => {
  const g = new Graph();
  const [x, y] = [g.constant([1, 0], [2, 1]), g.constant([0, 0], [2, 1])];
  g.output('loss', LOSSES.BCELoss.build(g, x, y, { reduction: 'sum' }, 1));
  const session = await createSession(lower(g));
  expect(numbers((await session.run({})).loss)[0]).toBe(100);
  await session.release();
});
