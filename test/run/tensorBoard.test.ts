import { describe, expect, test } from 'vitest';
import type { Distribution } from '../../src/train/observation';
import { RunStore } from '../../src/run/runStore';
import { runCsv } from '../../src/run/runTable';
import { eventFileName, tensorBoardEvents } from '../../src/run/tensorBoard';
import { crc32c, tfRecord } from '../../src/run/tfRecord';
import { edit, identity, start, step } from './events';

type Field = { field: number; value: number | bigint | Uint8Array };

/** Protocol buffers as their specification has them: no schema, no library. */
function fieldsOf(bytes: Uint8Array): Field[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const field = tag >> 3;
    if ((tag & 7) === 0) fields.push({ field, value: varint() });
    else if ((tag & 7) === 1) fields.push({ field, value: view.getFloat64((at += 8) - 8, true) });
    else if ((tag & 7) === 5) fields.push({ field, value: view.getFloat32((at += 4) - 4, true) });
    else {
      const length = Number(varint());
      fields.push({ field, value: bytes.subarray(at, (at += length)) });
    }
  }
  return fields;
}

const bytes = ({ value }: Field) => value as Uint8Array;
const text = (data: Uint8Array) => new TextDecoder().decode(data);
const find = (fields: Field[], field: number) => fields.find((one) => one.field === field)!;
const doubles = (data: Uint8Array) =>
  Array.from({ length: data.length / 8 }, (_, i) => new DataView(data.buffer, data.byteOffset).getFloat64(8 * i, true));

/** Records, checked only for their lengths: the checksums have a test of their own. */
function eventsOf(file: Uint8Array): Field[][] {
  const events: Field[][] = [];
  const view = new DataView(file.buffer, file.byteOffset);
  for (let at = 0; at < file.length;) {
    const length = Number(view.getBigUint64(at, true));
    events.push(fieldsOf(file.subarray(at + 12, at + 12 + length)));
    at += length + 16;
  }
  return events;
}

/** All values of a tag, with their steps. */
const valuesOf = (file: Uint8Array, tag: string) =>
  eventsOf(file).flatMap((event) =>
    event
      .filter(({ field }) => field === 5)
      .flatMap((summary) => fieldsOf(bytes(summary)).map((value) => fieldsOf(bytes(value))))
      .filter((value) => text(bytes(find(value, 1))) === tag)
      .map((value) => ({ step: Number(find(event, 2).value), value })),
  );

const spread = (counts: number[], from = 0, to = 4): Distribution => ({ from, to, counts, non_finite: 0 });

function trained(): RunStore {
  const store = RunStore.create(identity);
  const layers = { linear1: { activation: spread([1, 2, 3, 4]) }, linear2: { activation: spread([0, 0]) } };
  store.apply(
    [
      start,
      step(1, ['linear1', 'linear2']),
      { type: 'observation', step: 1, samples: 10, layers, params: { 'linear1.weight': { weight: spread([5], -1, -1) } } },
      { ...step(2), loss: null },
      { type: 'eval', step: 2, train_loss: 0.5, val_loss: 0.75, train_accuracy: 0.9, val_accuracy: 0.8 },
      edit(1, 2),
      step(3),
    ],
    1,
  );
  return store;
}

describe('records', () => {
  test('the checksum is CRC-32C: its published check value', () => {
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
  });

  test('a record is length, masked checksum, data, masked checksum', () => {
    // Masked: turned right by 15 bits, plus 0xa282ead8. 32 zero bytes have the checksum 0x8a9136aa (RFC 3720, B.4).
    const mask = Number((((0x8a9136aan >> 15n) | (0x8a9136aan << 17n)) + 0xa282ead8n) & 0xffffffffn);
    const record = tfRecord(new Uint8Array(32));
    const view = new DataView(record.buffer);
    expect(record.length).toBe(48);
    expect([view.getUint32(0, true), view.getUint32(4, true)]).toEqual([32, 0]);
    expect(view.getUint32(44, true)).toBe(mask);
  });
});

describe('a run for TensorBoard', () => {
  const file = tensorBoardEvents(trained());

  test('begins with the version that readers look for, in a file that they find', () => {
    expect(text(bytes(find(eventsOf(file)[0], 3)))).toBe('brain.Event:2');
    expect(eventFileName({ created: '2026-03-01T10:00:00.500Z' })).toBe('events.out.tfevents.1772359200.layerwise');
  });

  test.each([
    [
      'loss/step',
      [
        [1, 1],
        [2, Number.NaN],
        [3, Math.fround(1 / 3)],
      ],
    ],
    ['loss/train', [[2, 0.5]]],
    ['loss/validation', [[2, 0.75]]],
    ['accuracy/validation', [[2, Math.fround(0.8)]]],
    // L2 norm 1 over 32 × 2 numbers.
    ['gradient_rms/linear1', [[1, 1 / 8]]],
    ['activation_std/linear2', [[1, 1]]],
  ])('has the scalars of %s', (tag, points) => {
    expect(valuesOf(file, tag).map(({ step, value }) => [step, find(value, 2).value])).toEqual(points);
  });

  test('has histograms with the right edges of their bins; one without a number is left out', () => {
    const [{ step: at, value }] = valuesOf(file, 'activation/linear1');
    const histogram = fieldsOf(bytes(find(value, 5)));
    expect(at).toBe(1);
    // 1, 2, 3 and 4 numbers about 0.5, 1.5, 2.5 and 3.5.
    expect([1, 2, 3, 4, 5].map((field) => find(histogram, field).value)).toEqual([0, 4, 10, 25, 72.5]);
    expect(doubles(bytes(find(histogram, 6)))).toEqual([1, 2, 3, 4]);
    expect(doubles(bytes(find(histogram, 7)))).toEqual([1, 2, 3, 4]);
    expect(valuesOf(file, 'activation/linear2')).toEqual([]);
  });

  test('has the model file of the start and of every edit as text', () => {
    const texts = valuesOf(file, 'model').map(({ step, value }) => ({
      step,
      plugin: text(bytes(find(fieldsOf(bytes(find(fieldsOf(bytes(find(value, 9))), 1))), 1))),
      content: text(bytes(find(fieldsOf(bytes(find(value, 8))), 8))),
    }));
    expect(texts).toEqual([
      { step: 0, plugin: 'text', content: `\`\`\`yaml\n${identity.text}\n\`\`\`` },
      { step: 2, plugin: 'text', content: '- lr → 1\n\n```yaml\ntext 1\n\n```' },
    ]);
  });
});

test('a run as CSV has a row for each step and only columns that say something', () => {
  expect(runCsv(trained()).split('\r\n')).toEqual([
    'step,loss,total_loss,lr,grad_norm,train_loss,val_loss,train_accuracy,val_accuracy',
    '1,1,1,0.1,1,,,,',
    '2,NaN,0.5,0.1,1,0.5,0.75,0.9,0.8',
    `3,${1 / 3},${1 / 3},0.1,1,,,,`,
    '',
  ]);
});
