import { describe, expect, test } from 'vitest';
import type { FindingView } from '../../src/view/protocol';
import { alarmsByLayer, alarmsOf, arrange, causesText, columnOf, emptyText, hintsOf, placeText, sinceText, verdictOf } from '../../webview/findings';
import { finding, runView } from './runView';

const outline = (findings: readonly FindingView[]) => arrange(findings).map(({ finding, depth }) => `${'  '.repeat(depth)}${finding.rule}`);

describe('the list of findings', () => {
  test('consequences stand beneath their cause, wherever they come; causes keep their order', () => {
    const findings = [
      finding('loss-plateau', { cause: 'vanishing-gradient' }),
      finding('lr-too-high'),
      finding('underfitting', { cause: 'loss-plateau' }),
      finding('vanishing-gradient'),
      finding('dead-relu', { cause: 'lr-too-high' }),
    ];
    expect(outline(findings)).toEqual(['lr-too-high', '  dead-relu', 'vanishing-gradient', '  loss-plateau', '    underfitting']);
  });

  test('what follows from something that is not listed is a cause', () => {
    expect(outline([finding('loss-plateau', { cause: 'vanishing-gradient' })])).toEqual(['loss-plateau']);
  });

  test('findings that name each other as causes are all there, once', () => {
    const findings = [finding('lr-too-high', { cause: 'non-finite' }), finding('non-finite', { cause: 'lr-too-high' }), finding('dead-relu')];
    expect(outline(findings)).toEqual(['dead-relu', 'lr-too-high', '  non-finite']);
  });

  test('hints are listed apart', () => {
    const health = { findings: [finding('dead-relu'), finding('class-imbalance', { level: 'hint' })], passed: [] };
    expect([alarmsOf(health), hintsOf(health)].map(outline)).toEqual([['dead-relu'], ['class-imbalance']]);
    expect([alarmsOf(undefined), hintsOf(undefined)]).toEqual([[], []]);
  });

  test('causes are counted apart from what follows', () => {
    const one = finding('lr-too-high');
    expect(causesText(arrange([]))).toBe('');
    expect(causesText(arrange([one]))).toBe('1 cause');
    expect(causesText(arrange([one, finding('dead-relu', { cause: 'lr-too-high' }), finding('non-finite')]))).toBe('2 causes, 1 consequence');
    const twenty = Array.from({ length: 10 }, (_, i) => ({ finding: one, depth: i % 2 }));
    expect(causesText([...twenty, ...twenty])).toBe('10 causes, 10 consequences');
  });
});

test('a chip names the layer, else the key, else the line', () => {
  expect(placeText(finding('dead-relu', { layer: 'relu1', key: 'model' }))).toBe('relu1');
  expect(placeText(finding('lr-too-high', { layer: undefined, key: 'lr' }))).toBe('lr');
  expect(placeText(finding('lr-too-high', { layer: undefined, line: 1200 }))).toBe('line 1,200');
  expect([sinceText(finding('dead-relu', { step: 0 })), sinceText(finding('dead-relu', { step: 1200 }))]).toEqual([
    'before training',
    'since step 1,200',
  ]);
});

test('layers are marked with the alarms about them, each once, hints not at all', () => {
  const byLayer = alarmsByLayer([
    finding('vanishing-gradient', { layer: 'a', also: ['b', 'a'] }),
    finding('dead-relu', { layer: 'b' }),
    finding('lr-too-high', { layer: undefined }),
    finding('bias-before-batchnorm', { layer: 'c', level: 'hint' }),
  ]);
  const rules = [...byLayer].map(([layer, findings]) => [layer, findings.map(({ rule }) => rule)]);
  expect(rules).toEqual([
    ['a', ['vanishing-gradient']],
    ['b', ['vanishing-gradient', 'dead-relu']],
  ]);
  expect([columnOf(finding('dead-relu')), columnOf(finding('symmetric-init'))]).toEqual(['dead', 'layer']);
});

describe('the verdict', () => {
  const passed = ['gradients reach the first layer'];
  test.each([
    ['before the first judgement', undefined, 'unknown', 'not judged yet'],
    ['a judgement of nothing', { findings: [], passed: [] }, 'unknown', 'not judged yet'],
    ['nothing found', { findings: [], passed }, 'healthy', 'healthy'],
    ['hints', { findings: [finding('class-imbalance', { level: 'hint' })], passed: [] }, 'healthy', 'healthy'],
    ['a warning', { findings: [finding('dead-relu')], passed }, 'warning', '1 problem'],
    ['an error among them', { findings: [finding('dead-relu'), finding('non-finite', { level: 'error' })], passed }, 'error', '2 problems'],
  ] as const)('of %s', (_what, health, verdict, text) =>
    expect(verdictOf(health && { findings: [...health.findings], passed: [...health.passed] })).toEqual({ verdict, text }),
  );

  test('an empty list says why', () => {
    expect(emptyText(runView())).toMatch(/^Not judged yet/);
    expect(emptyText(runView({ state: 'failed' }))).toBe('The run ended before it was judged.');
    expect(emptyText(runView({ state: 'queued' }))).toBe('Waiting for a processor core.');
    expect(emptyText(runView({ health: { findings: [], passed }, step: 40 }))).toBe('Nothing was found that hurts training, up to step 40.');
  });
});
