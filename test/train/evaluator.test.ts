import { expect, test } from 'vitest';
import { Evaluator } from '../../src/train/evaluator';
import { prepare } from '../../src/train/prepare';
import { SessionPool, tensor } from '../../src/train/session';

test('a split evaluated in pieces has the loss and score of the whole, weighted classes included', async () => {
  const text = `data: {source: blobs, samples: 100, classes: 3}\nmodel: [{Linear: 3}]\nloss: {CrossEntropyLoss: {weight: [1, 5, 0.2]}}\n`;
  const { model, dataset } = await prepare({ text, files: {}, statsEvery: 0 });
  const params = tensor(
    Float32Array.from({ length: model.trained.size }, (_, i) => Math.sin(i)),
    [model.trained.size],
  );
  const whole = new Evaluator(model, dataset, new SessionPool());
  const pieces = new Evaluator({ ...model, bytesPerSample: 2 ** 26 / 7 }, dataset, new SessionPool());
  const [a, b] = [await whole.evaluate(1, { params }), await pieces.evaluate(1, { params })];
  expect(b.train_accuracy).toBe(a.train_accuracy);
  expect(b.train_loss).toBeCloseTo(a.train_loss!, 5);
  await whole.release();
  await pieces.release();
});

test('parameters do not count as activations of a sample', async () => {
  const text = 'data: {source: moons}\nmodel: [{Linear: 1000}, ReLU, {Linear: 2}]\nloss: CrossEntropyLoss\n';
  const { model } = await prepare({ text, files: {}, statsEvery: 0 });
  expect(model.bytesPerSample).toBe(4 * (2 + 1000 + 1000 + 2));
});
