import { expect, test } from 'vitest';
import { readMessage } from '../../webview/messages';
import { editMark, finding, layer, runView, snapshot, trial, trials } from './runView';

test('takes what the protocol allows', () => {
  const { runId, state, step, stepsPerSecond } = runView();
  const update = {
    type: 'update',
    runId,
    state,
    step,
    stepsPerSecond,
    losses: [{ step: 1, loss: null }],
    evals: [],
    modes: [],
    now: snapshot(1, {}),
  };
  for (const message of [
    { type: 'hydrate', compared: [] },
    { type: 'hydrate', run: runView(), selectedLayer: 'linear1', compared: [] },
    {
      type: 'hydrate',
      run: runView({ edits: [editMark(1, 5)], checkpoints: [3], parent: { runId: 'r0', name: 'moons', step: 2 } }),
      compared: [{ runId: 'r2', name: 'circles', losses: [], evals: [{ step: 1 }], layers: [], differs: ['lr 1 → 2'] }],
    },
    { ...update, edits: [editMark(1, 5, { effect: { slopeBefore: null as never } })], checkpoints: [1, 2] },
    { type: 'past', runId: 'r1', step: 3, layers: [layer('linear1')] },
    { type: 'past', runId: 'r1', step: 3, layers: [], snapshot: snapshot(2, {}) },
    { ...update, health: { findings: [], passed: ['gradients reach the first layer'] } },
    { ...update, health: { findings: [finding('dead-relu', { layer: undefined, key: 'lr', cause: 'lr-too-high' })], passed: [] } },
    {
      ...update,
      health: {
        findings: [
          finding('non-finite', {
            evidence: { quantity: 'loss', value: null, healthy: 'finite', more: { a: 1, b: 'two', c: null }, series: [{ step: 1, value: null }] },
          }),
        ],
        passed: [],
      },
    },
    { ...update, trials: trials({ candidates: [trial(1, { state: 'failed', message: 'no', relativeLoss: null as never, score: undefined })] }) },
    { ...update, modes: [{ step: 1, train: 1, eval: null }], firstProfile: { step: 0, layers: {} }, profile: { step: 1, layers: {} } },
    { type: 'layer', runId: 'r1', layer: 'linear1', after: -1, moments: [{ step: 0, tensors: {} }], normalisation: [{ step: 1, statistics: {} }] },
    { type: 'select' },
    { type: 'select', layer: 'a' },
    update,
  ]) {
    expect(readMessage(message)).toEqual(message);
  }
});

const withFinding = (changes: Parameters<typeof finding>[1]) => ({
  ...runView(),
  type: 'update',
  health: { findings: [finding('dead-relu', changes)], passed: [] },
});

test.each([
  ['nothing', undefined],
  ['text', 'hydrate'],
  ['a list', [{ type: 'hydrate' }]],
  ['an unknown type', { type: 'setImmediate$0' }],
  ['a run without layers', { type: 'hydrate', compared: [], run: { ...runView(), layers: undefined } }],
  ['a layer without a name', { type: 'hydrate', compared: [], run: { ...runView(), layers: [{ type: 'Linear', line: 1, output: [1], params: 0 }] } }],
  ['losses that are no list', { ...runView(), type: 'update', losses: 'many' }],
  ['a loss without a step', { ...runView(), type: 'update', losses: [{ loss: 1 }] }],
  ['statistics without an activation', { ...runView(), type: 'update', now: { step: 1, layers: { linear1: {} }, params: {} } }],
  ['a hydration without a comparison', { type: 'hydrate', run: runView() }],
  ['a profile without layers', { ...runView(), type: 'update', profile: { step: 1 } }],
  ['an outcome without data', { ...runView(), type: 'update', outcome: { step: 1, outputs: {} } }],
  ['a moment without tensors', { type: 'layer', runId: 'r1', layer: 'a', after: -1, moments: [{ step: 0 }], normalisation: [] }],
  ['a compared run without a name', { type: 'hydrate', compared: [{ runId: 'r2', losses: [], evals: [] }] }],
  ['an edit without changes', { type: 'hydrate', compared: [], run: runView({ edits: [editMark(1, 5, { changes: undefined })] }) }],
  ['an effect in words', { type: 'hydrate', compared: [], run: runView({ edits: [editMark(1, 5, { effect: { flowAfter: 'good' as never } })] }) }],
  ['checkpoints that are names', { type: 'hydrate', compared: [], run: runView({ checkpoints: ['last'] as never }) }],
  ['a parent without a step', { type: 'hydrate', compared: [], run: runView({ parent: { runId: 'a', name: 'b' } as never }) }],
  ['a past without layers', { type: 'past', runId: 'r1', step: 3 }],
  ['a finding of an unknown rule', withFinding({ rule: 'bad-luck' as never })],
  ['a finding of an unknown level', withFinding({ level: 'panic' as never })],
  ['a finding without a message', withFinding({ message: undefined })],
  ['evidence that is a list', withFinding({ evidence: [] as never })],
  ['evidence with an object in it', withFinding({ evidence: { quantity: 'q', value: 1, healthy: '', more: { a: {} as never } } })],
  ['a series without steps', withFinding({ evidence: { quantity: 'q', value: 1, healthy: '', series: [{ value: 1 } as never] } })],
  ['fixes that are edits', withFinding({ fixes: [{ title: 'a' }] as never })],
  ['health without what passed', { ...runView(), type: 'update', health: { findings: [] } }],
  ['trials without a baseline', { ...runView(), type: 'update', trials: { ...trials(), baseline: undefined } }],
  ['a trial of an unknown state', { ...runView(), type: 'update', trials: trials({ candidates: [trial(1, { state: 'lucky' as never })] }) }],
  ['a trial with a score in words', { ...runView(), type: 'update', trials: trials({ candidates: [trial(1, { score: 'good' as never })] }) }],
  ['a layer that is a number', { type: 'select', layer: 7 }],
])('drops %s', (_what, message) => expect(readMessage(message)).toBeUndefined());
