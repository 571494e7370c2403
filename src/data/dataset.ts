/** A dense array of samples: `data.length === count × product(sampleShape)`. */
export interface Samples {
  /** Shape of one sample: [features], [C, H, W], [] for a scalar label. */
  sampleShape: number[];
  data: Float32Array | Int32Array;
}

export interface Split {
  count: number;
  x: Samples;
  y: Samples;
}

/** Per-element affine map fitted on the training split: x' = (x − shift) / scale. */
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
  normaliser?: Normaliser;
  targetNormaliser?: Normaliser;
}

/** What the loss wants as targets. */
export type TargetKind = 'class' | 'number';

/** Reads a file named in the model file. Rejects with a ProblemError when it is not there. */
export type ReadFile = (path: string) => Promise<Uint8Array>;
