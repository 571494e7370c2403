import { expect, test } from 'vitest';
import type { Picture } from '../../../src/train/outcome';
import { examined, scattered } from '../examined';

const SIDE = 5;
const CHANNELS = 2;
const CLASSES = 3;

/** A small net in float64: conv 3×3 with padding, tanh, flatten, linear. */
class Net {
  readonly tensors: Record<string, number[]>;

  constructor(
    private readonly colours: number,
    outputs: number,
  ) {
    this.tensors = {
      'conv2d1.weight': scattered(CHANNELS * colours * 9, 0.5),
      'conv2d1.bias': scattered(CHANNELS, 0.1),
      'linear1.weight': scattered(outputs * CHANNELS * SIDE * SIDE, 0.4),
      'linear1.bias': scattered(outputs, 0.3),
    };
  }

  /** What the convolution puts out, channels × rows × columns. */
  seen(image: readonly number[]): number[] {
    const { 'conv2d1.weight': w, 'conv2d1.bias': b } = this.tensors;
    const at = (colour: number, y: number, x: number) => (y < 0 || x < 0 || y >= SIDE || x >= SIDE ? 0 : image[(colour * SIDE + y) * SIDE + x]);
    return Array.from({ length: CHANNELS * SIDE * SIDE }, (_, i) => {
      const [channel, y, x] = [Math.floor(i / (SIDE * SIDE)), Math.floor(i / SIDE) % SIDE, i % SIDE];
      let sum = b[channel];
      for (let c = 0; c < this.colours; c++)
        for (let k = 0; k < 9; k++) sum += w[(channel * this.colours + c) * 9 + k] * at(c, y + Math.floor(k / 3) - 1, x + (k % 3) - 1);
      return sum;
    });
  }

  logit(seen: readonly number[], output: number): number {
    const { 'linear1.weight': w, 'linear1.bias': b } = this.tensors;
    return seen.reduce((sum, value, i) => sum + w[output * seen.length + i] * Math.tanh(value), b[output]);
  }
}

/** ∂f/∂x of every number by central differences. */
const slopes = (f: (x: number[]) => number, x: readonly number[]): number[] =>
  x.map((_, i) => {
    const moved = (by: number) => f(x.map((value, j) => (j === i ? value + by : value)));
    return (moved(1e-5) - moved(-1e-5)) / 2e-5;
  });

/** |∂ logit/∂ input|, the largest of the channels. */
function saliency(net: Net, image: readonly number[], output: number): number[] {
  const slope = slopes((x) => net.logit(net.seen(x), output), image).map(Math.abs);
  return Array.from({ length: SIDE * SIDE }, (_, i) => Math.max(...slope.filter((_, j) => j % (SIDE * SIDE) === i)));
}

/** relu(Σ_k α_k A_k), α_k the mean of ∂ logit/∂ A_k over all positions; `sign` −1: of what speaks against it. */
function gradCam(net: Net, image: readonly number[], output: number, sign = 1): number[] {
  const seen = net.seen(image);
  const slope = slopes((a) => sign * net.logit(a, output), seen);
  const positions = SIDE * SIDE;
  const channel = (values: readonly number[], k: number) => values.slice(k * positions, (k + 1) * positions);
  const alpha = Array.from({ length: CHANNELS }, (_, k) => channel(slope, k).reduce((a, b) => a + b) / positions);
  return Array.from({ length: positions }, (_, i) =>
    Math.max(
      0,
      alpha.reduce((sum, a, k) => sum + a * channel(seen, k)[i], 0),
    ),
  );
}

/** Levels of gray from 0 to the largest. */
const levels = (map: readonly number[]): number[] => map.map((value) => (255 * value) / Math.max(...map));

function expectPicture(picture: Picture | undefined, wanted: readonly number[]): void {
  expect(picture).toMatchObject({ width: SIDE, height: SIDE, channels: 1 });
  // Half a level is rounded away.
  expect(Math.max(...picture!.pixels.map((level, i) => Math.abs(level - wanted[i])))).toBeLessThan(0.6);
}

const images = (colours: number) => [1, 2, 3].map((n) => scattered(colours * SIDE * SIDE, n).map((value) => Number(value.toFixed(4))));

function csv(rows: readonly (readonly number[])[], targets: readonly number[]): string {
  const header = [...rows[0].map((_, i) => `p${i}`), 't'];
  return [header, ...rows.map((row, i) => [...row, targets[i]]), ''].map((cells) => String(cells)).join('\n');
}

const model = (colours: number, rest: string) =>
  `data: {file: ./d.csv, target: t, shape: [${colours}, ${SIDE}, ${SIDE}]}\nmodel: [{Conv2d: {out_channels: ${CHANNELS}, kernel_size: 3, padding: 1}}, Tanh, Flatten, ${rest}\n`;

