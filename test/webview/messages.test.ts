import { expect, test } from 'vitest';
import { readMessage } from '../../webview/messages';
import { runView, snapshot } from './runView';

test('takes what the protocol allows', () => {
  const { runId, state, step, stepsPerSecond } = runView();
  const update = { type: 'update', runId, state, step, stepsPerSecond, losses: [{ step: 1, loss: null }], evals: [], now: snapshot(1, {}) };
  for (const message of [
    { type: 'hydrate' },
    { type: 'hydrate', run: runView(), selectedLayer: 'linear1' },
    { type: 'select' },
    { type: 'select', layer: 'a' },
    update,
  ]) {
    expect(readMessage(message)).toBe(message);
  }
});

test.each([
  ['nothing', undefined],
  ['text', 'hydrate'],
  ['a list', [{ type: 'hydrate' }]],
  ['an unknown type', { type: 'setImmediate$0' }],
  ['a run without layers', { type: 'hydrate', run: { ...runView(), layers: undefined } }],
  ['a layer without a name', { type: 'hydrate', run: { ...runView(), layers: [{ type: 'Linear', line: 1, output: [1], params: 0 }] } }],
  ['losses that are no list', { ...runView(), type: 'update', losses: 'many' }],
  ['a loss without a step', { ...runView(), type: 'update', losses: [{ loss: 1 }] }],
  ['statistics without an activation', { ...runView(), type: 'update', now: { step: 1, layers: { linear1: {} }, params: {} } }],
  ['a layer that is a number', { type: 'select', layer: 7 }],
])('drops %s', (_what, message) => expect(readMessage(message)).toBeUndefined());
