import { expect, test } from 'vitest';
import { loadDataset } from '../../src/data/load';
import { filesOf } from '../../src/train/planFiles';
import { checkStep } from '../../src/editor/checkStep';
import { LOSSES } from '../../src/model/losses';
import { outlineModel } from '../../src/model/outline';
import { parseModel } from '../../src/model/parse';
import type { Problem } from '../../src/model/problem';

async function problemsOf(model: string, more = ''): Promise<{ text: string; layers: number; problems: Problem[] }> {
  const text = `data: {source: moons, samples: 100}\nmodel: ${model}\nloss: CrossEntropyLoss\n${more}`;
  const spec = parseModel(text).spec!;
  const dataset = await loadDataset(spec.data, LOSSES[spec.loss.name].target, filesOf({ files: {} }));
  const { layers } = outlineModel(spec, dataset.train.x.sampleShape);
  return { text, layers: layers.length, problems: checkStep(text, spec, dataset, layers.length) };
}

test('a model that trains has no problem', async () => {
  expect((await problemsOf('[{Linear: 8}, Tanh, {Linear: 2}]')).problems).toEqual([]);
});

test('what only the step shows is told at its place: two classes of the data, one output of the model', async () => {
  const { text, problems } = await problemsOf('[{Linear: 8}, Tanh, {Linear: 1}]');
  expect(problems).toMatchObject([{ code: 'label-out-of-range', level: 'error' }]);
  const { start, end } = problems[0].range!;
  expect(text.slice(start, end)).toContain('Linear: 1');
});

test('of a model that is large by its copies the trainer tells it', async () => {
  const { layers, problems } = await problemsOf('[{Repeat: {times: 1000, layers: [{Linear: 8}, Tanh]}}, {Linear: 1}]');
  expect(layers).toBe(2002);
  expect(problems).toEqual([]);
});

test('a mistake of the checks themselves is not taken for a sound model', () => {
  const { spec } = parseModel('data: {source: moons}\nmodel: [{Linear: 2}]\nloss: CrossEntropyLoss\n');
  expect(() => checkStep('', spec!, {} as never, 1)).toThrow(TypeError);
});
