import type { Measure } from '../data/facts';

/** What a model makes of its data at one step, in evaluation mode: what a person looks at to see what it has learned. Bounded in size: about 60 kB as JSON. */
export interface Outcome {
  /** Steps done. */
  step: number;
  /** Where `confusion`, `regression`, `samples` and `outputs` are from: validation where there is such a split. */
  split: 'training' | 'validation';
  /** Samples that were looked at: all, or the first `MOST_SAMPLES`. */
  count: number;
  measure: Measure;
  /** Classes by index, named by the data or `0`, `1`, …; absent where targets are numbers. */
  classes?: string[];
  /** `confusion[actual][predicted]`, counts; up to `MOST_CLASSES` classes. */
  confusion?: number[][];
  /** One number to predict: targets and predictions of up to `MOST_DOTS` samples. */
  regression?: { target: number; prediction: number | null }[];
  /** The worst first, by their loss. Absent where a sample has not one class or number. */
  samples?: SampleOutcome[];
  /** Of data with two features. */
  boundary?: Boundary;
  /** What units of the layers put out over the plane of `boundary`, in the order of the model. */
  units?: UnitMaps[];
  /** Weights of the first layer, where they are images. */
  filters?: Filters;
  outputs: OutputCard;
  data: DataCard;
}

export interface SampleOutcome {
  /** Index in its split. */
  row: number;
  /** Class index, or the number. */
  actual: number;
  /** null: not finite. */
  predicted: number | null;
  /** Of the predicted class. */
  probability?: number;
  loss: number | null;
  /** Images: the sample as the model gets it, scaled to 0…255. */
  image?: Picture;
  /** |∂ logit of the actual class / ∂ input|, the largest of the channels, scaled likewise (Simonyan et al. 2014). */
  saliency?: Picture;
  /** Where the last convolution saw the actual class (Selvaraju et al. 2017, Grad-CAM); of that layer's size. */
  gradCam?: Picture;
  /** Other data: what the model gets, by the features' names, up to 12 of them. */
  features?: { name: string; value: number }[];
}

/** Rows from the top, channels interleaved, 0…255. */
export interface Picture {
  width: number;
  height: number;
  channels: 1 | 3;
  pixels: number[];
}

/** The prediction over the plane of two features, in the units of the data file (before `normalize`). */
export interface Boundary {
  names: [string, string];
  x: [number, number];
  y: [number, number];
  /** Points along each side. */
  size: number;
  /** Row by row from the smallest y: the predicted class's index, or the predicted number. */
  values: (number | null)[];
  /** Of the predicted class, in percent; absent where numbers are predicted. */
  confidence?: number[];
  /** Samples of both splits, up to `MOST_DOTS`: class index or number. */
  points: { x: number; y: number; target: number; isValidation: boolean }[];
}

export interface UnitMaps {
  layer: string;
  /** Units of the layer, of which the first 8 are shown. */
  units: number;
  size: number;
  /** Row by row from the smallest y; −127…127, 127 being `scale`. */
  maps: { scale: number; values: number[] }[];
}

export interface Filters {
  layer: string;
  /** Filters of the layer, of which up to 32 are shown. */
  count: number;
  /** −scale…scale as 0…255: 128 is zero. */
  scale: number;
  pictures: Picture[];
}

/** What the last layer puts out, beside what it should. */
export interface OutputCard {
  /** The last layer's name and type. */
  layer: string;
  type: string;
  min: number | null;
  max: number | null;
  mean: number | null;
  /** What it can put out at all: [0, 1] of a Sigmoid; null is no bound. */
  reach: [number | null, number | null];
  /** Of numbers to predict. */
  target?: { min: number; max: number; mean: number };
}

/** What the data of a run is. */
export interface DataCard {
  /** Up to `MOST_FEATURES`, as the model gets them. Absent for images and tokens. */
  features?: { name: string; min: number; max: number; mean: number; std: number; constant: boolean }[];
  /** How many features there are in all; of an image, its numbers. */
  featureCount: number;
  /** Over all numbers that the model gets. */
  range: { min: number; max: number; mean: number; std: number };
  /** By class index. */
  counts?: { training: number[]; validation?: number[] };
  samples: { training: number; validation: number };
  /** Images: the first of each class, as the model gets them, up to 12. */
  pictures?: { picture: Picture; label?: string }[];
}

export const MOST_SAMPLES = 2000;
export const MOST_CLASSES = 20;
export const MOST_DOTS = 400;
export const MOST_FEATURES = 64;
