import { fail } from '../model/problem';
import { failIn, listed, pathIn, quoted, type DataFile } from './dataFile';
import type { Split } from './dataset';
import { imageKind } from './imageNames';
import { MAX_UNPACKED } from './inflate';
import { isPng, pngSize, readPng } from './png';
import { jpegSize, readJpeg } from './jpeg';
import { type ImageSize, resized, writePlanes } from './pixels';
import { located, open, PIXELS, type Raw, rangeOf, type Reading } from './reading';

/** Photographs have twenty; more would take gigabytes to decode. */
const MOST_PIXELS = 64e6;

interface Image {
  file: DataFile;
  size: ImageSize;
  label: string;
}

/** Of all samples. */
interface Form {
  channels: 1 | 3;
  height: number;
  width: number;
  /** Images of other sizes are brought to this one, because `shape` asks for it. */
  isWanted: boolean;
}

/**
 * A folder with a folder of PNG and JPEG images for each class, as torchvision's ImageFolder has it. Samples are channels × height × width with
 * pixels 0…1, in the order of their names; one channel where all images are grey, else three; transparency is left out.
 * Images have to be of one size, unless `shape: [channels, height, width]` says which one they are brought to.
 * Classes are numbered in rising order where all folders have whole numbers as names, else in Unicode's order.
 * @throws ProblemError naming the file.
 */
export async function readImages(reading: Reading): Promise<Raw> {
  const { spec, target, path, validation } = reading;
  if (target !== 'class')
    fail('not-classes', `The folders in ${path} are classes, but the loss asks for numbers to predict. Use CrossEntropyLoss.`, {
      range: rangeOf(spec, 'file'),
    });
  const images = await imagesOf(reading, path, 'file');
  const classes = classesOf(images);
  const form = formOf(reading, images);
  const held = validation === undefined ? undefined : await imagesOf(reading, validation, 'validation');
  for (const { file, label } of held ?? [])
    if (!classes.includes(label)) failIn(file, 'unknown-label', `${quoted(label)} is no folder of ${path}. Its classes: ${listed(classes)}.`);
  return { train: splitOf(images, classes, form), validation: held && splitOf(held, classes, form), classes };
}

async function imagesOf(reading: Reading, folder: string, key: 'file' | 'validation'): Promise<Image[]> {
  const range = rangeOf(reading.spec, key);
  const start = pathIn(folder, '').length;
  const paths = (await located(folder, range, reading.files.list(folder))).sort();
  const images: Image[] = [];
  for (const path of paths) {
    const [label, name] = path.slice(start).split('/');
    if (name === undefined || !imageKind(name)) continue;
    const file = await open(reading, path, range);
    images.push({ file, label, size: sizeOf(file) });
  }
  if (!images.length)
    fail(
      'no-images',
      `There are no images to be found in ${folder}. It has to be a folder with a folder for each class, which holds its .png, .jpg or .jpeg files.`,
      {
        range,
      },
    );
  return images;
}

/** By its content: many a .jpg is a PNG. */
function sizeOf(file: DataFile): ImageSize {
  const size = isPng(file) ? pngSize(file) : jpegSize(file);
  const { width, height } = size;
  if (width < 1 || height < 1 || width * height > MOST_PIXELS)
    failIn(file, 'bad-size', `the image claims ${width}×${height} pixels; it may have from 1 to ${MOST_PIXELS / 1e6} million.`);
  return size;
}

function classesOf(images: readonly Image[]): string[] {
  const names = [...new Set(images.map(({ label }) => label))];
  return names.every((name) => /^\d{1,15}$/.test(name)) ? names.sort((a, b) => Number(a) - Number(b)) : names.sort();
}

function formOf({ spec, path }: Reading, images: readonly Image[]): Form {
  const { shape } = spec;
  if (shape?.length === 3 && (shape[0] === 1 || shape[0] === 3)) return { channels: shape[0], height: shape[1], width: shape[2], isWanted: true };
  const [{ size }] = images;
  const form = {
    channels: images.some((image) => image.size.channels === 3) ? 3 : 1,
    height: size.height,
    width: size.width,
    isWanted: false,
  } as const;
  for (const image of images)
    if (image.size.width !== form.width || image.size.height !== form.height)
      failIn(
        image.file,
        'other-size',
        `the image has ${image.size.width}×${image.size.height} pixels, but ${images[0].file.path} has ${form.width}×${form.height}. \`shape: [${form.channels}, ${form.height}, ${form.width}]\` brings all images of ${path} to one size.`,
      );
  return form;
}

function splitOf(images: readonly Image[], classes: readonly string[], { channels, height, width, isWanted }: Form): Split {
  const size = channels * height * width;
  const [{ file }] = images;
  if (images.length * size > MAX_UNPACKED)
    failIn(
      file,
      'file-too-large',
      `${images.length} images of ${channels}×${height}×${width} take more than ${MAX_UNPACKED / 2 ** 20} MiB. Make them smaller with \`shape\`.`,
    );
  const data = new Uint8Array(images.length * size);
  const indices = new Map(classes.map((name, index) => [name, index]));
  images.forEach((image, i) => {
    const pixels = isPng(image.file) ? readPng(image.file) : readJpeg(image.file);
    if (!isWanted && (pixels.width !== width || pixels.height !== height))
      failIn(image.file, 'other-size', `the image has ${pixels.width}×${pixels.height} pixels, but the training images have ${width}×${height}.`);
    writePlanes(resized(pixels, width, height), data.subarray(i * size, (i + 1) * size), channels);
  });
  return {
    count: images.length,
    x: { sampleShape: [channels, height, width], data, map: PIXELS },
    y: { sampleShape: [], data: Int32Array.from(images, ({ label }) => indices.get(label)!) },
  };
}
