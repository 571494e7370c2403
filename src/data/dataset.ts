import type { NodeGraph } from './adjacency';

/** A dense array of samples: `data.length === count × product(sampleShape)`. */
export interface Samples {
  /** Shape of one sample: [features], [C, H, W], [] for a scalar label. */
  sampleShape: number[];
  /** Bytes stay bytes, a quarter of the memory: `batches.gatherRows` makes numbers of them. */
  data: Float32Array | Int32Array | Uint8Array;
  /** Of bytes: what the model gets of them. Absent: their value. Other data is as the model gets it. */
  map?: Normaliser;
}

/** Samples as the model gets them. */
export interface PlainSamples extends Samples {
  data: Float32Array | Int32Array;
  map?: undefined;
}

export interface Split {
  count: number;
  x: Samples;
  y: PlainSamples;
  /** How hard each sample is, where a column says so: the smaller, the easier. */
  difficulty?: Float32Array;
}

/** Affine map x' = (x − shift) / scale, with an entry for each element of a sample or one for all. */
export interface Normaliser {
  shift: Float32Array;
  scale: Float32Array;
}

/** What a run trains on. `y.data` is Int32Array exactly when the loss takes class indices. */
export interface Dataset {
  train: Split;
  validation?: Split;
  /** Labels by class index, for class targets. */
  classes?: string[];
  /** Column names of tabular files. */
  featureNames?: string[];
  /** Of inputs that are tokens: whole numbers from 0, which stand for something and measure nothing. */
  tokens?: Vocabulary;
  /** Which nodes of a sample are joined, where `adjacency` says it. */
  nodeGraph?: NodeGraph;
  /** Fitted on the training split; what is in `train` and `validation` has been through it. */
  normaliser?: Normaliser;
  targetNormaliser?: Normaliser;
}

export interface Vocabulary {
  /** How many different tokens there are: an Embedding needs that many. */
  size: number;
  /** What each stands for, where it is known. */
  names?: string[];
}

/** What the loss wants as targets. */
export type TargetKind = 'class' | 'number';

/** Reads a file named in the model file. Rejects with a ProblemError when it is not there. */
export type ReadFile = (path: string) => Promise<Uint8Array>;

/** The files that a model file names. */
export interface DataFiles {
  read: ReadFile;
  /** Paths of the files that lie two deep in a folder, `<folder>/<class>/<file>`, in any order. Rejects with a ProblemError when it is no folder. */
  list: (folder: string) => Promise<string[]>;
}
