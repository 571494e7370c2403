import { describe, expect, test } from 'vitest';
import { findingOf } from '../../src/diagnose/problemFinding';
import { parseModel } from '../../src/model/parse';
import { ProblemError } from '../../src/model/problem';
import { applyEdits } from '../../src/model/textEdits';
import { prepare } from '../../src/train/prepare';
import { npyBytes, npzFile } from '../data/helpers';

const model = (layers: string, loss: string, data = 'source: blobs, samples: 60, classes: 3') =>
  `data: {${data}}\nmodel: [${layers}]\nloss: ${loss}\n`;

/** The finding that the problem of a model file is. */
async function findingIn(text: string, files: Record<string, Uint8Array> = {}) {
  const { spec, problems } = parseModel(text);
  try {
    await prepare({ text, files, statsEvery: 1 });
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return spec && findingOf(error.problem, text, spec);
  }
  throw new Error(`nothing is wrong: ${problems.length}`);
}

/** An archive of float32 inputs of 2 features, and targets of 1 byte each. */
const arrays = (dtype: string, shape: number[], targets: number[]) => ({
  './d.npz': npzFile({
    x: npyBytes('<f4', [shape[0], 2], new Uint8Array(new Float32Array(2 * shape[0]).buffer)),
    y: npyBytes(dtype, shape, Uint8Array.from(targets)),
  }).bytes,
});

describe('what does not fit the data is a finding', () => {
  test('too few outputs for the classes: the fix gives the model as many, and then it fits', async () => {
    const text = model('{Linear: 8}, ReLU, {Linear: 2}', 'CrossEntropyLoss');
    const finding = await findingIn(text);
    expect(finding).toMatchObject({ rule: 'output-width-mismatch', level: 'error', step: 0, evidence: { value: 3 } });
    expect(finding?.message).toContain('2 classes, but the data has 3');
    const fixed = applyEdits(text, finding!.fixes[0].edits);
    expect(fixed).toContain('{Linear: 3}');
    await expect(prepare({ text: fixed, files: {}, statsEvery: 1 })).resolves.toBeDefined();
  });

  test('one output before a softmax is widened before it', async () => {
    const finding = await findingIn(model('{Linear: 1}, LogSoftmax', 'NLLLoss'));
    expect(finding?.fixes[0].title).toBe('out_features: 1 → 3 (linear1)');
  });

  test('a regression of another width', async () => {
    const text = model('{Linear: {out_features: 4, name: out}}', 'MSELoss', 'source: sine');
    const finding = await findingIn(text);
    expect(finding).toMatchObject({ rule: 'output-width-mismatch', evidence: { value: 1 } });
    expect(applyEdits(text, finding!.fixes[0].edits)).toContain('out_features: 1,');
  });

  test('one-hot rows as class labels', async () => {
    const text = model('{Linear: 2}', 'CrossEntropyLoss', 'file: ./d.npz');
    expect(await findingIn(text, arrays('|u1', [2, 2], [0, 1, 1, 0]))).toMatchObject({ rule: 'label-shape-or-range', fixes: [] });
  });

  test('negative class labels', async () => {
    const text = model('{Linear: 2}', 'CrossEntropyLoss', 'file: ./d.npz');
    expect((await findingIn(text, arrays('|i1', [2], [0, 255])))?.rule).toBe('label-shape-or-range');
  });

  test('fractions as class labels', async () => {
    const text = model('{Linear: 2}', 'CrossEntropyLoss', 'file: ./d.npz');
    const halves = [...new Uint8Array(new Float32Array([0.5, 1.5]).buffer)];
    const finding = await findingIn(text, arrays('<f4', [2], halves));
    expect(finding?.rule).toBe('loss-mismatch');
    expect(finding?.fixes.map(({ title }) => title)).toEqual([expect.stringContaining('MSELoss')]);
  });
});

test.each([
  ['class weights of another count', model('{Linear: 3}', '{CrossEntropyLoss: {weight: [1, 2]}}')],
  ['layers that do not fit each other', model('Flatten, {MaxPool2d: 2}, {Linear: 3}', 'CrossEntropyLoss')],
  ['a file that is not there', model('{Linear: 3}', 'CrossEntropyLoss', 'file: ./none.npz')],
])('%s is none', async (_what, text) => expect(await findingIn(text)).toBeUndefined());
