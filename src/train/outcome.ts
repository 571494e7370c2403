import type { DataCard } from '../data/card';
import type { Measure } from '../data/facts';
import type { Picture } from '../data/picture';

export type { DataCard } from '../data/card';
export type { Picture } from '../data/picture';

/** What a model makes of its data at one step, in evaluation mode: what a person looks at to see what it has learned. Bounded in size: about 60 kB as JSON, of images in colour up to 100. */
export interface Outcome {
  /** Steps done. */
  step: number;
  /** Where `confusion`, `regression`, `samples` and `outputs` are from: validation where there is such a split. */
  split: 'training' | 'validation';
  /** Samples that were looked at: all, or `MOST_SAMPLES` from all over the split (fewer of outputs with thousands of numbers). */
  count: number;
  measure: Measure;
  /** Classes by index, named by the data or `0`, `1`, …; absent where targets are numbers. The first `MOST_NAMED` (data/card). */
  classes?: string[];
  /** `confusion[actual][predicted]`, counts, without samples whose prediction is not finite. Absent of more than `MOST_CLASSES` classes. */
  confusion?: number[][];
  /** One number to predict: targets and predictions of up to `MOST_DOTS` samples. */
  regression?: { target: number; prediction: number | null }[];
  /** Up to `MOST_SHOWN`, the worst first, by their loss. Absent where a sample has not one class or number. */
  samples?: SampleOutcome[];
  /** Of data with two features. */
  boundary?: Boundary;
  /** What units of the layers put out over the plane of `boundary`, in the order of the model. */
  units?: UnitMaps[];
  /** Weights of the first layer, where they are images. */
  filters?: Filters;
  /** Of layers with attention: what the places of one sample look at. */
  attention?: Attention;
  outputs: OutputCard;
  data: DataCard;
}

export interface Attention {
  /** Index of the sample in its split. */
  row: number;
  /** The sample, where it is a short row of tokens. */
  tokens?: number[];
  /** In the order of the model; of many those at even distances. */
  layers: AttentionMaps[];
}

export interface AttentionMaps {
  layer: string;
  /** Heads of the layer, of which the first are shown. */
  heads: number;
  /** Places of the sequence, or positions of the image; of many, neighbours share a point of the map. */
  places: number;
  /** Rows: places that look; columns: places looked at. The largest weight of a map, `most`, is 255. */
  maps: { most: number; picture: Picture }[];
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
  /** The task loss of this sample alone; without label smoothing and weights of classes. null: not finite. */
  loss: number | null;
  /** Images: the sample as the model gets it, its smallest number 0, its largest 255. */
  image?: Picture;
  /**
   * |∂ logit of the actual class / ∂ input|, the largest of the channels, the largest of the image 255 (Simonyan et al. 2014). Where the model ends in a
   * Softmax, LogSoftmax or Sigmoid, the logit is what comes into it. Of numbers to predict: of the output.
   */
  saliency?: Picture;
  /** Where the last Conv2d saw the actual class (Selvaraju et al. 2017, Grad-CAM), the largest of the image 255; of that layer's size. */
  gradCam?: Picture;
  /** Rows of features: what the model gets, by the features' names, the first 12 of them. */
  features?: { name: string; value: number }[];
}

/** The prediction over the plane of two features, in the units of the data file (before `normalize`). */
export interface Boundary {
  names: [string, string];
  x: [number, number];
  y: [number, number];
  /** Points along each side, the first and the last on the ends of `x` and `y`. */
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
  /** Row by row from the smallest y; −127…127, 127 being `scale`; 0 where it is not finite. */
  maps: { scale: number; values: number[] }[];
}

export interface Filters {
  layer: string;
  /** Filters of the layer, of which up to 32 are shown. */
  count: number;
  /** The largest weight that is shown: −scale…scale as 0…255, evenly: zero lies between 127 and 128. */
  scale: number;
  pictures: Picture[];
}

/** What the last layer puts out, beside what it should. */
export interface OutputCard {
  /** Name and type of the last layer that changes numbers (a Flatten after it does not). */
  layer: string;
  type: string;
  min: number | null;
  max: number | null;
  mean: number | null;
  /** What it can put out at all: [0, 1] of a Sigmoid; null is no bound. */
  reach: [number | null, number | null];
  /** Of numbers to predict, of the same samples. */
  target?: { min: number; max: number; mean: number };
}

export const MOST_SAMPLES = 2000;
export const MOST_SHOWN = 12;
export const MOST_CLASSES = 20;
export const MOST_DOTS = 300;
