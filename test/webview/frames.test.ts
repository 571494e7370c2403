import { expect, test } from 'vitest';
import { Frames } from '../../webview/frames';

/** Two stages that note when they ran and take so many milliseconds, and frames that come when the test says so. */
function setUp(takes = 6) {
  const drawn: string[] = [];
  const callbacks: (() => void)[] = [];
  let time = 0;
  const stages = ['curves', 'layers'].map((name) => () => {
    drawn.push(name);
    time += takes;
  });
  const frames = new Frames(
    stages,
    (callback) => callbacks.push(callback),
    () => time,
  );
  return { drawn, frames, waiting: callbacks, frame: () => callbacks.shift()?.() };
}

test('stages that are quick share a frame, as long as there is time', () => {
  const { drawn, frames, frame } = setUp(2);
  frames.request();
  frame();
  expect(drawn).toEqual(['curves', 'layers']);
});

test('slow ones have a frame each, and then comes nothing until the next request', () => {
  const { drawn, frames, frame, waiting } = setUp();
  frames.request();
  frame();
  expect(drawn).toEqual(['curves']);
  frame();
  expect(drawn).toEqual(['curves', 'layers']);
  expect(waiting).toEqual([]);
  frames.request();
  frame();
  expect(drawn).toEqual(['curves', 'layers', 'curves']);
});

test('a hundred requests within a frame are drawn once', () => {
  const { drawn, frames, frame, waiting } = setUp();
  for (let i = 0; i < 100; i++) frames.request();
  for (let i = 0; i < 10; i++) frame();
  expect(drawn).toEqual(['curves', 'layers']);
  expect(waiting).toEqual([]);
});

test('requests in every frame starve no stage', () => {
  const { drawn, frames, frame } = setUp();
  for (let i = 0; i < 6; i++) {
    frames.request();
    frame();
  }
  expect(drawn).toEqual(['curves', 'layers', 'curves', 'layers', 'curves', 'layers']);
});

test('a request while a round is on its way is drawn in full, by stages that have run already and by those that wait', () => {
  const { drawn, frames, frame, waiting } = setUp();
  frames.request();
  frame();
  frames.request();
  for (let i = 0; i < 10; i++) frame();
  expect(drawn).toEqual(['curves', 'layers', 'curves', 'layers']);
  expect(waiting).toEqual([]);
});

test('a stage that throws does not stop the others', () => {
  const drawn: string[] = [];
  const callbacks: (() => void)[] = [];
  const broken = () => {
    throw new Error('a canvas without a context');
  };
  const frames = new Frames([broken, () => void drawn.push('layers')], (callback) => callbacks.push(callback));
  frames.request();
  expect(() => callbacks.shift()!()).toThrow('canvas');
  callbacks.shift()!();
  frames.request();
  expect(() => callbacks.shift()!()).toThrow('canvas');
  callbacks.shift()!();
  expect(drawn).toEqual(['layers', 'layers']);
});
