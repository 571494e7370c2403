import { expect, test } from 'vitest';
import type { EvalEvent } from '../../src/train/protocol';
import type { RunView } from '../../src/view/protocol';
import { bestBy } from '../../webview/bestEvaluation';
import { skillOf, skillText } from '../../webview/skill';
import { stateFace } from '../../webview/states';
import { runView } from './runView';

/** A finished run of two balanced classes whose last evaluation is this; ln 2 is the loss of a coin. */
function ended(figures: Partial<EvalEvent>, more: Partial<RunView> = {}): RunView {
  const evaluation = { type: 'eval', step: 100, train_loss: 0.3, ...figures } as EvalEvent;
  const losses = [{ step: 100, loss: 0.3, total_loss: 0.3, lr: 0.1, grad_norm: 1 }];
  return runView({ state: 'finished', step: 100, losses, evals: [evaluation], noSkillLoss: Math.LN2, ...more });
}

test('as good as a coin is not learning, whatever the gap does', () => {
  const run = ended({ train_loss: 0.6932, val_loss: 0.6932, train_accuracy: 0.5, val_accuracy: 0.5 });
  expect(skillOf(run)).toBe('none');
  expect(skillText(run, 'none')).toBe('▲ not learning: loss as high as a constant guess’s');
  expect(stateFace(run)).toEqual({ label: 'finished: learned nothing', icon: 'warning', ending: 'none' });
  // Nine of ten samples are of one class: nine of ten right is a guess.
  const counts = { training: [90, 10] };
  const biased = ended({ train_loss: 0.33, train_accuracy: 0.9 }, { noSkillLoss: 0.325, outcome: { data: { counts } } as RunView['outcome'] });
  expect(skillOf(biased)).toBe('none');
  expect(skillOf(ended({ train_loss: 0.99, train_r2: 0.01 }, { noSkillLoss: 1 }))).toBe('none');
});

test('a loss above the guess’s beside a good score is overconfidence, not ignorance', () => {
  const run = ended({ train_loss: 4.1, val_loss: 2 * Math.LN2 * 10, train_accuracy: 0.96, val_accuracy: 0.64 });
  expect(skillOf(run)).toBe('worse');
  expect(skillText(run, 'worse')).toBe('▲ validation loss 20× a constant guess’s, though accuracy is 64.0 %');
  expect(stateFace(run).label).toBe('finished');
});

test('a loss that is not finite is divergence, and no green end', () => {
  const losses = [{ step: 100, loss: null, total_loss: null, lr: 0.1, grad_norm: null }];
  for (const run of [ended({}, { losses }), ended({ val_loss: null }), ended({ train_loss: null })]) {
    expect(skillOf(run)).toBe('diverged');
    expect(stateFace(run)).toEqual({ label: 'finished: diverged', icon: 'error', ending: 'diverged' });
  }
  expect(stateFace({ ...ended({}, { losses }), state: 'running' }).label).toBe('running');
});

test('nothing is said of a run that learns, or that there is nothing to judge by', () => {
  const run = ended({ train_loss: 0.2, val_loss: 0.25, train_accuracy: 0.95 });
  expect([skillOf(run), skillText(run, 'some')]).toEqual(['some', '']);
  expect(skillOf(ended({}, { evals: [] }))).toBeUndefined();
  expect(skillOf(ended({}, { noSkillLoss: undefined }))).toBeUndefined();
});

test('what the best evaluation is the best by', () => {
  const of = (figures: Partial<EvalEvent>) => bestBy(figures as EvalEvent);
  expect(of({ train_loss: 1, val_loss: 1, train_accuracy: 1, val_accuracy: 1 })).toBe('validation accuracy');
  expect(of({ train_loss: 1, train_r2: 1 })).toBe('training R²');
  expect(of({ train_loss: 1, val_loss: 1 })).toBe('validation loss');
});
