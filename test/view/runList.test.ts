import { expect, test } from 'vitest';
import type { RunSummary } from '../../src/run/runSummary';
import type { RunState } from '../../src/view/protocol';
import { branchesOf, runsAhead } from '../../src/view/runList';

function run(id: string, more: { parent?: string; state?: RunState; isElsewhere?: boolean; minute?: number } = {}) {
  const { parent, state = 'finished', isElsewhere = false, minute = 0 } = more;
  const created = `2026-01-01T10:${String(minute).padStart(2, '0')}:00.000Z`;
  const summary: RunSummary = {
    version: 2,
    runId: id,
    name: id,
    file: `${id}.nn.yaml`,
    uri: `file:///${id}.nn.yaml`,
    created,
    updated: created,
    state,
    step: 0,
    steps: 0,
    seconds: 0,
    params: 0,
    ...(parent && { parent: { runId: parent, name: parent, step: 1 } }),
  };
  return { id, state, isElsewhere, summary };
}

const ids = (runs: { id: string }[]): string[] => runs.map(({ id }) => id);

test('branches stand below the run that they left, in the order of the list; those of a deleted one at the top', () => {
  const runs = [run('b', { parent: 'a' }), run('orphan', { parent: 'deleted' }), run('c', { parent: 'b' }), run('a'), run('d', { parent: 'a' })];
  expect(ids(branchesOf(undefined, runs))).toEqual(['orphan', 'a']);
  expect(ids(branchesOf(runs[3], runs))).toEqual(['b', 'd']);
  expect(ids(branchesOf(runs[0], runs))).toEqual(['c']);
  expect(ids(branchesOf(runs[2], runs))).toEqual([]);
});

test('a queued run waits for one run to end, and for those that queued before it', () => {
  const first = run('first', { state: 'queued', minute: 1 });
  const second = run('second', { state: 'queued', minute: 2 });
  const others = [run('other', { state: 'queued', minute: 0, isElsewhere: true }), run('running', { state: 'running' })];
  expect(runsAhead(first, [second, first, ...others])).toBe(1);
  expect(runsAhead(second, [second, first, ...others])).toBe(2);
});
