import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decodeTensors } from '../../../src/train/checkpoint';
import { buildPrediction } from '../../../src/train/examination/graphs';
import { judgeOf } from '../../../src/train/examination/judgement';
import { lookAt } from '../../../src/train/examination/look';
import { Pieces } from '../../../src/train/examination/pieces';
import { decodeOutcome } from '../../../src/run/outcomeFile';
import { SessionPool } from '../../../src/train/session';
import { examined, type Given, preparedModel } from '../examined';

const cases = join(import.meta.dirname, '../../torch');
const textOf = (name: string) => readFileSync(join(cases, name, 'model.nn.yaml'), 'utf8');

const read = (name: string, file: string) => new Uint8Array(readFileSync(join(cases, name, file)));
const given = (name: string): Given => ({
  text: textOf(name),
  files: { './data.npz': read(name, 'data.npz'), './init.safetensors': read(name, 'init.safetensors') },
});

/** With the weights that PyTorch has trained. */
function trained(name: string): Given {
  const tensors = decodeTensors(read(name, 'final.safetensors'), 'final.safetensors');
  return { ...given(name), tensor: (tensor) => tensors[tensor].data };
}

test.each([
  'loss-crossentropyloss',
  'act-logsoftmax-nll',
  'loss-bce',
  'loss-bcewithlogitsloss',
  'loss-mseloss',
  'loss-l1loss',
  'loss-smoothl1loss-beta',
  'loss-huberloss-delta',
  'loss-multimarginloss',
  'loss-poisson-nll',
  'net-lenet',
  'norm-batchnorm2d',
])('the losses of the samples by themselves have the mean that PyTorch has of all: %s', async (name) => {
  const { eval_loss } = JSON.parse(readFileSync(join(cases, name, 'expected.json'), 'utf8')) as { eval_loss: number };
  const { prepared, weights } = await preparedModel(trained(name));
  const { model, dataset } = prepared;
  const rows = Int32Array.from({ length: dataset.train.count }, (_, i) => i);
  // A batch that does not divide the samples.
  const prediction = new Pieces((batch) => buildPrediction(model, batch), new SessionPool(), 7);
  const { judged, outputs, targets } = await lookAt(model, dataset.train, rows, prediction, weights);
  await prediction.release();
  // Of several targets each is judged by itself, as PyTorch's mean over all elements has it.
  const losses = judged?.map(({ loss }) => loss) ?? Array.from(targets, (target, i) => judgeOf(model)!([outputs[i]], target).loss);
  expect(losses.reduce((a, b) => a + b) / losses.length).toBeCloseTo(eval_loss, 5);
});

const names = readdirSync(cases);

test('every model can be looked at, and the disk gives back what was seen', { timeout: 240_000 }, async () => {
  expect(names.length).toBeGreaterThan(60);
  for (const name of names) {
    const outcome = await examined(given(name));
    const text = JSON.stringify(outcome);
    expect.soft(text.length, name).toBeLessThan(60_000);
    expect.soft(decodeOutcome(text), name).toEqual(JSON.parse(text));
  }
});