test.each([
  ['logits', 1, `{Linear: ${CLASSES}}]\nloss: CrossEntropyLoss`],
  ['logits of images in colour', 3, `{Linear: ${CLASSES}}]\nloss: CrossEntropyLoss`],
  ['what comes into a LogSoftmax', 1, `{Linear: ${CLASSES}}, LogSoftmax]\nloss: NLLLoss`],
])('saliency and Grad-CAM of %s are those of the formulas in float64', async (_, colours, rest) => {
  const net = new Net(colours, CLASSES);
  const targets = [0, 1, 2];
  const outcome = await examined({
    text: model(colours, rest),
    files: { './d.csv': csv(images(colours), targets) },
    tensor: (name) => net.tensors[name],
  });
  for (const { row, saliency: seen, gradCam: cam, image } of outcome.samples!) {
    const input = images(colours)[row];
    expectPicture(seen, levels(saliency(net, input, targets[row])));
    expectPicture(cam, levels(gradCam(net, input, targets[row])));
    const [low, high] = [Math.min(...input), Math.max(...input)];
    // Channels stand side by side.
    const wanted = input.map((value) => Math.round((255 * (value - low)) / (high - low)));
    expect(image).toEqual({
      width: SIDE,
      height: SIDE,
      channels: colours,
      pixels: colours === 1 ? wanted : wanted.map((_, i) => wanted[(i % 3) * SIDE * SIDE + Math.floor(i / 3)]),
    });
  }
  expect(outcome.samples).toHaveLength(3);
});

test.each(['{Linear: 1}]\nloss: BCEWithLogitsLoss', '{Linear: 1}, Sigmoid]\nloss: BCELoss'])(
  'where one output stands for two classes, what speaks for class 0 speaks against it: %s',
  async (rest) => {
    const net = new Net(1, 1);
    const targets = [0, 1, 0];
    const { samples } = await examined({ text: model(1, rest), files: { './d.csv': csv(images(1), targets) }, tensor: (name) => net.tensors[name] });
    for (const { row, saliency: seen, gradCam: cam } of samples!) {
      expectPicture(seen, levels(saliency(net, images(1)[row], 0)));
      expectPicture(cam, levels(gradCam(net, images(1)[row], 0, targets[row] === 1 ? 1 : -1)));
    }
  },
);

test('the numbers that a model predicts of images are explained too', async () => {
  const net = new Net(1, 1);
  const targets = [0.5, -1, 3];
  const text = model(1, '{Linear: 1}]\nloss: L1Loss');
  const { samples } = await examined({ text, files: { './d.csv': csv(images(1), targets) }, tensor: (name) => net.tensors[name] });
  for (const { row, saliency: seen, gradCam: cam, predicted } of samples!) {
    const input = images(1)[row];
    expect(predicted).toBeCloseTo(net.logit(net.seen(input), 0), 4);
    expectPicture(seen, levels(saliency(net, input, 0)));
    expectPicture(cam, levels(gradCam(net, input, 0)));
  }
});

test.each([1, 2, 3])('filters of a convolution over %i channels are its weights; of other than one or three the first channel', async (colours) => {
  const net = new Net(colours, CLASSES);
  const { filters } = await examined({
    text: model(colours, `{Linear: ${CLASSES}}]\nloss: CrossEntropyLoss`),
    files: { './d.csv': csv(images(colours), [0, 1, 2]) },
    tensor: (name) => net.tensors[name],
  });
  const weight = (filter: number, channel: number, place: number) => net.tensors['conv2d1.weight'][(filter * colours + channel) * 9 + place];
  const shown = colours === 3 ? 3 : 1;
  const all = Array.from({ length: CHANNELS }, (_, filter) =>
    Array.from({ length: 9 * shown }, (_, i) => weight(filter, i % shown, Math.floor(i / shown))),
  );
  const scale = Math.max(...all.flat().map(Math.abs));
  expect(filters).toMatchObject({ layer: 'conv2d1', count: CHANNELS, scale: expect.closeTo(scale, 4) as number });
  filters!.pictures.forEach((picture, filter) => {
    expect(picture).toMatchObject({ width: 3, height: 3, channels: shown });
    expect(Math.max(...picture.pixels.map((level, i) => Math.abs((level / 127.5 - 1) * scale - all[filter][i])))).toBeLessThan(scale / 250);
  });
});

test('filters of a Linear over all of an image have its shape', async () => {
  const weights = scattered(40 * 6);
  weights[7] = 0;
  const { filters } = await examined({
    text: 'data: {file: ./d.csv, target: t, shape: [1, 2, 3]}\nmodel: [Flatten, {Linear: 40}, ReLU, {Linear: 2}]\nloss: CrossEntropyLoss\n',
    files: {
      './d.csv': csv(
        [
          [1, 2, 3, 4, 5, 6],
          [6, 5, 4, 3, 2, 1],
        ],
        [0, 1],
      ),
    },
    tensor: (name) => (name === 'linear1.weight' ? weights : scattered(name === 'linear2.weight' ? 80 : name === 'linear1.bias' ? 40 : 2)),
  });
  expect(filters).toMatchObject({ layer: 'linear1', count: 40 });
  expect(filters!.pictures).toHaveLength(32);
  expect(filters!.pictures[1]).toMatchObject({ width: 3, height: 2, channels: 1 });
  expect(filters!.pictures[1].pixels[1]).toBe(128);
  const scale = Math.max(...weights.slice(0, 32 * 6).map(Math.abs));
  expect(filters!.pictures[31].pixels).toEqual(weights.slice(186, 192).map((weight) => Math.round(127.5 + (127.5 * weight) / scale)));
});
