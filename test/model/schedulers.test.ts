import { expect, test } from 'vitest';
import { parseModel } from '../../src/model/parse';
import { momentumAt, rateAt } from '../../src/model/schedulers';

const schedulersOf = (written: string) => {
  const { spec, problems } = parseModel(`data: {source: blobs}\nmodel: [{Linear: 3}]\nloss: CrossEntropyLoss\nscheduler: ${written}\n`);
  if (!spec) throw new Error(problems.map(({ message }) => message).join('\n'));
  return spec.schedulers;
};

/** Rates of the first steps from a base of 1, worked out by hand from PyTorch's documentation. */
test.each<[string, number[]]>([
  ['{StepLR: {step_size: 2, gamma: 0.5}}', [1, 1, 0.5, 0.5, 0.25]],
  ['{MultiStepLR: {milestones: [1, 3], gamma: 0.1}}', [1, 0.1, 0.1, 0.01, 0.01]],
  ['{ExponentialLR: 0.5}', [1, 0.5, 0.25, 0.125]],
  ['{CosineAnnealingLR: {T_max: 4, eta_min: 0.2}}', [1, 0.2 + 0.4 * (1 + Math.SQRT1_2), 0.6, 0.2 + 0.4 * (1 - Math.SQRT1_2), 0.2]],
  ['{CosineAnnealingWarmRestarts: {T_0: 2, T_mult: 2}}', [1, 0.5, 1, (1 + Math.SQRT1_2) / 2, 0.5, (1 - Math.SQRT1_2) / 2, 1]],
  ['{CosineAnnealingWarmRestarts: {T_0: 2, eta_min: 0.5}}', [1, 0.75, 1, 0.75]],
  ['{LinearLR: {start_factor: 0.2, end_factor: 0.6, total_iters: 4}}', [0.2, 0.3, 0.4, 0.5, 0.6, 0.6]],
  ['{PolynomialLR: {total_iters: 4, power: 2}}', [1, 9 / 16, 1 / 4, 1 / 16, 0, 0]],
  // Phases end at steps 0.3·10 − 1 and 10 − 1; the rate does not depend on the optimizer's.
  [
    '{OneCycleLR: {max_lr: 2, total_steps: 10, div_factor: 20, final_div_factor: 100, anneal_strategy: linear}}',
    [0.1, 1.05, 2, 2 - 1.999 / 7, 2 - (2 * 1.999) / 7],
  ],
  ['{OneCycleLR: {max_lr: 2, total_steps: 10, div_factor: 20}}', [0.1, 1.05, 2, 0.1e-4 + 0.999995 * (1 + Math.cos(Math.PI / 7))]],
  // And with three at 2·0.3·10 − 2 too, back at the first rate.
  [
    '{OneCycleLR: {max_lr: 2, total_steps: 10, div_factor: 20, final_div_factor: 100, anneal_strategy: linear, three_phase: true}}',
    [0.1, 1.05, 2, 1.05, 0.1, 0.0802, 0.0604, 0.0406, 0.0208, 0.001],
  ],
  // Each begins where the one before has ended, by its own count.
  ['[{LinearLR: {start_factor: 0.5, total_iters: 2}}, {ExponentialLR: 0.1}]', [0.5, 0.75, 1, 0.1, 0.01]],
])('%s', (written, rates) => {
  const schedulers = schedulersOf(written);
  rates.forEach((rate, t) => expect(rateAt(t + 1, 1, schedulers), `step ${t + 1}`).toBeCloseTo(rate, 10));
});

test('OneCycleLR turns the momentum the other way round; others leave it alone', () => {
  const momenta = (written: string, steps: number) => Array.from({ length: steps }, (_, t) => momentumAt(t + 1, schedulersOf(written)));
  const cycle = momenta('{OneCycleLR: {max_lr: 1, total_steps: 10, anneal_strategy: linear, three_phase: true}}', 10);
  [0.95, 0.9, 0.85, 0.9, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95].forEach((momentum, t) => expect(cycle[t]).toBeCloseTo(momentum, 10));
  expect(momenta('{OneCycleLR: {max_lr: 1, total_steps: 10, cycle_momentum: false}}', 3)).toEqual([undefined, undefined, undefined]);
  expect(momenta('{StepLR: 2}', 2)).toEqual([undefined, undefined]);
});
