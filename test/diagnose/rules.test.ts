import { expect, test } from 'vitest';
import { RULE_IDS, type RuleId } from '../../src/diagnose/finding';
import { RULES } from '../../src/diagnose/rules';

test.each(RULE_IDS)('%s says what it means, by what it is judged, and where that is written', (rule) => {
  const { title, because, formula, reference, healthy } = RULES[rule];
  for (const words of [title, because, formula, reference, healthy]) expect(words.length).toBeGreaterThan(3);
  expect(because).toMatch(/\.$/);
  expect(healthy).not.toMatch(/\.$/);
});

test('no rule follows from itself, over however many others: every finding has a first cause', () => {
  const path: RuleId[] = [];
  const done = new Set<RuleId>();
  const visit = (rule: RuleId): void => {
    expect(path, `${[...path, rule].join(' → ')}`).not.toContain(rule);
    if (done.has(rule)) return;
    path.push(rule);
    RULES[rule].follows.forEach(visit);
    path.pop();
    done.add(rule);
  };
  RULE_IDS.forEach(visit);
});
