import { expect, test } from 'vitest';
import { TrainedVersion } from '../../src/editor/trainedVersion';

const first = { text: 'lr: 0.1', files: '[["a.csv",1]]' };
const second = { text: 'lr: 0.01', files: first.files };
const otherData = { text: 'lr: 0.01', files: '[["a.csv",2]]' };

test('files travel only when they are others than the trainer has', () => {
  const trained = TrainedVersion.of(first.text, first);
  expect(trained.newest).toEqual(first);
  expect(trained.offer(second)).toBe(false);
  expect(trained.accept(second)).toBe(true);
  expect(trained.offer(otherData)).toBe(true);
  expect(trained.accept(otherData)).toBe(true);
  expect(trained.offer({ ...otherData, text: 'lr: 1' })).toBe(false);
});

test('of a run that goes on with another text than the editor has, the files are unknown', () => {
  const trained = TrainedVersion.of('lr: 1', first);
  expect(trained.newest.text).toBe('lr: 1');
  expect(trained.offer(first)).toBe(true);
});

test('the newest text wins, and files that were overtaken are sent again', () => {
  const trained = TrainedVersion.of(first.text, first);
  const newest = { ...otherData, text: 'lr: 1' };
  expect(trained.offer(otherData)).toBe(true);
  expect(trained.offer(newest)).toBe(true);
  expect(trained.refuse(otherData, first.text)).toBe(false);
  expect(trained.newest).toBe(newest);
  expect(trained.accept(newest)).toBe(true);
});

test('an edit that was taken back while it was on its way has to be taken back in the trainer too', () => {
  const trained = TrainedVersion.of(first.text, first);
  trained.offer(second);
  // The text is that which trains, but no longer the newest sent.
  expect(trained.newest).toBe(second);
  trained.offer(first);
  expect(trained.accept(second)).toBe(false);
  expect(trained.newest).toBe(first);
});

test('after a refusal what trained before is what counts, so that the same text can be tried again', () => {
  const trained = TrainedVersion.of(first.text, first);
  trained.offer(otherData);
  expect(trained.refuse(otherData, first.text)).toBe(true);
  expect(trained.newest).toEqual(first);
  expect(trained.offer(otherData)).toBe(true);
});
